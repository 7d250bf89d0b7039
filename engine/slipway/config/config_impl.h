// The insides of Config: the write side (layers, schema, publishing; one publish at a time under `write`) and the delivery
// side (observers, history; short sections under `state`). Lock order: write, then state. Inside the module only.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "slipway/config/config.h"
#include "slipway/config/file_watcher.h"
#include "slipway/config/layer_document.h"
#include "slipway/config/overlay.h"

namespace slipway::config {

struct Layer {
  std::unique_ptr<Source> source;
  std::shared_ptr<const FlatDocument> document;  // the last good one; null before it was loaded
  std::vector<Problem> rejected;                 // why the newest one is not in effect
};

struct HistoryItem {
  ChangeRecord record;
  TimePoint published{};
  std::shared_ptr<const FlatDocument> overrides_before, overrides;  // as they were right before and after it
};
using HistoryItemPtr = std::shared_ptr<HistoryItem>;

struct ObserverRecord {
  std::uint64_t id = 0;
  std::vector<std::string> paths;
  std::string reader;
  Observer call;
};

struct Delivery {
  HistoryItemPtr item;
  SnapshotPtr snapshot;
  std::vector<std::pair<std::shared_ptr<ObserverRecord>, std::vector<Change>>> to;
};

// One step of undo: what to write to go back.
struct UndoStep {
  std::string source;
  std::vector<Edit> back;
};

struct Config::Impl : std::enable_shared_from_this<Config::Impl> {
  explicit Impl(ConfigOptions o);

  const ConfigOptions options;
  const std::uint64_t id;  // of this Config in this process, for the thread-local cache
  Snapshot<ConfigSnapshot> current;

  // ---- write side
  std::mutex write;
  std::vector<std::unique_ptr<Layer>> layers;  // lowest first
  struct Declared {
    std::vector<Section> sections;
    std::shared_ptr<const FlatDocument> defaults;
  };
  std::map<std::string, Declared> declared;
  std::shared_ptr<const Schema> schema = std::make_shared<const Schema>();
  std::vector<Problem> problems;               // of the documents in effect
  std::shared_ptr<const FlatDocument> first_overrides;
  std::shared_ptr<const FlatDocument> last_overrides;  // of the newest publish, whether or not it is in the history
  std::uint64_t version = 0;
  bool started = false;
  std::vector<UndoStep> undo_steps, redo_steps;
  std::unique_ptr<FileWatcher> watcher;

  Overlaid build(const Layer* replaced = nullptr, std::shared_ptr<const FlatDocument> with = nullptr) const;
  std::vector<Problem> fresh(const std::vector<Problem>& now) const;  // those that `problems` does not hold yet
  HistoryItemPtr publish(Overlaid next, std::string who, std::string source, bool remember);
  Result<std::shared_ptr<const FlatDocument>> read(Layer& layer);     // fills `rejected` when it fails
  Status reload(const std::vector<Layer*>& some, const std::string& who);  // one publish when all fit, else one after another
  Status accept(Layer& layer, std::shared_ptr<const FlatDocument> document, const std::string& who);
  Layer* find(std::string_view name);
  Result<Layer*> target(std::string_view source);                     // of a write
  void insert(std::unique_ptr<Source> source);
  void follow(Layer& layer);                                          // watch its files and events
  Status declare(std::vector<Declaration> declarations, const std::string& who);
  Status check(const Edit& edit) const;
  enum class Mode { Do, Undo, Redo };
  Result<ChangeRecord> edit(std::vector<Edit> edits, std::string who, std::string_view source, Mode mode);

  // ---- delivery side
  mutable std::mutex state;
  std::condition_variable work, done;
  std::map<std::uint64_t, std::shared_ptr<ObserverRecord>> observers;
  std::vector<std::weak_ptr<BoundSlot>> slots;
  std::deque<HistoryItemPtr> history;          // oldest first
  std::deque<Delivery> queue;
  std::set<std::string> dirty;                 // sources to read again
  std::uint64_t next_observer = 1, running = 0;
  bool busy = false, stopping = false;
  std::thread thread;

  void run();
  void deliver(Delivery delivery);
  void acknowledge(const HistoryItemPtr& item, const std::string& reader, const std::string& error);
  ChangeRecord wait(const HistoryItemPtr& item);
  void touch(const std::vector<std::string>& sources);  // from watchers, any thread; those given at once are read as one
  std::uint64_t add_observer(std::vector<std::string> paths, std::string reader, Observer observer);
  void end_observer(std::uint64_t observer);
};

Error problems_error(const std::vector<Problem>& problems);

}  // namespace slipway::config
