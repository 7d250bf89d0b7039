// Latency buckets: durations counted on a log scale with 64 steps per octave, so a percentile is right to 0.8 %.
// Small enough (9 KiB) to keep one set per operation and thread, always on.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace slipway::telemetry {

struct LatencyScale {
  static constexpr int kSubBits = 6;
  static constexpr std::int64_t kMost = (1ll << 42) - 1;  // about 73 minutes; longer ones count as that
  static constexpr std::size_t kBuckets = ((42 - kSubBits) << kSubBits) + (1u << kSubBits);

  static std::size_t bucket_of(std::int64_t ns) {
    const auto v = static_cast<std::uint64_t>(ns < 0 ? 0 : ns > kMost ? kMost : ns);
    const int width = static_cast<int>(std::bit_width(v));
    const int shift = width > kSubBits + 1 ? width - kSubBits - 1 : 0;
    return (static_cast<std::size_t>(shift) << kSubBits) + static_cast<std::size_t>(v >> shift);
  }
  // The middle of what falls into a bucket.
  static std::int64_t value_of(std::size_t bucket) {
    constexpr std::size_t kOne = std::size_t{1} << kSubBits;
    if (bucket < 2 * kOne) return static_cast<std::int64_t>(bucket);
    const std::size_t shift = (bucket >> kSubBits) - 1;
    const auto low = static_cast<std::int64_t>((bucket - (shift << kSubBits)) << shift);
    return low + (1ll << shift) / 2;
  }
};

// Counts by bucket; not thread-safe.
class LatencyCounts {
 public:
  void add(std::size_t bucket, std::uint64_t count) {
    if (counts_.empty()) counts_.resize(LatencyScale::kBuckets);
    counts_[bucket] += count;
    total_ += count;
  }
  void record(std::int64_t ns) { add(LatencyScale::bucket_of(ns), 1); }
  void merge(const LatencyCounts& other) {
    if (other.total_ == 0) return;
    if (counts_.empty()) counts_.resize(LatencyScale::kBuckets);
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
  }
  void clear() {
    if (total_ != 0) counts_.assign(counts_.size(), 0);
    total_ = 0;
  }
  std::uint64_t total() const { return total_; }
  // Duration below which `percent` of what was counted lies; 0 when empty.
  std::int64_t percentile(double percent) const {
    if (total_ == 0) return 0;
    auto rank = static_cast<std::uint64_t>(percent / 100 * static_cast<double>(total_) + 0.999999);
    if (rank < 1) rank = 1;
    if (rank > total_) rank = total_;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= rank) return LatencyScale::value_of(i);
    }
    return 0;
  }

 private:
  std::vector<std::uint32_t> counts_;
  std::uint64_t total_ = 0;
};

}  // namespace slipway::telemetry
