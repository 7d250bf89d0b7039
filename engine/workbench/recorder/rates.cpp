#include "workbench/recorder/rates.h"

#include <algorithm>

namespace workbench::recorder {

using slipway::telemetry::LatencyCounts;

namespace {

template <class Array>
auto& slot(Array& a, std::int64_t second) {
  return a[static_cast<std::size_t>(second % static_cast<std::int64_t>(a.size()))];
}

}  // namespace

void Rates::add(std::span<const slipway::telemetry::OperationTraffic> traffic) {
  std::lock_guard lock(mutex_);
  const std::int64_t now = now_second();
  for (const auto& t : traffic) {
    Instance& i = instances_[t.service];
    if (i.total == 0) i.first = now;
    i.total += t.requests;
    i.errors += t.errors;
    Second& s = slot(i.seconds, now);
    if (s.at != now) s = {now};
    s.requests += t.requests;
    s.errors += t.errors;
    auto& [at, latency] = slot(i.latencies, now);
    if (at != now) {
      if (Second& old = slot(i.seconds, at); old.at == at) old.p99_ns = latency.percentile(99);
      latency.clear();
      at = now;
    }
    for (const auto& [bucket, n] : t.latency) latency.add(bucket, n);
  }
  stale_ = true;
}

std::vector<ServiceRate> Rates::rates() const {
  std::lock_guard lock(mutex_);
  const std::int64_t now = now_second();
  if (!stale_ && cached_second_ == now) return cached_;
  cached_.clear();
  for (const auto& [name, i] : instances_) {
    ServiceRate r;
    r.instance = slipway::telemetry::name_of(name);
    r.total = i.total;
    r.errors = i.errors;
    if (const Second& last = slot(i.seconds, now - 1); last.at == now - 1) {
      r.requests_per_s = static_cast<double>(last.requests);
      r.errors_per_s = static_cast<double>(last.errors);
    }
    LatencyCounts recent;
    for (const auto& [at, latency] : i.latencies)
      if (now - at < kLatencies) recent.merge(latency);
    r.p50_ns = recent.percentile(50);
    r.p99_ns = recent.percentile(99);
    for (std::int64_t s = std::max(i.first, now - kSeconds); s < now; ++s) {
      const Second& second = slot(i.seconds, s);
      const bool there = second.at == s;
      r.history.push_back(there ? static_cast<float>(second.requests) : 0.0f);
      std::int64_t p99 = there ? second.p99_ns : 0;
      if (const auto& [at, latency] = slot(i.latencies, s); there && at == s) p99 = latency.percentile(99);
      r.p99_history_ms.push_back(static_cast<float>(static_cast<double>(p99) * 1e-6));
    }
    cached_.push_back(std::move(r));
  }
  std::sort(cached_.begin(), cached_.end(), [](const auto& a, const auto& b) { return a.instance < b.instance; });
  cached_second_ = now;
  stale_ = false;
  return cached_;
}

std::vector<RateSecond> Rates::seconds(std::int64_t from_s) const {
  std::vector<RateSecond> out;
  std::lock_guard lock(mutex_);
  const std::int64_t now = now_second();
  for (const auto& [name, i] : instances_)
    for (std::int64_t s = std::max(now - kLatencies + 1, from_s - wall_offset_); s <= now; ++s) {
      const Second& second = slot(i.seconds, s);
      if (second.at != s) continue;
      RateSecond r{s + wall_offset_, std::string(slipway::telemetry::name_of(name)), second.requests, second.errors, 0, 0, 0, s == now};
      LatencyCounts recent;
      for (const auto& [at, latency] : i.latencies) {
        if (at == s) r.p99_ns = latency.percentile(99);
        if (at <= s && s - at < 10) recent.merge(latency);
      }
      r.recent_p50_ns = recent.percentile(50);
      r.recent_p99_ns = recent.percentile(99);
      out.push_back(std::move(r));
    }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.wall_s != b.wall_s ? a.wall_s < b.wall_s : a.instance < b.instance; });
  return out;
}

void Rates::clear() {
  std::lock_guard lock(mutex_);
  instances_.clear();
  stale_ = true;
}

}  // namespace workbench::recorder
