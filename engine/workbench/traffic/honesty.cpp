#include "workbench/traffic/honesty.h"

#include <algorithm>
#include <cstdio>

namespace workbench::traffic {
namespace {

std::string number(double d) {
  char text[32];
  std::snprintf(text, sizeof text, d >= 100 ? "%.0f" : "%.1f", d);
  return text;
}

std::string duration(std::int64_t ns) {
  // Three digits are as many as a sentence carries.
  std::int64_t step = 1;
  while (ns / step >= 1000) step *= 10;
  return slipway::format_duration(slipway::Duration(ns / step * step));
}

std::uint64_t count_of(const LoadProgress& p, std::string_view kind) {
  for (const auto& [name, n] : p.errors_by_kind)
    if (name == kind) return n;
  return 0;
}

std::string greatest_kinds(const LoadProgress& p) {
  auto kinds = p.errors_by_kind;
  std::stable_sort(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string out;
  for (std::size_t i = 0; i < kinds.size() && i < 3; ++i) out += (i ? ", " : "") + std::to_string(kinds[i].second) + " " + kinds[i].first;
  return out;
}

void set(LoadProgress& p, Limit limit, std::string sentence) {
  p.limit = limit;
  p.honesty = std::move(sentence);
}

}  // namespace

std::string_view limit_name(Limit limit) {
  static constexpr const char* kNames[] = {"none", "refused", "service", "generator_busy", "generator_late", "errors"};
  return kNames[static_cast<int>(limit)];
}

void judge(LoadProgress& p, const RunEvidence& e) {
  set(p, Limit::None, {});
  if (p.requests == 0) return;
  if (count_of(p, "connect") == p.requests)
    return set(p, Limit::Refused, "No reply at all: connecting to " + e.authority + " failed (" + e.connect_error + "); is the service running?");
  if (p.requests < 20) return;
  const double busy = p.generator_cpu / std::max(1, e.threads);
  const bool out_of_cpu = p.elapsed_s > 0.5 && busy > 0.8;
  const double waited = p.intended > 0 ? static_cast<double>(p.capped) / static_cast<double>(p.intended) : 0;
  if (out_of_cpu)
    return set(p, Limit::GeneratorBusy, "The generator was the limit: its threads were busy " + number(busy * 100) + " % of the time, so the service may be faster than these numbers say.");
  if (waited > 0.01) {
    // By Little's law n connections that each take t carry n / t; what is asked beyond that only waits.
    std::string sentence = "The service was the limit: " + number(waited * 100) + " % of the requests came due while all " + std::to_string(e.connections) + " connections waited for a reply";
    if (p.service_ns.p50 > 0)
      sentence += "; at " + duration(p.service_ns.p50) + " a reply they carry about " + number(e.connections * 1e9 / static_cast<double>(p.service_ns.p50)) + "/s";
    sentence += ". The wait, up to " + duration(p.lag_max_ns) + ", is in the response times";
    if (p.dropped > 0) sentence += ", and " + std::to_string(p.dropped) + " requests were never sent";
    return set(p, Limit::Service, sentence + ".");
  }
  if (e.late_p99_ns > 1'000'000 || (e.late_p99_ns > 200'000 && e.late_p99_ns > p.response_ns.p50 / 10))
    return set(p, Limit::GeneratorLate, "The generator ran late: it used only " + number(busy * 100) + " % of its cores but got them late, as the machine is shared; 1 % of the requests were noticed " +
                                            duration(e.late_p99_ns) + " or more after they were due, and that delay is in the response times.");
  const double missed = p.target_rate_per_s > 0 && p.elapsed_s > 0 ? static_cast<double>(p.dropped) / p.elapsed_s : 0;
  if (p.dropped > 0 && missed * 200 > p.target_rate_per_s)
    return set(p, Limit::Service, "The service could not keep up: target " + number(p.target_rate_per_s) + "/s, achieved " + number(p.achieved_rate_per_s) + "/s, " + std::to_string(p.dropped) +
                                      " requests were due but never sent; response times count from when a request was due.");
  if (p.errors * 100 > p.requests)
    set(p, Limit::Errors, number(100.0 * static_cast<double>(p.errors) / static_cast<double>(p.requests)) + " % of the requests failed (" + greatest_kinds(p) +
                              "). Their times are in the percentiles too: what fails at once makes a service look fast.");
}

}  // namespace workbench::traffic
