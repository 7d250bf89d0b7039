#include "slipway/plugin/plugins.h"

#include <algorithm>
#include <optional>

#include "slipway/plugin/library.h"
#include "slipway/plugin/version_range.h"

namespace slipway::plugin {

struct Plugins::Held {
  // Members die bottom up: the object before the library it is in.
  std::optional<Library> library;
  std::unique_ptr<Plugin> own;
  std::string path;
  Manifest manifest;
  std::shared_ptr<Uses> uses;
  std::vector<std::pair<std::string, std::string>> adds;
  int order = 0;  // 1 = installed first; 0 = not installed

  Plugin& plugin() const { return library ? library->plugin() : *own; }
};

namespace {

bool good_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

Plugins::Plugins(Tables tables) : tables_(std::move(tables)) {}

Plugins::~Plugins() {
  std::lock_guard lock(mutex_);
  std::stable_sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a->order < b->order; });
  for (; !all_.empty(); all_.pop_back()) {
    Held& held = *all_.back();
    if (held.order == 0) continue;
    tables_.remove(*held.uses);
    if (held.uses->wait_idle(std::chrono::seconds(1))) held.plugin().remove();
    else if (held.library) held.library->leave_loaded();
  }
}

Status Plugins::add(std::unique_ptr<Plugin> plugin) {
  auto held = std::make_unique<Held>();
  held->manifest = plugin->manifest();
  held->own = std::move(plugin);
  return put(std::move(held));
}

Status Plugins::load(const std::string& path) {
  auto library = Library::open(path);
  if (!library) return library.error();
  auto held = std::make_unique<Held>();
  held->manifest = library->plugin().manifest();
  held->library.emplace(std::move(*library));
  held->path = path;
  return put(std::move(held));
}

Status Plugins::put(std::unique_ptr<Held> held) {
  const Manifest& m = held->manifest;
  const std::string what = "plugin " + (held->path.empty() ? "\"" + m.name + "\"" : held->path);
  if (!good_name(m.name)) return bad_request(what + ": \"" + m.name + "\" is not a plugin's name (use letters, digits and '-')", "BAD_MANIFEST");
  if (auto version = parse_version(m.version); !version) return bad_request(what + ": version " + version.error().message(), "BAD_MANIFEST");
  for (const auto& need : m.needs)
    if (auto range = in_range({}, need.range); !range) return bad_request(what + " needs " + need.plugin + ": " + range.error().message(), "BAD_MANIFEST");
  std::lock_guard lock(mutex_);
  if (const Held* there = find(m.name))
    return conflict(what + ": a plugin \"" + m.name + "\" is there already, version " + there->manifest.version +
                        (there->path.empty() ? "" : " from " + there->path),
                    "PLUGIN_TWICE");
  held->uses = std::make_shared<Uses>("plugin " + m.name);
  all_.push_back(std::move(held));
  return {};
}

Plugins::Held* Plugins::find(std::string_view name) const {
  for (const auto& held : all_)
    if (held->manifest.name == name) return held.get();
  return nullptr;
}

namespace {

// Depth first through what each needs; the path shows a circle.
template <class Held, class Find>
class Order {
 public:
  Order(Find find) : find_(std::move(find)) {}
  void visit(Held& held) {
    if (std::find(done.begin(), done.end(), &held) != done.end()) return;
    if (const auto at = std::find(path_.begin(), path_.end(), &held); at != path_.end()) {
      std::string text;
      for (auto it = at; it != path_.end(); ++it) text += (*it)->manifest.name + " → ";
      problems.push_back("circle: " + text + held.manifest.name + " (one of them must do without another)");
      return;
    }
    path_.push_back(&held);
    for (const auto& need : held.manifest.needs) {
      const auto who = held.manifest.name + " " + held.manifest.version + " needs " + need.plugin + " " + need.range;
      Held* other = find_(need.plugin);
      if (!other) {
        problems.push_back(who + ", which is not loaded (load it too)");
        continue;
      }
      if (!*in_range(*parse_version(other->manifest.version), need.range)) problems.push_back(who + ", but " + other->manifest.version + " is loaded");
      visit(*other);
    }
    path_.pop_back();
    done.push_back(&held);
  }
  std::vector<Held*> done;
  std::vector<std::string> problems;

