#include "slipway/telemetry/metrics.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>

#include "slipway/base/json_text.h"

namespace slipway::telemetry {
namespace detail {

std::size_t cell_of_thread() {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % kCells;
  return mine;
}

}  // namespace detail

std::uint64_t Counter::value() const {
  std::uint64_t sum = 0;
  for (const auto& c : cells_) sum += c.n.load(std::memory_order_relaxed);
  return sum;
}

DurationHistogram::DurationHistogram(std::vector<double> bounds_s) : bounds_(std::move(bounds_s)) {
  std::sort(bounds_.begin(), bounds_.end());
  for (const double b : bounds_) bounds_ns_.push_back(static_cast<std::int64_t>(b * 1e9));
  for (Shard& s : shards_) s.counts = std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1);
}

void DurationHistogram::record_ns(std::int64_t ns) {
  Shard& s = shards_[detail::cell_of_thread()];
  std::size_t i = 0;
  while (i < bounds_ns_.size() && ns > bounds_ns_[i]) ++i;
  s.counts[i].fetch_add(1, std::memory_order_relaxed);
  s.sum_ns.fetch_add(ns, std::memory_order_relaxed);
}

std::vector<std::uint64_t> DurationHistogram::counts() const {
  std::vector<std::uint64_t> out(bounds_.size() + 1);
  for (const Shard& s : shards_)
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += s.counts[i].load(std::memory_order_relaxed);
  return out;
}

double DurationHistogram::sum_s() const {
  std::int64_t sum = 0;
  for (const Shard& s : shards_) sum += s.sum_ns.load(std::memory_order_relaxed);
  return static_cast<double>(sum) / 1e9;
}

namespace {

enum class Kind { Counter, Gauge, Durations };

struct Series {
  std::unique_ptr<Counter> counter;
  std::unique_ptr<Gauge> gauge;
  std::unique_ptr<DurationHistogram> durations;
};
struct Family {
  Kind kind = Kind::Counter;
  std::string help;
  std::map<std::string, Series> series;  // by label text
};

void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char c : text) {
    if (c == '\\') out += "\\\\";
    else if (c == '\n') out += "\\n";
    else if (c == '"' && quotes) out += "\\\"";
    else out += c;
  }
}

std::string label_text(const Labels& labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out += ',';
    out += name + "=\"";
    append_escaped(out, value, true);
    out += '"';
  }
  return out;
}

std::string number(double d) {
  if (d == static_cast<double>(static_cast<std::int64_t>(d))) return std::to_string(static_cast<std::int64_t>(d));
  std::string out;
  write_json_number(out, d);
  return out;
}

void line(std::string& out, const std::string& name, const std::string& labels, const std::string& more, const std::string& value) {
  out += name;
  if (!labels.empty() || !more.empty()) out += "{" + labels + (labels.empty() || more.empty() ? "" : ",") + more + "}";
  out += " " + value + "\n";
}

}  // namespace

struct Metrics::Impl {
  mutable std::mutex mutex;
  std::map<std::string, Family, std::less<>> families;

  Series& series(std::string_view name, std::string_view help, const Labels& labels, Kind kind) {
    auto it = families.find(name);
    if (it == families.end()) it = families.emplace(std::string(name), Family{kind, std::string(help), {}}).first;
    if (it->second.kind != kind) throw std::logic_error("metric \"" + std::string(name) + "\" already exists as another kind");
    return it->second.series[label_text(labels)];
  }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;
Metrics& Metrics::system() {
  static Metrics metrics;
  return metrics;
}

Counter& Metrics::counter(std::string_view name, std::string_view help, const Labels& labels) {
  std::lock_guard lock(impl_->mutex);
  Series& s = impl_->series(name, help, labels, Kind::Counter);
  if (!s.counter) s.counter = std::make_unique<Counter>();
  return *s.counter;
}
Gauge& Metrics::gauge(std::string_view name, std::string_view help, const Labels& labels) {
  std::lock_guard lock(impl_->mutex);
  Series& s = impl_->series(name, help, labels, Kind::Gauge);
  if (!s.gauge) s.gauge = std::make_unique<Gauge>();
  return *s.gauge;
}
DurationHistogram& Metrics::durations(std::string_view name, std::string_view help, const Labels& labels, const std::vector<double>& bounds_s) {
  std::lock_guard lock(impl_->mutex);
  Series& s = impl_->series(name, help, labels, Kind::Durations);
  if (!s.durations) s.durations = std::make_unique<DurationHistogram>(bounds_s);
  return *s.durations;
}

std::string Metrics::expose() const {
  std::lock_guard lock(impl_->mutex);
  std::string out;
  for (const auto& [name, family] : impl_->families) {
    constexpr const char* kKinds[] = {"counter", "gauge", "histogram"};
    out += "# HELP " + name + " ";
    append_escaped(out, family.help, false);
    out += "\n# TYPE " + name + " " + kKinds[static_cast<int>(family.kind)] + "\n";
    for (const auto& [labels, s] : family.series) {
      if (s.counter) line(out, name, labels, "", std::to_string(s.counter->value()));
      if (s.gauge) line(out, name, labels, "", number(s.gauge->value()));
      if (!s.durations) continue;
      const auto counts = s.durations->counts();
      std::uint64_t below = 0;
      for (std::size_t i = 0; i < counts.size(); ++i) {
        below += counts[i];
        const std::string bound = i < s.durations->bounds().size() ? number(s.durations->bounds()[i]) : "+Inf";
        line(out, name + "_bucket", labels, "le=\"" + bound + "\"", std::to_string(below));
      }
      line(out, name + "_sum", labels, "", number(s.durations->sum_s()));
      line(out, name + "_count", labels, "", std::to_string(below));
    }
  }
  return out;
}

}  // namespace slipway::telemetry
