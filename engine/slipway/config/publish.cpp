// Config's write side: documents in, one published snapshot out.
#include <algorithm>

#include "slipway/config/config_impl.h"
#include "slipway/config/template.h"

namespace slipway::config {
namespace {

Problem problem_of(const Error& e, const Source& source) {
  Problem p;
  p.where = e.where();
  if (p.where.file.empty() && !source.files().empty()) p.where.file = source.name();
  p.place = source.name();
  p.source = source.name();
  p.message = e.message();
  return p;
}

}  // namespace

Error problems_error(const std::vector<Problem>& problems) {
  std::string text;
  for (const auto& p : problems) text += (text.empty() ? "" : "\n") + p.text();
  return bad_request(std::move(text), "BAD_CONFIG");
}

Overlaid Config::Impl::build(const Layer* replaced, std::shared_ptr<const FlatDocument> with) const {
  std::vector<OverlayLayer> stack;
  for (const auto& [owner, d] : declared)
    if (d.defaults) stack.push_back({"defaults", d.defaults, false});
  for (const auto& layer : layers)
    stack.push_back({layer->source->name(), layer.get() == replaced ? with : layer->document, layer->source->folded()});
  return overlay_layers(stack, schema, version + 1);
}

std::vector<Problem> Config::Impl::fresh(const std::vector<Problem>& now) const {
  std::vector<Problem> out;
  for (const auto& p : now) {
    const bool known = std::any_of(problems.begin(), problems.end(), [&](const Problem& old) {
      return old.source == p.source && old.key == p.key && old.message == p.message;
    });
    if (!known) out.push_back(p);
  }
  return out;
}

HistoryItemPtr Config::Impl::publish(Overlaid next, std::string who, std::string source, bool remember) {
  const SnapshotPtr before = current.load();
  auto item = std::make_shared<HistoryItem>();
  auto changes = difference(*before, *next.snapshot);
  problems = std::move(next.problems);
  item->record.version = version = next.snapshot->version();
  item->record.who = std::move(who);
  item->record.source = std::move(source);
  item->record.wall_ns = Clock::system().wall().time_since_epoch().count();
  for (const auto& layer : layers)
    if (layer->source->rank() == Rank::Overrides) item->overrides = layer->document;
  item->overrides_before = std::exchange(last_overrides, item->overrides);
  item->published = Clock::system().now();
  current.publish(next.snapshot);

  std::lock_guard lock(state);
  const auto changed = [&](const std::string& key) {
    const auto at = std::lower_bound(changes.begin(), changes.end(), key, [](const Change& c, const std::string& k) { return c.key < k; });
    return at != changes.end() && at->key == key;
  };
  std::erase_if(slots, [](const auto& weak) { return weak.expired(); });
  for (const auto& weak : slots) {
    const auto slot = weak.lock();
    if (!slot || std::none_of(slot->keys.begin(), slot->keys.end(), changed)) continue;
    const Status s = slot->refresh(*next.snapshot);
    if (slot->reader.empty()) continue;
    item->record.applied.push_back({slot->reader, (Clock::system().now() - item->published).count(), s ? "" : s.error().message()});
  }
  Delivery delivery{item, next.snapshot, {}};
  for (const auto& [number, observer] : observers) {
    std::vector<Change> theirs;
    for (const auto& c : changes) {
      const bool wanted = std::any_of(observer->paths.begin(), observer->paths.end(), [&](const std::string& path) {
        return path.empty() || path == "." || c.key == path ||
               (c.key.size() > path.size() && c.key[path.size()] == '.' && c.key.starts_with(path));
      });
      if (wanted) theirs.push_back(c);
    }
    if (!theirs.empty()) delivery.to.emplace_back(observer, std::move(theirs));
  }
  item->record.waiting = delivery.to.size();
  item->record.changes = std::move(changes);
  if (remember && !item->record.changes.empty()) {
    history.push_back(item);
    if (history.size() > options.history) history.pop_front();
  }
  if (!delivery.to.empty()) {
    queue.push_back(std::move(delivery));
    work.notify_one();
  }
  return item;
}

Result<std::shared_ptr<const FlatDocument>> Config::Impl::read(Layer& layer) {
  auto document = layer.source->load();
  if (!document) {
    layer.rejected = {problem_of(document.error(), *layer.source)};
    return document.error();
  }
  auto flat = flatten(*document, layer.source->name());
  if (!flat) layer.rejected = {problem_of(flat.error(), *layer.source)};
  return flat;
}

Status Config::Impl::reload(const std::vector<Layer*>& some, const std::string& who) {
  Status out;
  const auto note = [&](Status s) {
    if (!s.ok() && out.ok()) out = std::move(s);
  };
  std::vector<std::pair<Layer*, std::shared_ptr<const FlatDocument>>> changed;
  std::string names;
  for (Layer* layer : some) {
    auto flat = read(*layer);
    if (!flat) {
      note(problems_error(layer->rejected));
    } else if (layer->document && same(*layer->document, **flat)) {
      layer->rejected.clear();
    } else {
      names += (names.empty() ? "" : ", ") + layer->source->name();
      changed.emplace_back(layer, std::move(*flat));
    }
  }
  // Several at once are laid once. When they do not fit together, each is tried by itself, so that only what is wrong stays out.
  if (changed.size() > 1) {
    for (auto& [layer, document] : changed) std::swap(layer->document, document);
    Overlaid next = build();
    if (fresh(next.problems).empty()) {
      for (auto& [layer, document] : changed) layer->rejected.clear();
      publish(std::move(next), who, names, started);
      return out;
    }
    for (auto& [layer, document] : changed) std::swap(layer->document, document);
  }
  for (auto& [layer, document] : changed) note(accept(*layer, std::move(document), who));
  return out;
}

Status Config::Impl::accept(Layer& layer, std::shared_ptr<const FlatDocument> document, const std::string& who) {
  Overlaid next = build(&layer, document);
  auto bad = fresh(next.problems);
  if (layer.document && !bad.empty()) {  // the last good one stays
    layer.rejected = std::move(bad);
    return problems_error(layer.rejected);
  }
  layer.document = std::move(document);
  layer.rejected.clear();
  publish(std::move(next), who, layer.source->name(), started);
  return bad.empty() ? Status() : Status(problems_error(bad));
}

Layer* Config::Impl::find(std::string_view name) {
  for (const auto& layer : layers)
    if (layer->source->name() == name) return layer.get();
  return nullptr;
}

Result<Layer*> Config::Impl::target(std::string_view source) {
  if (source.empty()) {
    for (const auto& layer : layers)
      if (layer->source->rank() == Rank::Overrides && layer->source->writable()) return layer.get();
    insert(make_overrides());
    auto made = target("");
    if (made) (*made)->document = std::make_shared<const FlatDocument>();
    return made;
  }
  if (Layer* layer = find(source)) {
    if (layer->source->writable()) return layer;
    return conflict(std::string(source) + " cannot be written (write to overrides or to a file)", "READ_ONLY_SOURCE");
  }
  std::string known;
  for (const auto& layer : layers)
    if (layer->source->writable()) known += (known.empty() ? "" : ", ") + layer->source->name();
  return not_found("there is no config layer \"" + std::string(source) + "\" (writable are: " + known + ")", "NO_SUCH_LAYER");
}

void Config::Impl::insert(std::unique_ptr<Source> source) {
  auto layer = std::make_unique<Layer>();
  layer->source = std::move(source);
  const auto at = std::upper_bound(layers.begin(), layers.end(), layer->source->rank(),
                                   [](Rank rank, const auto& l) { return rank < l->source->rank(); });
  Layer& added = **layers.insert(at, std::move(layer));
  if (started) follow(added);
}

void Config::Impl::follow(Layer& layer) {
  const std::string name = layer.source->name();
  layer.source->watch([weak = weak_from_this(), name] {
    if (auto self = weak.lock()) self->touch({name});
  });
  if (!options.watch_files || layer.source->files().empty()) return;
  if (!watcher) {
    watcher = std::make_unique<FileWatcher>(
        FileWatcher::Options{options.debounce, options.debounce_limit}, [weak = weak_from_this()](const std::vector<std::string>& paths) {
          const auto self = weak.lock();
          if (!self) return;
          std::vector<std::string> names;
          {
            std::lock_guard lock(self->write);
            for (const auto& l : self->layers)
              for (const auto& file : l->source->files())
                if (std::find(paths.begin(), paths.end(), file) != paths.end()) names.push_back(l->source->name());
          }
          self->touch(names);
        });
  }
  for (const auto& file : layer.source->files()) static_cast<void>(watcher->add(file));
}

Status Config::Impl::declare(std::vector<Declaration> declarations, const std::string& who) {
  std::vector<Problem> bad;
  for (auto& d : declarations) {
    auto flat = flatten(d.defaults, d.defaults.file.empty() ? d.owner : d.defaults.file);
    if (!flat) {
      Problem p;
      p.where = flat.error().where();
      p.source = "defaults";
      p.message = flat.error().message();
      bad.push_back(std::move(p));
    } else if (d.sections.empty() && (*flat)->leaves.empty()) {
      declared.erase(d.owner);
    } else {
      declared[d.owner] = {std::move(d.sections), std::move(*flat)};
    }
  }
  if (!bad.empty()) return problems_error(bad);
  auto next = std::make_shared<Schema>();
  for (const auto& [owner, d] : declared)
    for (const auto& section : d.sections) next->add(section);
  schema = std::move(next);
  Overlaid built = build();
  bad = fresh(built.problems);
  publish(std::move(built), who, "defaults", started);
  // What was refused before may fit now.
  std::vector<Layer*> refused;
  for (const auto& layer : layers)
    if (!layer->rejected.empty()) refused.push_back(layer.get());
  static_cast<void>(reload(refused, who));
  return bad.empty() ? Status() : Status(problems_error(bad));
}

Status Config::Impl::check(const Edit& edit) const {
  if (edit.remove || has_template(edit.value)) return {};
  if (schema->refuses(edit.key))
    return bad_request(edit.key + ": " + unknown_key_message(*schema, edit.key), "UNKNOWN_KEY").with_metadata("key", edit.key);
  const KeySpec* spec = schema->find(edit.key);
  if (!spec) return {};
  auto converted = convert(*spec, edit.value);
  if (!converted) return converted.error().with_message(edit.key + ": " + converted.error().message()).with_metadata("key", edit.key);
  return {};
}

Result<ChangeRecord> Config::Impl::edit(std::vector<Edit> edits, std::string who, std::string_view source, Mode mode) {
  HistoryItemPtr item;
  {
    std::lock_guard lock(write);
    auto found = target(source);
    if (!found) return found.error();
    Layer& layer = **found;
    if (!layer.document) {
      auto flat = read(layer);
      if (!flat) return flat.error();
      layer.document = *flat;
    }
    UndoStep step{layer.source->name(), {}};
    Value tree = unflatten(*layer.document);
    for (const auto& e : edits) {
      if (auto s = check(e); !s) return s.error();
      const Leaf* old = layer.document->find(e.key);
      if (e.remove && !old)
        return not_found(e.key + " is not set in " + layer.source->name(), "CONFIG_KEY_NOT_FOUND");
      step.back.insert(step.back.begin(), old ? Edit{e.key, false, old->raw} : Edit{e.key, true, {}});
      if (e.remove)
        tree.erase_path(e.key);
      else
        tree.set_path(e.key, e.value);
    }
    // Tried before it is written: a template may break, or a removal leave one without its key.
    auto tried = flatten({tree, "", {}}, layer.source->name());
    if (!tried) return tried.error();
    if (auto bad = fresh(build(&layer, *tried).problems); !bad.empty()) return problems_error(bad);
    if (auto s = layer.source->write(edits); !s) return s.error();
    if (watcher)
      for (const auto& file : layer.source->files()) watcher->known(file);
    auto flat = read(layer);
    if (!flat) return flat.error();
    layer.document = std::move(*flat);
    layer.rejected.clear();
    item = publish(build(), std::move(who), layer.source->name(), true);
    auto& onto = mode == Mode::Undo ? redo_steps : undo_steps;
    if (mode == Mode::Do) redo_steps.clear();
    onto.push_back(std::move(step));
    if (onto.size() > options.history) onto.erase(onto.begin());
  }
  return wait(item);
}

}  // namespace slipway::config
