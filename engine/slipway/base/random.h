// Random and Ids: injected sources of chance, so that tests, simulation and replay are exact.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

namespace slipway {

// xoshiro256++ (Blackman and Vigna, 2019), seeded by splitmix64. One per thread; not thread-safe.
class Random {
 public:
  explicit Random(std::uint64_t seed) { reseed(seed); }
  void reseed(std::uint64_t seed);
  std::uint64_t next() {
    const std::uint64_t r = rotl(s_[0] + s_[3], 23) + s_[0];
    const std::uint64_t t = s_[1] << 17;
    s_[2] ^= s_[0];
    s_[3] ^= s_[1];
    s_[1] ^= s_[2];
    s_[0] ^= s_[3];
    s_[2] ^= t;
    s_[3] = rotl(s_[3], 45);
    return r;
  }
  // Uniform in [0, n), n > 0, by Lemire's multiply-shift (bias below n / 2^64).
  std::uint64_t below(std::uint64_t n) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * n) >> 64);
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // [0, 1)
  double exponential(double mean);
  double normal(double mean, double deviation);

 private:
  static std::uint64_t rotl(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
  std::array<std::uint64_t, 4> s_;
};

// This thread's generator, seeded from the system once.
Random& thread_random();

struct TraceId {
  std::uint64_t hi = 0, lo = 0;
  bool valid() const { return hi | lo; }
  std::string hex() const;  // 32 lower-case digits
  friend bool operator==(const TraceId&, const TraceId&) = default;
  friend auto operator<=>(const TraceId&, const TraceId&) = default;
};
using SpanId = std::uint64_t;  // 0 = none
std::string span_hex(SpanId id);  // 16 lower-case digits

// Where identities come from. Thread-safe.
class Ids {
 public:
  virtual ~Ids() = default;
  virtual TraceId trace_id() = 0;
  virtual SpanId span_id() = 0;
  virtual std::string uuid() = 0;  // RFC 9562 version 4
  static Ids& system();
  static std::unique_ptr<Ids> seeded(std::uint64_t seed);  // the same sequence for the same seed
};

}  // namespace slipway
