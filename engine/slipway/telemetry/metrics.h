// Metrics: named counters, gauges and histograms, and their text for Prometheus (exposition format 0.0.4).
//
// Make a metric once and keep the reference: adding to it is one relaxed atomic addition on a cell of the thread's own group, so
// workers do not fight over a cache line. The same name and labels give the same metric. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace slipway::telemetry {

using Labels = std::vector<std::pair<std::string, std::string>>;

namespace detail {
constexpr std::size_t kCells = 8;
std::size_t cell_of_thread();
struct alignas(64) Cell {
  std::atomic<std::uint64_t> n{0};
};
}  // namespace detail

class Counter {
 public:
  void add(std::uint64_t by = 1) { cells_[detail::cell_of_thread()].n.fetch_add(by, std::memory_order_relaxed); }
  std::uint64_t value() const;

 private:
  std::array<detail::Cell, detail::kCells> cells_;
};

class Gauge {
 public:
  void set(double v) { value_.store(v, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// Durations in seconds, by upper bounds.
class DurationHistogram {
 public:
  explicit DurationHistogram(std::vector<double> bounds_s);
  void record_ns(std::int64_t ns);
  const std::vector<double>& bounds() const { return bounds_; }
  std::vector<std::uint64_t> counts() const;  // not cumulative; one more than bounds
  double sum_s() const;

 private:
  std::vector<double> bounds_;
  std::vector<std::int64_t> bounds_ns_;
  struct Shard {
    std::unique_ptr<std::atomic<std::uint64_t>[]> counts;
    std::atomic<std::int64_t> sum_ns{0};
  };
  std::array<Shard, detail::kCells> shards_;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  static Metrics& system();

  // A name that is already in use with another kind is a broken invariant and throws std::logic_error.
  Counter& counter(std::string_view name, std::string_view help, const Labels& labels = {});
  Gauge& gauge(std::string_view name, std::string_view help, const Labels& labels = {});
  DurationHistogram& durations(std::string_view name, std::string_view help, const Labels& labels = {},
                               const std::vector<double>& bounds_s = {.005, .01, .025, .05, .1, .25, .5, 1});
  std::string expose() const;  // content type "text/plain; version=0.0.4"

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::telemetry
