#include "slipway/base/random.h"

#include <sys/random.h>

#include <cmath>
#include <mutex>
#include <random>

namespace slipway {
namespace {

std::uint64_t splitmix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

std::uint64_t system_seed() {
  std::uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, 0) == static_cast<ssize_t>(sizeof seed)) return seed;
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

void append_hex(std::string& out, std::uint64_t bits, int digits) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (int i = digits - 1; i >= 0; --i) out += kHex[(bits >> (4 * i)) & 15];
}

TraceId make_trace_id(Random& random) {
  TraceId id;
  do {
    id = {random.next(), random.next()};
  } while (!id.valid());
  return id;
}

SpanId make_span_id(Random& random) {
  SpanId id;
  do {
    id = random.next();
  } while (id == 0);
  return id;
}

std::string make_uuid(Random& random) {
  const std::uint64_t hi = (random.next() & ~0xF000ull) | 0x4000ull;                         // version 4
  const std::uint64_t lo = (random.next() & 0x3FFFFFFFFFFFFFFFull) | 0x8000000000000000ull;  // variant 10
  std::string out;
  out.reserve(36);
  append_hex(out, hi >> 32, 8);
  out += '-';
  append_hex(out, hi >> 16 & 0xFFFF, 4);
  out += '-';
  append_hex(out, hi & 0xFFFF, 4);
  out += '-';
  append_hex(out, lo >> 48, 4);
  out += '-';
  append_hex(out, lo & 0xFFFFFFFFFFFFull, 12);
  return out;
}

class SystemIds final : public Ids {
 public:
  TraceId trace_id() override { return make_trace_id(thread_random()); }
  SpanId span_id() override { return make_span_id(thread_random()); }
  std::string uuid() override { return make_uuid(thread_random()); }
};

class SeededIds final : public Ids {
 public:
  explicit SeededIds(std::uint64_t seed) : random_(seed) {}
  TraceId trace_id() override {
    std::lock_guard lock(mutex_);
    return make_trace_id(random_);
  }
  SpanId span_id() override {
    std::lock_guard lock(mutex_);
    return make_span_id(random_);
  }
  std::string uuid() override {
    std::lock_guard lock(mutex_);
    return make_uuid(random_);
  }

 private:
  std::mutex mutex_;
  Random random_;
};

}  // namespace

void Random::reseed(std::uint64_t seed) {
  for (auto& word : s_) word = splitmix(seed);
}

double Random::exponential(double mean) {
  return -mean * std::log1p(-uniform());
}

double Random::normal(double mean, double deviation) {
  // Marsaglia's polar method; the second value is thrown away so that the state is the seed's alone.
  for (;;) {
    const double x = 2 * uniform() - 1, y = 2 * uniform() - 1;
    const double s = x * x + y * y;
    if (s > 0 && s < 1) return mean + deviation * x * std::sqrt(-2 * std::log(s) / s);
  }
}

Random& thread_random() {
  thread_local Random random(system_seed());
  return random;
}

std::string TraceId::hex() const {
  std::string out;
  out.reserve(32);
  append_hex(out, hi, 16);
  append_hex(out, lo, 16);
  return out;
}

std::string span_hex(SpanId id) {
  std::string out;
  append_hex(out, id, 16);
  return out;
}

Ids& Ids::system() {
  static SystemIds ids;
  return ids;
}

std::unique_ptr<Ids> Ids::seeded(std::uint64_t seed) {
  return std::make_unique<SeededIds>(seed);
}

}  // namespace slipway