 private:
  Find find_;
  std::vector<Held*> path_;
};

}  // namespace

Status Plugins::install() {
  std::lock_guard lock(mutex_);
  const auto find_held = [this](std::string_view name) { return find(name); };
  Order<Held, decltype(find_held)> order(find_held);
  for (const auto& held : all_) order.visit(*held);
  if (!order.problems.empty()) {
    std::string text = "the plugins do not fit together:";
    for (const auto& problem : order.problems) text += "\n  " + problem;
    return conflict(std::move(text), "PLUGINS_DO_NOT_FIT");
  }
  std::vector<Held*> fresh;
  for (Held* held : order.done) {
    if (held->order > 0) continue;
    if (auto s = install_one(*held); !s) {
      for (auto it = fresh.rbegin(); it != fresh.rend(); ++it) let_go(**it);
      return s;
    }
    fresh.push_back(held);
  }
  return {};
}

Status Plugins::install_one(Held& held) {
  Offer offer(tables_, held.uses);
  const auto installed = [&]() -> Status {
    try {
      return held.plugin().install(offer);
    } catch (const std::exception& e) {
      return internal_error(std::string("it threw: ") + e.what());
    }
  }();
  if (!installed) {
    tables_.remove(*held.uses);
    return installed.error().wrap("installing plugin " + held.manifest.name);
  }
  held.adds = offer.added();
  held.order = 1;
  for (const auto& other : all_)
    if (other.get() != &held) held.order = std::max(held.order, other->order + 1);
  return {};
}

void Plugins::let_go(Held& held) {
  tables_.remove(*held.uses);
  held.plugin().remove();
  held.order = 0;
  held.adds.clear();
}

Status Plugins::remove(std::string_view name, Duration wait) {
  std::lock_guard lock(mutex_);
  Held* held = find(name);
  if (!held) {
    std::vector<std::string> known;
    for (const auto& h : all_) known.push_back(h->manifest.name);
    return not_found("there is no plugin \"" + std::string(name) + "\"" + (known.empty() ? "" : " (there are " + joined(known) + ")"));
  }
  std::vector<std::string> dependents;
  for (const auto& other : all_)
    for (const auto& need : other->manifest.needs)
      if (other->order > 0 && need.plugin == name) dependents.push_back(other->manifest.name);
  if (!dependents.empty())
    return conflict("plugin " + std::string(name) + " is needed by " + joined(dependents) + " (remove " + (dependents.size() > 1 ? "them" : "it") + " first)",
                    "PLUGIN_NEEDED");
  if (held->order > 0) {
    tables_.remove(*held->uses);  // from here on nothing new of it is made
    if (!held->uses->wait_idle(wait)) {
      const auto users = held->uses->users();
      if (auto back = install_one(*held); !back) return back;
      return conflict("plugin " + std::string(name) + " is in use by " + joined(users) + " (stop or change them first)", "PLUGIN_IN_USE");
    }
    held->plugin().remove();
  }
  std::erase_if(all_, [&](const auto& h) { return h.get() == held; });
  return {};
}

std::vector<Row> Plugins::rows() const {
  std::lock_guard lock(mutex_);
  std::vector<const Held*> sorted;
  for (const auto& held : all_) sorted.push_back(held.get());
  std::stable_sort(sorted.begin(), sorted.end(), [](const Held* a, const Held* b) {
    return (a->order ? a->order : INT32_MAX) < (b->order ? b->order : INT32_MAX);
  });
  std::vector<Row> out;
  for (const Held* held : sorted)
    out.push_back({held->manifest.name, held->manifest.version, held->manifest.about, held->path, held->order > 0, held->uses->users(), held->adds});
  return out;
}

}  // namespace slipway::plugin
