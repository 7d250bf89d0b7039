#include "slipway/cache/memory.h"

#include <algorithm>
#include <atomic>
#include <bit>

#include "slipway/cache/flights.h"
#include "slipway/cache/shard.h"
#include "slipway/telemetry/call_trace.h"

namespace slipway::cache {
namespace {

class CacheSpan {
 public:
  CacheSpan(const context::Context& context, telemetry::NameId name, std::string_view key)
      : trace_(context.call_trace()) {
    if (trace_ && !trace_->active()) trace_ = nullptr;
    if (!trace_) return;
    index_ = trace_->open_concurrent(name, telemetry::SpanKind::Cache);
    if (trace_->detailed()) trace_->attribute(index_, name_key(), std::string(key));
  }
  void close(const Result<Lookup>& outcome) {
    if (!trace_) return;
    if (outcome && trace_->detailed()) {
      static constexpr const char* kTexts[] = {"miss", "hit", "negative"};
      trace_->attribute(index_, name_result(), kTexts[static_cast<int>(outcome->kind)]);
    }
    if (!outcome) trace_->attribute(index_, name_error(), outcome.error().to_string());
    close(outcome.ok());
  }
  void close(bool ok = true) {
    if (trace_)
      trace_->close_concurrent(index_, ok ? telemetry::SpanStatus::Ok : telemetry::SpanStatus::Error);
    trace_ = nullptr;
  }

 private:
  static telemetry::NameId name_key() {
    static const auto id = telemetry::intern("cache.key");
    return id;
  }
  static telemetry::NameId name_result() {
    static const auto id = telemetry::intern("cache.result");
    return id;
  }
  static telemetry::NameId name_error() {
    static const auto id = telemetry::intern("error");
    return id;
  }
  telemetry::CallTrace* trace_;
  std::uint32_t index_ = 0;
};

struct SpanNames {
  telemetry::NameId get = telemetry::intern("cache get");
  telemetry::NameId set = telemetry::intern("cache set");
  telemetry::NameId remove = telemetry::intern("cache remove");
  telemetry::NameId load = telemetry::intern("cache get_or_set");
};
const SpanNames& names() {
  static const SpanNames n;
  return n;
}

std::size_t shard_count(const MemoryOptions& options) {
  std::size_t count = std::bit_ceil(std::max<std::size_t>(1, options.shards));
  while (count > 1 && options.max_entries / count < 32) count /= 2;
  return count;
}

class MemoryCache final : public Cache {
 public:
  explicit MemoryCache(const MemoryOptions& options)
      : options_(options), clock_(options.clock ? *options.clock : Clock::system()) {
    const std::size_t count = shard_count(options);
    const std::size_t most = std::max<std::size_t>(1, options.max_entries);
    for (std::size_t i = 0; i < count; ++i)
      shards_.push_back(std::make_unique<Shard>(most / count + (i < most % count ? 1 : 0)));
  }

  std::string_view kind() const override { return "memory"; }

  Result<Lookup> get(const Context& context, std::string_view key) override {
    CacheSpan span(context, names().get, key);
    Result<Lookup> found = find(key);
    span.close(found);
    return found;
  }

  Status set(const Context& context, std::string_view key, Value value, Duration ttl) override {
    CacheSpan span(context, names().set, key);
    store(key, std::move(value), false, ttl);
    span.close();
    return {};
  }

  Status set_negative(const Context& context, std::string_view key, Duration ttl) override {
    CacheSpan span(context, names().set, key);
    store(key, {}, true, ttl);
    span.close();
    return {};
  }

  Result<bool> remove(const Context& context, std::string_view key) override {
    CacheSpan span(context, names().remove, key);
    const std::size_t hash = hash_of(key);
    const bool was_there = shard(hash).remove(key, hash);
    span.close();
    return was_there;
  }

  Result<std::size_t> remove_prefix(const Context& context, std::string_view prefix) override {
    CacheSpan span(context, names().remove, prefix);
    std::size_t removed = 0;
    for (const auto& s : shards_) removed += s->remove_prefix(prefix);
    span.close();
    return removed;
  }

  Result<Lookup> get_or_set(const Context& context, std::string_view key, const Loader& load,
                            Duration ttl) override {
    CacheSpan span(context, names().load, key);
    Result<Lookup> outcome = find(key);
    // Once more when who loaded gave up for reasons of his own.
    while (outcome && !outcome->known()) {
      if (Status s = context.check(); !s) {
        outcome = s.error();
        break;
      }
      const auto ticket = flights_.board(key, std::this_thread::get_id());
      if (!ticket.seat) {
        outcome = peek(key);  // another flight may have landed since the miss
        if (!outcome->known()) outcome = fly(key, load, ttl);
        flights_.land(ticket.flight, outcome, gave_up(outcome, context));
        break;
      }
      shared_loads_.fetch_add(1, std::memory_order_relaxed);
      outcome = ticket.seat->wait(context);
      if (!flew_on(ticket, outcome)) break;
      outcome = peek(key);
    }
    span.close(outcome);
    return outcome;
  }

