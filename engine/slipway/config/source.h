// Source: where one layer of config comes from. One document per source; Config overlays all of them anew on every event,
// so a key removed from one document falls back to the layer below.
//
// A strategy family: defaults, file, environment, command line, memory, overrides here, folder and .env in folder_source.h;
// etcd, Consul and Apollo in adapters.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "slipway/base/value.h"

namespace slipway::config {

// Precedence, lowest first. Sources of one rank are laid in the order they were added.
enum class Rank : int { Defaults = 0, File = 100, Remote = 200, Environment = 300, CommandLine = 400, Overrides = 500 };

// One source's content: a map. Keys written with dots ("gateway.rate_limit.rate: 5") mean the nested ones. A null sets nothing.
struct Document {
  Value root = Value(Value::Map());
  std::string file;  // for marks; "" when it is no file
  // Where a key was written when that is no file position: "gateway.http.port" -> "SLIPWAY_GATEWAY__HTTP__PORT".
  std::unordered_map<std::string, std::string> places;
  // Which file a key stands in, for a document made of several ("orders.http" -> "conf.d/10-base.yaml"); else `file`.
  std::unordered_map<std::string, std::string> files;
};

// One write: a value for a key, or its removal.
struct Edit {
  std::string key;
  bool remove = false;
  Value value;
};

class Source {
 public:
  Source(std::string name, Rank rank) : name_(std::move(name)), rank_(rank) {}
  virtual ~Source() = default;
  // The layer's name as people see it: "defaults", "config/service.toml", "env", "command line", "overrides".
  const std::string& name() const { return name_; }
  Rank rank() const { return rank_; }
  // Reads the whole document. Errors carry file:line:column. May block on files.
  virtual Result<Document> load() = 0;
  // Files to watch; Config reloads this source when one of them changes its content.
  virtual std::vector<std::string> files() const { return {}; }
  // For sources that learn of changes by themselves: keep `changed` and call it from any thread; stop() ends that.
  virtual void watch(std::function<void()> changed) { static_cast<void>(changed); }
  virtual void stop() {}
  // True when key names were folded to lower case with '_' (environment): they are matched to known keys by Schema::unfold.
  virtual bool folded() const { return false; }
  virtual bool writable() const { return false; }
  // Writes all edits or none. CONFLICT for sources that cannot be written.
  virtual Status write(const std::vector<Edit>& edits);

 private:
  std::string name_;
  Rank rank_;
};

// A document held in memory; replace() tells the Config.
class MemorySource final : public Source {
 public:
  explicit MemorySource(std::string name, Rank rank = Rank::File, Document document = {});
  Result<Document> load() override;
  void watch(std::function<void()> changed) override;
  void stop() override;
  bool writable() const override { return true; }
  Status write(const std::vector<Edit>& edits) override;
  void replace(Document document);

 private:
  std::mutex mutex_;
  Document document_;
  std::function<void()> changed_;
};

// A YAML, TOML, JSON, INI or .properties file, by its extension. Written in place: comments and order stay; the file is replaced atomically.
class FileSource : public Source {
 public:
  struct Options {
    std::string name;          // shown and used in errors; default: the path
    Rank rank = Rank::File;
    bool optional = false;     // a missing file is an empty document
  };
  FileSource(std::string path, Options options);
  explicit FileSource(std::string path) : FileSource(std::move(path), Options{}) {}
  Result<Document> load() override;
  std::vector<std::string> files() const override { return {path_}; }
  bool writable() const override { return true; }
  Status write(const std::vector<Edit>& edits) override;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool optional_;
};

// SLIPWAY_ORDERS__HTTP__TIMEOUT=2s -> orders.http.timeout: `__` is a dot, names become lower case.
class EnvironmentSource final : public Source {
 public:
  explicit EnvironmentSource(std::string prefix = "SLIPWAY_");                       // of this process, read at load
  EnvironmentSource(std::string prefix, std::vector<std::pair<std::string, std::string>> variables);
  Result<Document> load() override;
  bool folded() const override { return true; }

 private:
  std::string prefix_;
  std::vector<std::pair<std::string, std::string>> variables_;
  bool own_process_;
};

// The document of environment variables: what EnvironmentSource and .env files read. `places` holds the variables' names.
Document document_of_variables(const std::string& prefix, const std::vector<std::pair<std::string, std::string>>& variables);

// --set k=v pairs, in order; a later one wins.
class CommandLineSource final : public Source {
 public:
  explicit CommandLineSource(std::vector<std::pair<std::string, std::string>> pairs);
  // "gateway.rate_limit.rate=5"; BAD_REQUEST without '='.
  static Result<std::pair<std::string, std::string>> parse(std::string_view text);
  Result<Document> load() override;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

// The top layer that windows and verbs write: kept in a YAML file when a path is given, else in memory.
std::unique_ptr<Source> make_overrides(std::string path = {}, std::string name = "overrides");

}  // namespace slipway::config
