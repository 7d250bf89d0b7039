// LiveWorkspace: a loaded workspace that follows its folder. A change on disk is loaded as a whole; when anything in it is
// wrong the last good workspace stays current and problems() says why.
// Config layer files are not reported here: Config watches them itself. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "workbench/workspace/load.h"

namespace workbench::workspace {

struct Changed {
  WorkspacePtr before, after;         // the same pointer when only the problems changed
  std::vector<std::string> services;  // added, changed or removed ones
  bool structure = false;             // workspace.yaml: name, layers, environments
  bool layers = false;                // the list of config layers
  bool requests = false;
  bool protos = false, schemas = false, scenarios = false;
  bool problems = false;
};

class LiveWorkspace {
 public:
  using Callback = std::function<void(const Changed&)>;   // on the watcher's thread
  // The first load must be good, else BAD_WORKSPACE with every problem. Blocks.
  static slipway::Result<std::unique_ptr<LiveWorkspace>> open(const std::string& folder, Callback changed, ExtensionsPtr extensions = {});
  ~LiveWorkspace();   // no callback runs after it returned
  WorkspacePtr current() const;
  std::vector<Problem> problems() const;
  // Loads again now, for writers that do not want to wait for the watcher; calls back on this thread.
  void refresh();

 private:
  LiveWorkspace();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workbench::workspace
