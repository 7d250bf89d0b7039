// Histogram: log-linear buckets in the HdrHistogram layout (Tene), three significant digits, values in ns from 1 ns
// to about 1 hour. Percentiles carry a relative error below 0.1 %. Merging is addition. Not thread-safe: keep one per
// thread and merge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace slipway {

class Histogram {
 public:
  explicit Histogram(std::int64_t highest = 3'600'000'000'000, int significant_digits = 3);
  void record(std::int64_t value, std::uint64_t count = 1);  // clamped to [0, highest]
  // Coordinated-omission correction for closed-loop data (HdrHistogram's recordValueWithExpectedInterval).
  void record_corrected(std::int64_t value, std::int64_t expected_interval);
  void merge(const Histogram& other);  // same shape required
  void reset();
  std::uint64_t count() const { return total_; }
  std::int64_t min() const;
  std::int64_t max() const { return max_; }
  double mean() const;
  // Highest value equivalent to the one at percentile p in [0, 100], never above max(); 0 when empty.
  std::int64_t percentile(double p) const;
  // Visits non-empty buckets in order: (lowest value, highest value, count).
  void for_each(const std::function<void(std::int64_t, std::int64_t, std::uint64_t)>& visit) const;

 private:
  std::size_t index_of(std::int64_t value) const;
  std::int64_t lowest_of(std::size_t index) const;
  std::int64_t highest_of(std::size_t index) const;
  int sub_bits_ = 0;
  std::int64_t highest_ = 0;
  std::vector<std::uint64_t> counts_;
  std::uint64_t total_ = 0;
  std::int64_t min_ = INT64_MAX, max_ = 0;
  double sum_ = 0;
};

}  // namespace slipway
