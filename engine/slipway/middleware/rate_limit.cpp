// rate_limit: a token bucket for all calls, or one for each value of a header.
#include <array>
#include <cmath>
#include <mutex>
#include <unordered_map>

#include "slipway/base/snapshot.h"
#include "slipway/middleware/builtin_base.h"
#include "slipway/resilience/token_bucket.h"
#include "slipway/telemetry/log_mask.h"

namespace slipway::middleware::detail {
namespace {

using resilience::TokenBucket;

// Buckets by key, in shards. A shard that grows large forgets keys whose bucket is full again, then refuses none but shares one
// bucket among new keys, so that made-up keys can neither fill the memory nor lock out the rest.
class KeyedBuckets {
 public:
  TokenBucket::Verdict take(std::string_view key, TimePoint now, double rate, double burst) {
    Shard& s = shards_[std::hash<std::string_view>{}(key) % shards_.size()];
    std::lock_guard lock(s.mutex);
    auto it = s.buckets.find(std::string(key));
    if (it == s.buckets.end()) {
      if (s.buckets.size() >= kMostPerShard)
        std::erase_if(s.buckets, [&](const auto& b) { return b.second->load(std::memory_order_relaxed) <= now.time_since_epoch().count(); });
      if (s.buckets.size() >= kMostPerShard) return TokenBucket::take_from(s.crowded, now, rate, burst);
      it = s.buckets.emplace(std::string(key), std::make_unique<std::atomic<std::int64_t>>(0)).first;
    }
    return TokenBucket::take_from(*it->second, now, rate, burst);
  }

 private:
  static constexpr std::size_t kMostPerShard = 4096;
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::string, std::unique_ptr<std::atomic<std::int64_t>>> buckets;
    std::atomic<std::int64_t> crowded{0};
  };
  std::array<Shard, 16> shards_;
};

class RateLimit final : public Builtin {
 public:
  explicit RateLimit(Wiring w) : Builtin("rate_limit", std::move(w)) {}
  bool has_after() const override { return false; }
  std::optional<Status> before(Call& call) override {
    static const telemetry::NameId kRemaining = telemetry::intern("tokens.remaining");
    static const telemetry::NameId kKey = telemetry::intern("limit.key");
    const TimePoint now = wiring_.clock ? wiring_.clock->now() : TimePoint(Duration(Ticks::steady_ns(Ticks::now())));
    TokenBucket::Verdict v;
    std::string_view key;
    if (!keyed_.load(std::memory_order_relaxed)) {
      v = bucket_.take(now);
    } else {
      key = call.request.header(*key_.load());
      v = buckets_.take(key, now, bucket_.rate(), bucket_.burst());
    }
    if (call.trace.active() && (call.trace.detailed() || !v.admitted)) {
      note_config(call);
      note(call, kRemaining, std::to_string(static_cast<std::int64_t>(v.remaining)));
      if (!key.empty() && !telemetry::is_secret_name(*key_.load())) note(call, kKey, std::string(key));
    }
    if (v.admitted) return std::nullopt;
    const auto seconds = std::max<std::int64_t>(1, (v.retry_after.count() + 999'999'999) / 1'000'000'000);
    (void)call.reply.headers.set("retry-after", std::to_string(seconds));
    return too_many_requests("more calls than " + rate_text() + " are not let through; try again in " + std::to_string(seconds) + " s")
        .with_metadata("retry_after_s", std::to_string(seconds));
  }
  std::string describe() const override {
    std::string out = rate_text() + ", burst " + Value(static_cast<std::int64_t>(bucket_.burst())).to_text();
    if (keyed_.load()) out += ", per " + *key_.load();
    return out;
  }
  Status set_option(std::string_view option, const Value& v) override {
    std::lock_guard lock(setting_);
    if (option == "rate")
      return apply(to_number(option, v, 1e-3), [this](double rate) { rate_ = rate, update(); });
    if (option == "burst") {
      if (v.is_null()) return burst_ = 0, update(), Status();
      return apply(to_whole(option, v, 1), [this](std::int64_t burst) { burst_ = static_cast<double>(burst), update(); });
    }
    if (option == "key")
      return apply(to_string(option, v), [this](std::string key) {
        keyed_ = !key.empty();
        key_.publish(std::make_shared<const std::string>(std::move(key)));
      });
    return unknown(option);
  }

 private:
  void update() { bucket_.set(rate_, burst_ > 0 ? burst_ : std::max(1.0, rate_)); }
  std::string rate_text() const {
    const double rate = std::round(bucket_.rate() * 1000) / 1000;
    return (rate == std::floor(rate) ? std::to_string(static_cast<std::int64_t>(rate)) : Value(rate).to_text()) + "/s";
  }
  std::mutex setting_;
  double rate_ = 1000, burst_ = 0;
  TokenBucket bucket_{1000, 1000};
  std::atomic<bool> keyed_{false};
  Snapshot<std::string> key_{std::make_shared<const std::string>()};
  KeyedBuckets buckets_;
};

}  // namespace

MiddlewarePtr make_rate_limit(Wiring w) { return std::make_shared<RateLimit>(std::move(w)); }

}  // namespace slipway::middleware::detail
