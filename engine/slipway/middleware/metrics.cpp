// metrics: slipway_requests_total{service,operation,code} and slipway_request_duration_seconds{service,operation}.
#include <array>
#include <mutex>

#include "slipway/middleware/builtin_base.h"

namespace slipway::middleware::detail {
namespace {

constexpr int kCodes = 600;

struct OperationMetrics {
  std::uint64_t key = 0;
  telemetry::Labels labels;
  telemetry::DurationHistogram* durations = nullptr;
  std::array<std::atomic<telemetry::Counter*>, kCodes> by_code{};
};

class MetricsStep final : public Builtin {
 public:
  explicit MetricsStep(Wiring w) : Builtin("metrics", std::move(w)) {}
  bool has_before() const override { return false; }
  void after(Call& call, Status& status) override {
    if (!call.operation) return;
    OperationMetrics& m = of(*call.operation);
    const int code = std::clamp(status.ok() ? call.reply.status : status.error().http_status(), 0, kCodes - 1);
    auto& slot = m.by_code[static_cast<std::size_t>(code)];
    telemetry::Counter* counter = slot.load(std::memory_order_acquire);
    if (!counter) {
      auto labels = m.labels;
      labels.emplace_back("code", std::to_string(code));
      counter = &wiring_.metrics.counter("slipway_requests_total", "Calls answered.", labels);
      slot.store(counter, std::memory_order_release);
    }
    counter->add();
    if (call.received != 0) m.durations->record_ns(Ticks::to_ns(Ticks::now() - call.received));
  }
  std::string describe() const override { return "requests and durations for Prometheus"; }
  Status set_option(std::string_view option, const Value&) override { return unknown(option); }

 private:
  // A table that only grows, read without a lock; names beyond its size share the last place.
  OperationMetrics& of(const Operation& operation) {
    const std::uint64_t key = std::uint64_t{operation.service_id} << 32 | operation.name_id;
    const std::size_t home = (key * 0x9E3779B97F4A7C15ull) >> 54;
    for (std::size_t i = 0; i < kSlots; ++i) {
      OperationMetrics* m = slots_[(home + i) % kSlots].load(std::memory_order_acquire);
      if (!m) break;
      if (m->key == key) return *m;
    }
    return add(operation, key, home);
  }
  OperationMetrics& add(const Operation& operation, std::uint64_t key, std::size_t home) {
    std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < kSlots; ++i) {
      auto& slot = slots_[(home + i) % kSlots];
      if (OperationMetrics* m = slot.load(std::memory_order_acquire)) {
        if (m->key == key || owned_.size() >= kSlots - 1) return *m;
        continue;
      }
      auto made = std::make_unique<OperationMetrics>();
      made->key = key;
      made->labels = {{"service", operation.service}, {"operation", operation.name}};
      made->durations = &wiring_.metrics.durations("slipway_request_duration_seconds", "Time from arrival to reply.", made->labels);
      slot.store(made.get(), std::memory_order_release);
      return *owned_.emplace_back(std::move(made));
    }
    return *owned_.back();
  }
  static constexpr std::size_t kSlots = 1024;
  std::array<std::atomic<OperationMetrics*>, kSlots> slots_{};
  std::mutex mutex_;
  std::vector<std::unique_ptr<OperationMetrics>> owned_;
};

}  // namespace

MiddlewarePtr make_metrics(Wiring w) { return std::make_shared<MetricsStep>(std::move(w)); }

}  // namespace slipway::middleware::detail
