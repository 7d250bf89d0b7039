// Sources made of several files, and of names: a folder of documents, and a .env file.
#pragma once

#include <memory>
#include <string>

#include "slipway/config/file_watcher.h"
#include "slipway/config/source.h"

namespace slipway::config {

// Every config file of one folder (.yaml, .toml, .json, .ini, .properties), laid over each other by name: "20-site.yaml"
// over "10-base.yaml". For folders that another program fills, such as a mounted Kubernetes ConfigMap, whose `..data` swap is
// seen as one change. Not recursive; hidden files and editors' leftovers (name~, #name#, name.swp, name.tmp) are skipped, any
// other extension is an error that names the file. A file that appears or goes changes the document. One bad file keeps the
// whole layer at its last good state. Cannot be written.
class FolderSource final : public Source {
 public:
  struct Options {
    std::string name;          // shown and used in errors; default: the path
    Rank rank = Rank::File;
    bool optional = false;     // a missing folder is an empty document
  };
  FolderSource(std::string path, Options options);
  explicit FolderSource(std::string path) : FolderSource(std::move(path), Options{}) {}
  Result<Document> load() override;
  void watch(std::function<void()> changed) override;
  void stop() override;

 private:
  std::string path_;
  bool optional_;
  std::unique_ptr<FileWatcher> watcher_;
};

// A .env file read as the environment is: SLIPWAY_ORDERS__HTTP__TIMEOUT=2s -> orders.http.timeout. Names without the prefix
// belong to others. Lies just below the process's own environment. A missing file is an empty document. Written in place.
class DotenvSource final : public Source {
 public:
  explicit DotenvSource(std::string path, std::string prefix = "SLIPWAY_");
  Result<Document> load() override;
  std::vector<std::string> files() const override { return {path_}; }
  bool folded() const override { return true; }
  bool writable() const override { return true; }
  Status write(const std::vector<Edit>& edits) override;

 private:
  std::string path_, prefix_;
};

// The variable that sets a key: "orders.http.timeout" -> "SLIPWAY_ORDERS__HTTP__TIMEOUT".
std::string variable_of(std::string_view prefix, std::string_view key);

}  // namespace slipway::config
