// Config: layered, live configuration. Sources are overlaid, templates resolved, the result checked against the schema and
// published as one immutable snapshot; observers learn what changed, and who has applied it is recorded.
//
//   Config config;
//   config.add_source(std::make_unique<FileSource>("config/service.toml"));
//   config.add_source(std::make_unique<EnvironmentSource>());
//   config.add_source(make_overrides(".slipway/overrides.yaml"));
//   config.define("gateway", {{.prefix = "gateway.rate_limit", .keys = {{.name = "rate", .type = KeyType::Float, .fallback = 100.0}}}});
//   if (auto s = config.start(); !s) …          // every problem at once; what is valid is in effect all the same
//   auto rate = config.bind<double>("gateway.rate_limit.rate", 100, "gateway rate_limit");
//   … *rate …                                   // one relaxed load, always current
//
// Use bind() for values read per call, observe() for what must act on a change, get() for reads at set-up.
// A document that does not parse or validate changes nothing: the last good one stays, and problems() says why.
// Thread-safe. Observers run one after another on the config's own thread, never under a lock; they may call anything here.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/config/bound.h"
#include "slipway/config/change.h"
#include "slipway/config/schema.h"
#include "slipway/config/snapshot.h"
#include "slipway/config/source.h"

namespace slipway::config {

// Ends its observation when destroyed; when that returns, the callback is not running and will not run again
// (a callback may destroy its own).
class Subscription {
 public:
  Subscription() = default;
  explicit Subscription(std::function<void()> end) : end_(std::move(end)) {}
  Subscription(Subscription&& o) noexcept : end_(std::exchange(o.end_, nullptr)) {}
  Subscription& operator=(Subscription&& o) noexcept {
    std::swap(end_, o.end_);
    return *this;
  }
  ~Subscription() {
    if (end_) end_();
  }

 private:
  std::function<void()> end_;
};

struct ConfigOptions {
  bool watch_files = true;
  Duration debounce = std::chrono::milliseconds(20);       // quiet time after a file event
  Duration debounce_limit = std::chrono::milliseconds(200); // but never longer than this after the first one
  std::size_t history = 1'000;
  Duration apply_limit = std::chrono::seconds(5);          // how long set() waits for its readers
};

class Config {
 public:
  explicit Config(ConfigOptions options = {});
  ~Config();  // stops watching; bound handles keep their last values
  Config(const Config&) = delete;

  // ---- set-up
  // Before or after start(); after it, the source is loaded and published at once.
  Status add_source(std::unique_ptr<Source> source);
  void remove_source(std::string_view name);
  // The sources of one rank as a whole, in this order, in one publish: those that are there under their names stay as they are, new
  // ones are read (one that cannot be is listed as a problem and adds nothing), others go. LAYER_EXISTS when a name is taken.
  Status set_sources(Rank rank, std::vector<std::unique_ptr<Source>> sources);
  // What `owner` (a service) declares: its sections, and the values its files give (part of the defaults layer). Replaces all
  // that this owner declared before, in one publish. Problems of documents under the new sections are listed and returned.
  Status define(std::string owner, std::vector<Section> sections, Document defaults = {});
  // Several owners in one publish, for a reloaded workspace. An empty section list with an empty document removes the owner.
  struct Declaration {
    std::string owner;
    std::vector<Section> sections;
    Document defaults;
  };
  Status define_all(std::vector<Declaration> declarations);
  void undefine(std::string_view owner);
  // Loads every source and starts watching. The error lists all problems; what is valid is in effect in any case.
  Status start();
  bool started() const;

