#include "slipway/base/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace slipway {

// Layout: bucket 0 holds 2^sub_bits values one by one; each further bucket doubles the width and holds
// 2^(sub_bits-1) of them, so that the relative width stays below 1 / 10^digits.
Histogram::Histogram(std::int64_t highest, int significant_digits) {
  if (highest < 2 || significant_digits < 1 || significant_digits > 5)
    throw std::logic_error("Histogram: highest must be at least 2 and digits 1 to 5");
  const auto resolution = static_cast<std::uint64_t>(2 * std::llround(std::pow(10, significant_digits)));
  sub_bits_ = std::bit_width(std::bit_ceil(resolution)) - 1;
  highest_ = highest;
  counts_.resize(index_of(highest) + 1);
}

std::size_t Histogram::index_of(std::int64_t value) const {
  const auto v = static_cast<std::uint64_t>(value);
  const int bucket = std::max(0, static_cast<int>(std::bit_width(v)) - sub_bits_);
  return (static_cast<std::size_t>(bucket) << (sub_bits_ - 1)) + static_cast<std::size_t>(v >> bucket);
}

std::int64_t Histogram::lowest_of(std::size_t index) const {
  const std::size_t half = std::size_t{1} << (sub_bits_ - 1);
  if (index < 2 * half) return static_cast<std::int64_t>(index);
  const std::size_t bucket = index / half - 1;
  return static_cast<std::int64_t>((index - bucket * half) << bucket);
}

std::int64_t Histogram::highest_of(std::size_t index) const {
  return lowest_of(index + 1) - 1;
}

void Histogram::record(std::int64_t value, std::uint64_t count) {
  if (count == 0) return;
  value = std::clamp<std::int64_t>(value, 0, highest_);
  counts_[index_of(value)] += count;
  total_ += count;
  min_ = std::min(min_, value);
  max_ = std::max(max_, value);
  sum_ += static_cast<double>(value) * static_cast<double>(count);
}

void Histogram::record_corrected(std::int64_t value, std::int64_t expected_interval) {
  record(value);
  if (expected_interval <= 0) return;
  value = std::clamp<std::int64_t>(value, 0, highest_);
  for (std::int64_t missed = value - expected_interval; missed >= expected_interval;
       missed -= expected_interval)
    record(missed);
}

void Histogram::merge(const Histogram& other) {
  if (other.counts_.size() != counts_.size() || other.sub_bits_ != sub_bits_)
    throw std::logic_error("Histogram::merge: the shapes differ");
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  total_ += other.total_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ += other.sum_;
}

void Histogram::reset() {
  std::fill(counts_.begin(), counts_.end(), 0);
  total_ = 0;
  min_ = INT64_MAX;
  max_ = 0;
  sum_ = 0;
}

std::int64_t Histogram::min() const {
  return total_ ? min_ : 0;
}
double Histogram::mean() const {
  return total_ ? sum_ / static_cast<double>(total_) : 0;
}

std::int64_t Histogram::percentile(double p) const {
  if (total_ == 0) return 0;
  // One ulp down: 99.9 % of 1 000 is 999, not the 1 000 that the product's rounding may give.
  const double asked = std::nextafter(std::clamp(p, 0.0, 100.0), 0.0);
  const auto rank = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::ceil(asked / 100.0 * static_cast<double>(total_))));
  std::uint64_t seen = 0;
  for (std::size_t i = index_of(min_); i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= rank) return std::min(highest_of(i), max_);
  }
  return max_;
}

void Histogram::for_each(const std::function<void(std::int64_t, std::int64_t, std::uint64_t)>& visit) const {
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i]) visit(lowest_of(i), highest_of(i), counts_[i]);
}

}  // namespace slipway
