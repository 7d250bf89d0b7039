#include "workbench/workspace/live.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "slipway/config/file_watcher.h"
#include "workbench/workspace/layers.h"

namespace workbench::workspace {
namespace {

bool belongs(const std::string& path) {
  const auto ends = [&](std::string_view e) { return path.ends_with(e); };
  if (path == "workspace.yaml") return true;
  // A file that comes to config/ may be a layer, one that goes may have been one; what they say Config reads.
  if (path.starts_with("config/")) return layer_extension(path);
  if (path.starts_with("services/") || path.starts_with("scenarios/")) return ends(".yaml") || ends(".yml");
  if (path.starts_with("requests/")) return ends(".http") || ends(".rest");
  if (path.starts_with("protos/")) return ends(".proto");
  return path.starts_with("schema/") && ends(".sql");
}

Changed compare(WorkspacePtr before, WorkspacePtr after) {
  Changed out;
  std::set<std::string> files;
  for (const auto* w : {before.get(), after.get()})
    for (const auto& [file, hash] : w->contents) files.insert(file);
  std::set<std::string> services;
  for (const auto& file : files) {
    const auto a = before->contents.find(file), b = after->contents.find(file);
    if (a != before->contents.end() && b != after->contents.end() && a->second == b->second) continue;
    out.structure = out.structure || file == "workspace.yaml";
    out.requests = out.requests || file.starts_with("requests/");
    out.protos = out.protos || file.starts_with("protos/");
    out.schemas = out.schemas || file.starts_with("schema/");
    out.scenarios = out.scenarios || file.starts_with("scenarios/");
    for (const auto* w : {before.get(), after.get()})
      for (const auto& s : w->services) {
        const bool uses = s.file == file || (s.grpc && s.grpc->proto == file) || (s.database && s.database->schema == file);
        if (uses) services.insert(s.name);
      }
  }
  out.layers = before->layers != after->layers;
  out.structure = out.structure || out.layers;
  out.services.assign(services.begin(), services.end());
  out.before = std::move(before);
  out.after = std::move(after);
  return out;
}

bool anything(const Changed& c) {
  return c.structure || c.requests || c.protos || c.schemas || c.scenarios || c.problems || !c.services.empty();
}

std::vector<std::string> texts(const std::vector<Problem>& problems) {
  std::vector<std::string> out;
  for (const auto& p : problems) out.push_back(p.text());
  return out;
}

}  // namespace

struct LiveWorkspace::Impl {
  std::string folder;
  Callback changed;
  ExtensionsPtr extensions;
  std::mutex loading;           // one load at a time
  mutable std::mutex mutex;     // of what follows
  WorkspacePtr current;
  std::vector<Problem> problems;
  std::unique_ptr<slipway::config::FileWatcher> watcher;

  void refresh() {
    std::lock_guard one(loading);
    Loaded loaded = load(folder, extensions);
    Changed change;
    {
      std::lock_guard lock(mutex);
      const bool differs = texts(problems) != texts(loaded.problems);
      if (loaded.ok())
        change = compare(current, loaded.workspace);
      else
        change.before = change.after = current;
      change.problems = differs;
      problems = std::move(loaded.problems);
      if (problems.empty()) current = change.after;
    }
    if (anything(change) && changed) changed(change);
  }
};

LiveWorkspace::LiveWorkspace() : impl_(std::make_unique<Impl>()) {}
LiveWorkspace::~LiveWorkspace() { impl_->watcher.reset(); }

slipway::Result<std::unique_ptr<LiveWorkspace>> LiveWorkspace::open(const std::string& folder, Callback changed, ExtensionsPtr extensions) {
  Loaded loaded = load(folder, extensions);
  if (!loaded.ok()) return loaded.error();
  std::unique_ptr<LiveWorkspace> live(new LiveWorkspace());
  Impl& i = *live->impl_;
  i.folder = loaded.workspace->folder;
  i.changed = std::move(changed);
  i.extensions = std::move(extensions);
  i.current = std::move(loaded.workspace);
  i.watcher = std::make_unique<slipway::config::FileWatcher>(
      slipway::config::FileWatcher::Options{std::chrono::milliseconds(60), std::chrono::milliseconds(400)},
      [impl = &i](const std::vector<std::string>&) { impl->refresh(); });
  if (auto s = i.watcher->add_tree(i.folder, belongs); !s) return s.error();
  return live;
}

WorkspacePtr LiveWorkspace::current() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->current;
}

std::vector<Problem> LiveWorkspace::problems() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->problems;
}

void LiveWorkspace::refresh() { impl_->refresh(); }

}  // namespace workbench::workspace