  // ---- reading
  SnapshotPtr snapshot() const;
  std::uint64_t version() const;
  template <class T>
  Result<T> get(std::string_view key) const {
    return local().get<T>(key);
  }
  template <class T>
  T get_or(std::string_view key, T fallback) const {
    return local().get_or<T>(key, std::move(fallback));
  }
  // `reader` names who reads ("gateway rate_limit"); it is shown beside the key and in `applied`. Empty = not shown.
  template <class T>
  Bound<T> bind(std::string key, T fallback = {}, std::string reader = {}) {
    return bind_any<T>({std::move(key)}, std::move(fallback), std::move(reader));
  }
  // The first of `keys` that is set: {"pricing.pricing-5.work.service_time", "pricing.work.service_time"}.
  template <class T>
  Bound<T> bind_any(std::vector<std::string> keys, T fallback = {}, std::string reader = {}) {
    auto slot = std::make_shared<TypedSlot<T>>(std::move(keys), std::move(fallback), std::move(reader), nullptr);
    attach(slot);
    return Bound<T>(std::move(slot));
  }
  // With a conversion of its own, for enums and parsed texts.
  template <class T>
  Bound<T> bind_with(std::vector<std::string> keys, T fallback, std::function<Result<T>(const Value&)> convert,
                     std::string reader = {}) {
    auto slot = std::make_shared<TypedSlot<T>>(
        std::move(keys), std::move(fallback), std::move(reader),
        [convert = std::move(convert)](const ConfigSnapshot&, const Entry& e) { return convert(e.value); });
    attach(slot);
    return Bound<T>(std::move(slot));
  }

  // ---- watching
  // `path` is a key, a prefix ("gateway.rate_limit" sees all below it) or "" for everything; the key need not exist yet.
  [[nodiscard]] Subscription observe(std::string path, std::string reader, Observer observer);
  [[nodiscard]] Subscription observe(std::vector<std::string> paths, std::string reader, Observer observer);
  // Who reads this key, sorted: observers and bound handles with a name.
  std::vector<std::string> readers(std::string_view key) const;
  // The same for every entry of a snapshot, in its order; at once, since asking one by one looks through all readers each time.
  std::vector<std::vector<std::string>> readers(const ConfigSnapshot& snapshot) const;

  // ---- writing
  // Into the overrides layer, or the source called `source` ("config/service.toml"), in place. Text is read by the key's type
  // (as YAML when the key has no schema). Blocks until every reader has applied it (at most apply_limit), save on the config's
  // own thread. A value that does not fit, or an unknown key under a schema, changes nothing: BAD_REQUEST with the fix.
  Result<ChangeRecord> set(std::string_view key, std::string_view text, std::string who, std::string_view source = {});
  Result<ChangeRecord> set_value(std::string_view key, Value value, std::string who, std::string_view source = {});
  Result<ChangeRecord> unset(std::string_view key, std::string who, std::string_view source = {});  // NOT_FOUND when not set there
  // Several at once, one publish, one step of undo.
  Result<ChangeRecord> edit(std::vector<Edit> edits, std::string who, std::string_view source = {});
  // The last edit made here (not by file), newest first. NOT_FOUND when there is none.
  Result<ChangeRecord> undo(std::string who);
  Result<ChangeRecord> redo(std::string who);
  // Puts the overrides back to what they were right after `version`; one step of undo.
  Result<ChangeRecord> revert_to(std::uint64_t version, std::string who);
  // Takes back what `version` did to the overrides, or to one key of them, and leaves what came later to other keys; one step of
  // undo. A key that was not overridden before it falls back to its lower layers.
  Result<ChangeRecord> revert(std::uint64_t version, std::string who, std::string_view key = {});
  // Reads that source (or all) again now and publishes; for sources that cannot be watched.
  Status reload(std::string_view source = {});

  // ---- looking
  std::vector<ChangeRecord> history(std::size_t limit = 200) const;  // newest first
  std::vector<Problem> problems() const;
  // Waits until all that was published has been delivered to the observers.
  void flush();

 private:
  const ConfigSnapshot& local() const;  // the calling thread's cached snapshot, brought up to date
  void attach(std::shared_ptr<BoundSlot> slot);
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace slipway::config
