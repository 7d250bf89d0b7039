// Cache: values by key with a time to live. A strategy family: this interface and its adapters (`memory` here).
//
// A Value is stored as it is; a "negative" entry remembers that something does not exist, so that asking again costs
// nothing. get_or_set makes sure that of many callers who miss the same key one runs the loader and the others wait for its
// result. A loader runs without any lock of the cache held, so it may use the same cache.
//
// ttl: 0 = the cache's default; kForever = until evicted. Errors: only adapters that leave the process have any.
// Tracing: with a call_trace in the context each operation is a span of kind Cache. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/task.h"
#include "slipway/base/time.h"
#include "slipway/base/value.h"
#include "slipway/context/context.h"

namespace slipway::cache {

inline constexpr Duration kForever = Duration::max();

struct Stats {
  std::uint64_t hits = 0, misses = 0;
  std::uint64_t negative_hits = 0;  // also counted in hits
  std::uint64_t sets = 0;
  std::uint64_t evictions = 0;      // for lack of room
  std::uint64_t expirations = 0;    // found past their time
  std::uint64_t loads = 0;          // loaders that ran for get_or_set
  std::uint64_t shared_loads = 0;   // callers that waited for another's loader
  std::size_t entries = 0;
  std::uint64_t bytes = 0;          // keys and values, estimated
  double hit_rate() const { return hits + misses ? static_cast<double>(hits) / static_cast<double>(hits + misses) : 0; }
};

// What a browser shows of one entry.
struct Entry {
  std::string key;
  Value value;
  bool negative = false;
  Duration age{};
  Duration left{};  // kForever when it does not expire
  std::uint64_t hits = 0;
};

struct Lookup {
  enum class Kind { Miss, Hit, Negative };
  Kind kind = Kind::Miss;
  Value value;  // for a Hit
  bool hit() const { return kind == Kind::Hit; }
  bool known() const { return kind != Kind::Miss; }
};

class Cache {
 public:
  using Context = context::Context;
  // nullopt = there is no such thing; it becomes a negative entry. An Error is handed to the callers and not stored.
  using Loaded = Result<std::optional<Value>>;
  using Loader = std::function<Loaded()>;
  using AsyncLoader = std::function<Task<Loaded>()>;

  virtual ~Cache() = default;
  virtual std::string_view kind() const = 0;  // "memory"
  virtual Result<Lookup> get(const Context& context, std::string_view key) = 0;
  virtual Status set(const Context& context, std::string_view key, Value value, Duration ttl = {}) = 0;
  virtual Status set_negative(const Context& context, std::string_view key, Duration ttl = {}) = 0;
  // True when it was there.
  virtual Result<bool> remove(const Context& context, std::string_view key) = 0;
  // Keys that begin with `prefix`; "" = all. The number removed.
  virtual Result<std::size_t> remove_prefix(const Context& context, std::string_view prefix) = 0;
  // Blocks while another thread loads the same key, at most until this context gives up; who loads stays until the loader ends, so a
  // loader uses the same context for what it does. When it fails because its caller gave up, one of those who wait loads instead. A
  // loader that asks for its own key, directly or through others on its thread, gets INTERNAL / CACHE_REENTERED.
  virtual Result<Lookup> get_or_set(const Context& context, std::string_view key, const Loader& load, Duration ttl = {}) = 0;
  // The same for handlers: suspends instead of blocking, resumes on the executor that was current.
  virtual Task<Result<Lookup>> get_or_set_async(Context context, std::string key, AsyncLoader load, Duration ttl = {}) = 0;
  virtual Stats stats() const = 0;
  // Entries whose key holds `text`, most recently used first, at most `limit`. Costs a walk; for people, not for calls.
  virtual std::vector<Entry> list(std::string_view text = {}, std::size_t limit = 200) const = 0;
};

}  // namespace slipway::cache
