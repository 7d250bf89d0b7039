#include "slipway/config/config.h"

#include <algorithm>

#include "slipway/codec/codec.h"
#include "slipway/config/config_impl.h"
#include "slipway/config/edit.h"

namespace slipway::config {
namespace {

std::uint64_t next_config_id() {
  static std::atomic<std::uint64_t> next{1};
  return next.fetch_add(1);
}

}  // namespace

Value value_of_text(const KeySpec* spec, std::string_view text) {
  if (text.find("${") != std::string_view::npos) return Value(text);
  if (spec) {
    switch (spec->type) {
      case KeyType::Duration:
      case KeyType::Enum:
      case KeyType::String:
      case KeyType::Secret:
      case KeyType::Url:
        return Value(text);
      case KeyType::List:
      case KeyType::Size:
      case KeyType::Bool:
      case KeyType::Int:
      case KeyType::Float:
        if (auto c = convert(*spec, Value(text)); c && spec->type != KeyType::Float && spec->type != KeyType::Size) return c->value;
        break;
    }
  }
  auto parsed = codec::parse_yaml(text);
  if (!parsed || parsed->is_null() || parsed->is_map()) return Value(text);
  parsed->line = parsed->column = 0;
  return *parsed;
}

Config::Impl::Impl(ConfigOptions o)
    : options(o), id(next_config_id()), current(overlay_layers({}, std::make_shared<const Schema>(), 0).snapshot) {}

Config::Config(ConfigOptions options) : impl_(std::make_shared<Impl>(options)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

Config::~Config() {
  std::unique_ptr<FileWatcher> watcher;
  {
    std::lock_guard lock(impl_->write);
    watcher = std::move(impl_->watcher);
    for (const auto& layer : impl_->layers) layer->source->stop();
  }
  watcher.reset();
  {
    std::lock_guard lock(impl_->state);
    impl_->stopping = true;
    impl_->work.notify_all();
  }
  impl_->thread.join();
}

Status Config::add_source(std::unique_ptr<Source> source) {
  std::lock_guard lock(impl_->write);
  const std::string name = source->name();
  if (impl_->find(name)) return conflict("there is a config layer \"" + name + "\" already (give this one another name)", "LAYER_EXISTS");
  impl_->insert(std::move(source));
  if (!impl_->started) return {};
  return impl_->reload({impl_->find(name)}, "source");
}

void Config::remove_source(std::string_view name) {
  std::unique_ptr<Layer> gone;
  std::lock_guard lock(impl_->write);
  auto& layers = impl_->layers;
  for (auto it = layers.begin(); it != layers.end(); ++it) {
    if ((*it)->source->name() != name) continue;
    gone = std::move(*it);
    layers.erase(it);
    break;
  }
  if (!gone) return;
  gone->source->stop();
  if (impl_->watcher)
    for (const auto& file : gone->source->files()) impl_->watcher->remove(file);
  impl_->publish(impl_->build(), "source", std::string(name), impl_->started);
}

Status Config::set_sources(Rank rank, std::vector<std::unique_ptr<Source>> sources) {
  std::vector<std::unique_ptr<Layer>> gone;
  std::lock_guard lock(impl_->write);
  auto& layers = impl_->layers;
  std::set<std::string> names;
  for (const auto& s : sources) {
    const Layer* taken = impl_->find(s->name());
    if (!names.insert(s->name()).second || s->rank() != rank || (taken && taken->source->rank() != rank))
      return conflict("there is a config layer \"" + s->name() + "\" already (give this one another name)", "LAYER_EXISTS");
  }
  std::vector<std::unique_ptr<Layer>> before, fresh;
  for (auto& layer : layers)
    if (layer->source->rank() == rank) before.push_back(std::move(layer));
  std::erase(layers, nullptr);
  std::vector<Layer*> added;
  for (auto& s : sources) {
    const auto old = std::find_if(before.begin(), before.end(), [&](const auto& l) { return l && l->source->name() == s->name(); });
    if (old != before.end()) {
      fresh.push_back(std::move(*old));
      continue;
    }
    fresh.push_back(std::make_unique<Layer>());
    fresh.back()->source = std::move(s);
    added.push_back(fresh.back().get());
  }
  const auto at = std::upper_bound(layers.begin(), layers.end(), rank, [](Rank r, const auto& l) { return r < l->source->rank(); });
  layers.insert(at, std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
  for (auto& layer : before) {
    if (!layer) continue;
    layer->source->stop();
    if (impl_->watcher)
      for (const auto& file : layer->source->files()) impl_->watcher->remove(file);
    gone.push_back(std::move(layer));
  }
  if (!impl_->started) return {};
  std::vector<Problem> bad;
  for (Layer* layer : added) {
    if (auto flat = impl_->read(*layer))
      layer->document = std::move(*flat);
    else
      bad.insert(bad.end(), layer->rejected.begin(), layer->rejected.end());
    impl_->follow(*layer);
  }
  Overlaid built = impl_->build();
  const auto unfit = impl_->fresh(built.problems);
  bad.insert(bad.end(), unfit.begin(), unfit.end());
  impl_->publish(std::move(built), "workspace", "layers", true);
  return bad.empty() ? Status() : Status(problems_error(bad));
}

Status Config::define(std::string owner, std::vector<Section> sections, Document defaults) {
  std::vector<Declaration> one;
  one.push_back({std::move(owner), std::move(sections), std::move(defaults)});
  return define_all(std::move(one));
}

Status Config::define_all(std::vector<Declaration> declarations) {
  std::lock_guard lock(impl_->write);
  return impl_->declare(std::move(declarations), "workspace");
}

void Config::undefine(std::string_view owner) { static_cast<void>(define(std::string(owner), {}, {})); }

Status Config::start() {
  std::lock_guard lock(impl_->write);
  if (impl_->started) return {};
  std::vector<Problem> bad;
  for (const auto& layer : impl_->layers) {
    if (auto flat = impl_->read(*layer))
      layer->document = *flat;
    else
      bad.insert(bad.end(), layer->rejected.begin(), layer->rejected.end());
    if (layer->source->rank() == Rank::Overrides) impl_->first_overrides = layer->document;
  }
  impl_->publish(impl_->build(), "start", "", false);
  impl_->started = true;
  for (const auto& layer : impl_->layers) impl_->follow(*layer);
  bad.insert(bad.end(), impl_->problems.begin(), impl_->problems.end());
  return bad.empty() ? Status() : Status(problems_error(bad));
}

bool Config::started() const {
  std::lock_guard lock(impl_->write);
  return impl_->started;
}

SnapshotPtr Config::snapshot() const { return impl_->current.load(); }

std::uint64_t Config::version() const { return local().version(); }

const ConfigSnapshot& Config::local() const {
  struct Cached {
    std::uint64_t config = 0, seen = 0;
    SnapshotPtr held;
  };
  thread_local Cached cached;
  const std::uint64_t now = impl_->current.version();
  if (cached.config != impl_->id || cached.seen != now || !cached.held) {
    cached.held = impl_->current.load();
    cached.config = impl_->id;
    cached.seen = now;
  }
  return *cached.held;
}

void Config::attach(std::shared_ptr<BoundSlot> slot) {
  std::lock_guard lock(impl_->write);
  static_cast<void>(slot->refresh(*impl_->current.load()));
  std::lock_guard state(impl_->state);
  impl_->slots.push_back(slot);
}

Subscription Config::observe(std::string path, std::string reader, Observer observer) {
  return observe(std::vector<std::string>{std::move(path)}, std::move(reader), std::move(observer));
}

Subscription Config::observe(std::vector<std::string> paths, std::string reader, Observer observer) {
  const std::uint64_t number = impl_->add_observer(std::move(paths), std::move(reader), std::move(observer));
  return Subscription([weak = std::weak_ptr(impl_), number] {
    if (auto impl = weak.lock()) impl->end_observer(number);
  });
}

namespace {

// Whether what is observed at `path` tells of `key`: it is that key, or stands above it.
bool covers(std::string_view path, std::string_view key) {
  return key == path || path.empty() || (key.size() > path.size() && key[path.size()] == '.' && key.starts_with(path));
}

}  // namespace

std::vector<std::string> Config::readers(std::string_view key) const {
  std::set<std::string> names;
  std::lock_guard lock(impl_->state);
  for (const auto& weak : impl_->slots) {
    const auto slot = weak.lock();
    if (slot && !slot->reader.empty() && std::find(slot->keys.begin(), slot->keys.end(), key) != slot->keys.end()) names.insert(slot->reader);
  }
  for (const auto& [number, o] : impl_->observers)
    if (!o->reader.empty() && std::any_of(o->paths.begin(), o->paths.end(), [&](const auto& path) { return covers(path, key); })) names.insert(o->reader);
  return {names.begin(), names.end()};
}

std::vector<std::vector<std::string>> Config::readers(const ConfigSnapshot& snapshot) const {
  const auto& entries = snapshot.entries();  // sorted by key
  std::vector<std::vector<std::string>> names(entries.size());
  const auto from = [&](std::string_view key) {
    return std::lower_bound(entries.begin(), entries.end(), key, [](const Entry& e, std::string_view k) { return e.key < k; });
  };
  const auto add = [&](std::vector<Entry>::const_iterator entry, const std::string& reader) {
    names[static_cast<std::size_t>(entry - entries.begin())].push_back(reader);
  };
  {
    std::lock_guard lock(impl_->state);
    for (const auto& weak : impl_->slots) {
      const auto slot = weak.lock();
      if (!slot || slot->reader.empty()) continue;
      for (const auto& key : slot->keys)
        if (const auto at = from(key); at != entries.end() && at->key == key) add(at, slot->reader);
    }
    for (const auto& [number, o] : impl_->observers) {
      if (o->reader.empty()) continue;
      // Between a key and those below it others may stand ("a", "a-b", "a.c").
      for (const auto& path : o->paths)
        for (auto at = from(path); at != entries.end() && at->key.starts_with(path); ++at)
          if (covers(path, at->key)) add(at, o->reader);
    }
  }
  for (auto& of_key : names) {
    std::sort(of_key.begin(), of_key.end());
    of_key.erase(std::unique(of_key.begin(), of_key.end()), of_key.end());
  }
  return names;
}

Result<ChangeRecord> Config::set(std::string_view key, std::string_view text, std::string who, std::string_view source) {
  const SnapshotPtr now = snapshot();
  return set_value(key, value_of_text(now->schema().find(key), text), std::move(who), source);
}

Result<ChangeRecord> Config::set_value(std::string_view key, Value value, std::string who, std::string_view source) {
  return edit({Edit{std::string(key), false, std::move(value)}}, std::move(who), source);
}

Result<ChangeRecord> Config::unset(std::string_view key, std::string who, std::string_view source) {
  return edit({Edit{std::string(key), true, {}}}, std::move(who), source);
}

Result<ChangeRecord> Config::edit(std::vector<Edit> edits, std::string who, std::string_view source) {
  return impl_->edit(std::move(edits), std::move(who), source, Impl::Mode::Do);
}

Result<ChangeRecord> Config::undo(std::string who) {
  UndoStep step;
  {
    std::lock_guard lock(impl_->write);
    if (impl_->undo_steps.empty()) return not_found("there is no config change to undo", "NOTHING_TO_UNDO");
    step = std::move(impl_->undo_steps.back());
    impl_->undo_steps.pop_back();
  }
  auto record = impl_->edit(step.back, std::move(who), step.source, Impl::Mode::Undo);
  if (!record) {
    std::lock_guard lock(impl_->write);
    impl_->undo_steps.push_back(std::move(step));
  }
  return record;
}

Result<ChangeRecord> Config::redo(std::string who) {
  UndoStep step;
  {
    std::lock_guard lock(impl_->write);
    if (impl_->redo_steps.empty()) return not_found("there is no undone config change to redo", "NOTHING_TO_REDO");
    step = std::move(impl_->redo_steps.back());
    impl_->redo_steps.pop_back();
  }
  auto record = impl_->edit(step.back, std::move(who), step.source, Impl::Mode::Redo);
  if (!record) {
    std::lock_guard lock(impl_->write);
    impl_->redo_steps.push_back(std::move(step));
  }
  return record;
}

Result<ChangeRecord> Config::revert_to(std::uint64_t version, std::string who) {
  static const FlatDocument nothing;
  std::vector<Edit> edits;
  {
    std::lock_guard lock(impl_->write);
    std::shared_ptr<const FlatDocument> then = impl_->first_overrides;
    const auto now = impl_->last_overrides;
    {
      std::lock_guard state(impl_->state);
      if (!impl_->history.empty() && impl_->history.size() == impl_->options.history && version < impl_->history.front()->record.version)
        return not_found("version " + std::to_string(version) + " is older than the history kept", "VERSION_FORGOTTEN");
      for (const auto& item : impl_->history)
        if (item->record.version <= version) then = item->overrides;
    }
    const FlatDocument& old = then ? *then : nothing;
    const FlatDocument& present = now ? *now : nothing;
    for (const auto& leaf : present.leaves)
      if (!old.find(leaf.key)) edits.push_back({leaf.key, true, {}});
    for (const auto& leaf : old.leaves) {
      const Leaf* is = present.find(leaf.key);
      if (!is || !(is->raw == leaf.raw)) edits.push_back({leaf.key, false, leaf.raw});
    }
  }
  if (edits.empty()) return conflict("the overrides are as they were at version " + std::to_string(version), "NOTHING_TO_REVERT");
  return edit(std::move(edits), std::move(who));
}

Result<ChangeRecord> Config::revert(std::uint64_t version, std::string who, std::string_view key) {
  static const FlatDocument nothing;
  std::vector<Edit> edits;
  {
    std::lock_guard lock(impl_->write);
    std::shared_ptr<const FlatDocument> before, after;
    const auto now = impl_->last_overrides;
    {
      std::lock_guard state(impl_->state);
      const auto& all = impl_->history;
      const auto at = std::find_if(all.begin(), all.end(), [&](const auto& item) { return item->record.version == version; });
      if (at == all.end()) {
        const bool forgotten = !all.empty() && all.size() == impl_->options.history && version < all.front()->record.version;
        return not_found("version " + std::to_string(version) + (forgotten ? " is older than the history kept" : " is not in the history"),
                         forgotten ? "VERSION_FORGOTTEN" : "NO_SUCH_VERSION");
      }
      before = (*at)->overrides_before, after = (*at)->overrides;
    }
    const auto leaf = [](const std::shared_ptr<const FlatDocument>& document, const std::string& k) { return (document ? *document : nothing).find(k); };
    const auto same = [](const Leaf* a, const Leaf* b) { return a && b ? a->raw == b->raw : a == b; };
    const auto take_back = [&](const std::string& k) {
      if (!key.empty() && k != key) return;
      const Leaf* was = leaf(before, k);
      if (same(was, leaf(after, k)) || same(was, leaf(now, k))) return;
      edits.push_back(was ? Edit{k, false, was->raw} : Edit{k, true, {}});
    };
    for (const auto& l : (after ? *after : nothing).leaves) take_back(l.key);
    for (const auto& l : (before ? *before : nothing).leaves)
      if (!leaf(after, l.key)) take_back(l.key);
  }
  if (edits.empty())
    return conflict("nothing that version " + std::to_string(version) + " did to the overrides" + (key.empty() ? "" : " of " + std::string(key)) + " is left to take back",
                    "NOTHING_TO_REVERT");
  return edit(std::move(edits), std::move(who));
}

Status Config::reload(std::string_view source) {
  std::lock_guard lock(impl_->write);
  std::vector<Layer*> some;
  for (const auto& layer : impl_->layers)
    if (source.empty() || layer->source->name() == source) some.push_back(layer.get());
  if (some.empty() && !source.empty()) return not_found("there is no config layer \"" + std::string(source) + "\"", "NO_SUCH_LAYER");
  return impl_->reload(some, "reload");
}

std::vector<ChangeRecord> Config::history(std::size_t limit) const {
  std::vector<ChangeRecord> out;
  std::lock_guard lock(impl_->state);
  for (auto it = impl_->history.rbegin(); it != impl_->history.rend() && out.size() < limit; ++it) out.push_back((*it)->record);
  return out;
}

std::vector<Problem> Config::problems() const {
  std::lock_guard lock(impl_->write);
  std::vector<Problem> out;
  for (const auto& layer : impl_->layers) out.insert(out.end(), layer->rejected.begin(), layer->rejected.end());
  out.insert(out.end(), impl_->problems.begin(), impl_->problems.end());
  return out;
}

void Config::flush() {
  std::unique_lock lock(impl_->state);
  if (std::this_thread::get_id() == impl_->thread.get_id()) return;
  impl_->done.wait(lock, [&] { return impl_->queue.empty() && impl_->dirty.empty() && !impl_->busy; });
}

}  // namespace slipway::config