  Task<Result<Lookup>> get_or_set_async(Context context, std::string key, AsyncLoader load,
                                        Duration ttl) override {
    CacheSpan span(context, names().load, key);
    Result<Lookup> outcome = find(key);
    while (outcome && !outcome->known()) {
      if (Status s = context.check(); !s) {
        outcome = s.error();
        break;
      }
      const auto ticket = flights_.board(key, {});
      if (!ticket.seat) {
        outcome = peek(key);
        std::exception_ptr thrown;
        if (!outcome->known()) {
          loads_.fetch_add(1, std::memory_order_relaxed);
          Loaded loaded = internal_error("the loader of cache key \"" + key + "\" failed", "CACHE_LOADER");
          try {
            auto loading = load();
            loaded = co_await loading;
          } catch (...) {
            thrown = std::current_exception();
          }
          outcome = keep(key, std::move(loaded), ttl);
        }
        flights_.land(ticket.flight, outcome, gave_up(outcome, context));
        if (thrown) {
          span.close(false);
          std::rethrow_exception(thrown);
        }
        break;
      }
      shared_loads_.fetch_add(1, std::memory_order_relaxed);
      auto waiting = context::Handover<Flights::Outcome>::wait_async(ticket.seat, context);
      outcome = co_await waiting;
      if (!flew_on(ticket, outcome)) break;
      outcome = peek(key);
    }
    span.close(outcome);
    co_return outcome;
  }

  Stats stats() const override {
    Stats stats;
    for (const auto& s : shards_) s->add_to(stats);
    stats.loads = loads_.load(std::memory_order_relaxed);
    stats.shared_loads = shared_loads_.load(std::memory_order_relaxed);
    return stats;
  }

  std::vector<Entry> list(std::string_view text, std::size_t limit) const override {
    std::vector<Shard::Listed> all;
    const TimePoint now = clock_.now();
    for (const auto& s : shards_) s->list(text, limit, now, all);
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.used > b.used; });
    std::vector<Entry> out;
    for (std::size_t i = 0; i < all.size() && i < limit; ++i) out.push_back(std::move(all[i].entry));
    return out;
  }

 private:
  // A failure of one whose context has given up is his own.
  static bool gave_up(const Result<Lookup>& outcome, const Context& context) { return !outcome && !context.check(); }
  // After a wait: true when the flight ended for reasons of its pilot, and this one has to look again.
  bool flew_on(const Flights::Ticket& ticket, const Result<Lookup>& outcome) {
    if (!ticket.seat->left()) return !outcome && ticket.flight->given_up;
    flights_.leave(ticket);
    return false;
  }

  static std::size_t hash_of(std::string_view key) { return std::hash<std::string_view>()(key); }
  // The map inside takes the low bits, so the shard is chosen by high ones.
  Shard& shard(std::size_t hash) { return *shards_[(hash >> 48) & (shards_.size() - 1)]; }

  Lookup find(std::string_view key) {
    const std::size_t hash = hash_of(key);
    return shard(hash).get(key, hash, clock_.now());
  }

  Lookup peek(std::string_view key) const {
    const std::size_t hash = hash_of(key);
    return shards_[(hash >> 48) & (shards_.size() - 1)]->peek(key, hash, clock_.now());
  }

  void store(std::string_view key, Value value, bool negative, Duration ttl) {
    if (ttl == Duration::zero()) ttl = negative ? options_.negative_ttl : options_.ttl;
    const std::size_t hash = hash_of(key);
    if (ttl < Duration::zero()) {  // already over
      shard(hash).remove(key, hash);
      return;
    }
    const TimePoint now = clock_.now();
    const TimePoint expires = ttl >= TimePoint::max() - now ? TimePoint::max() : now + ttl;
    shard(hash).set(key, hash, std::move(value), negative, now, expires);
  }

  Result<Lookup> fly(std::string_view key, const Loader& load, Duration ttl) {
    loads_.fetch_add(1, std::memory_order_relaxed);
    try {
      return keep(key, load(), ttl);
    } catch (const std::exception& e) {
      return internal_error("the loader of cache key \"" + std::string(key) + "\" failed", "CACHE_LOADER")
          .with_cause(Error(500, "EXCEPTION", e.what()));
    } catch (...) {
      return internal_error("the loader of cache key \"" + std::string(key) + "\" failed", "CACHE_LOADER");
    }
  }

  Result<Lookup> keep(std::string_view key, Loaded loaded, Duration ttl) {
    if (!loaded) return loaded.error();
    if (!*loaded) {
      store(key, {}, true, {});
      return Lookup{Lookup::Kind::Negative, {}};
    }
    store(key, **loaded, false, ttl);
    return Lookup{Lookup::Kind::Hit, std::move(**loaded)};
  }

  MemoryOptions options_;
  const Clock& clock_;
  std::vector<std::unique_ptr<Shard>> shards_;
  Flights flights_;
  std::atomic<std::uint64_t> loads_{0}, shared_loads_{0};
};

}  // namespace

std::unique_ptr<Cache> make_memory_cache(const MemoryOptions& options) {
  return std::make_unique<MemoryCache>(options);
}

}  // namespace slipway::cache
