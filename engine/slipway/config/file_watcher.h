// FileWatcher: tells when the content of files changed. Built on inotify of the directories, not the files, so editors that
// rename and replace, temporary files and Kubernetes' `..data` link swaps are all seen once, after the dust settled.
// Contents are compared by hash: a touch or a rewrite of the same bytes is no change. One thread of its own.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "slipway/base/time.h"

namespace slipway::config {

class FileWatcher {
 public:
  struct Options {
    Duration quiet = std::chrono::milliseconds(20);
    Duration limit = std::chrono::milliseconds(200);
  };
  // `changed` gets the paths whose content differs, that appeared or vanished; it runs on the watcher's thread.
  using Changed = std::function<void(const std::vector<std::string>& paths)>;
  FileWatcher(Options options, Changed changed);
  explicit FileWatcher(Changed changed) : FileWatcher(Options{}, std::move(changed)) {}
  ~FileWatcher();
  FileWatcher(const FileWatcher&) = delete;
  // The file need not exist yet; its directory may appear later too.
  Status add(const std::string& path);
  void remove(const std::string& path);
  // All files below `folder` for which `wanted(relative path)` holds; hidden folders are skipped. New folders are followed.
  Status add_tree(const std::string& folder, std::function<bool(const std::string&)> wanted);
  // After writing a file yourself: its present content counts as known.
  void known(const std::string& path);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::config
