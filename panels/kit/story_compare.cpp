#include <cmath>

#include "panels/kit/story_parts.h"

namespace panels::kit::story {
namespace {

using workbench::compare::Report;
using workbench::compare::Section;

std::vector<double> around(double median, double spread, std::uint64_t seed) {
  std::vector<double> runs;
  for (int i = 0; i < 12; ++i) {
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    const double u = static_cast<double>(seed >> 33) / 2147483648.0 - 0.5;
    runs.push_back(median * (1 + spread * (u + u * u * u * 2)));
  }
  runs[5] = median;
  return runs;
}

Section section(const char* title, const char* metric, const char* unit, double a, double b, double spread_a, double spread_b, double floor) {
  Section s;
  s.title = title, s.metric = metric, s.unit = unit;
  s.a.name = "wrr", s.b.name = "p2c";
  s.a.median = a, s.b.median = b;
  s.a.runs = around(a, spread_a, 7), s.b.runs = around(b, spread_b, 11);
  s.ratio = b / a;
  s.noise_floor = floor;
  return s;
}

}  // namespace

std::vector<Report> reports() {
  Report r;
  r.scenario = "p2c-vs-wrr";
  r.kind = "live";
  Section p99 = section("one slow instance of five", "response p99", "ns", 8.07e6, 3.74e6, 0.22, 0.06, 0.044);
  p99.ci_low = 0.44, p99.ci_high = 0.48, p99.p_value = 0.0003;
  p99.outcome = Section::Outcome::BBetter;
  p99.verdict = "With one slow instance of five, p2c's p99 is 54 % lower than wrr's.";
  // Two classes of single-server queues: sojourn times are exponential, so percentiles have a closed form for wrr.
  const auto mixture = [](double share, double slow, double quick, double q) {
    double low = 0, high = 200;
    for (int i = 0; i < 60; ++i) {
      const double t = (low + high) / 2;
      (share * std::exp(-t / slow) + (1 - share) * std::exp(-t / quick) > 1 - q ? low : high) = t;
    }
    return low;
  };
  for (double x = 0; x <= 4.0001; x += 0.1) {
    const double q = 1 - std::pow(10, -x);
    p99.a.spectrum.emplace_back(q * 100, 1e6 * mixture(0.2, 2.71 * (x > 2 ? 1 - 0.02 * (x - 2) : 1), 0.46, q));
    p99.b.spectrum.emplace_back(q * 100, 1e6 * mixture(0.144, 1.4 * (x > 3.4 ? 1 - 0.03 * (x - 3.4) : 1), 0.44, q));
    p99.theory.emplace_back(q * 100, 1e6 * mixture(0.2, 2.76, 0.46, q));
  }
  for (int i = 1; i <= 5; ++i) {
    const char* names[] = {"pricing-1", "pricing-2", "pricing-3", "pricing-4", "pricing-5"};
    const double shares[] = {0.215, 0.213, 0.214, 0.214, 0.144};
    p99.a.share.emplace_back(names[i - 1], 0.2);
    p99.b.share.emplace_back(names[i - 1], shares[i - 1]);
  }
  Section p50 = section("one slow instance of five", "response p50", "ns", 0.38e6, 0.35e6, 0.06, 0.03, 0.02);
  p50.outcome = Section::Outcome::BBetter, p50.verdict = "p2c's p50 is 8 % lower.";
  Section p999 = section("one slow instance of five", "response p99.9", "ns", 14.4e6, 7.0e6, 0.3, 0.12, 0.09);
  p999.outcome = Section::Outcome::BBetter, p999.verdict = "p2c's p99.9 is 51 % lower.";
  Section rate = section("one slow instance of five", "throughput", "per_s", 2991, 3006, 0.018, 0.016, 0.01);
  rate.lower_is_better = false;
  rate.p_value = 0.41, rate.verdict = "No difference found; this run could have seen 0.5 %.";
  r.sections = {p99, p50, p999, rate};
  r.verdict = p99.verdict;
  r.environment = {{"arrivals", "3 000 /s, Poisson"}, {"repetitions", "12 + 12, ABBA"}, {"warm-up", "2 s left out"}, {"cores", "2 of 2"}, {"kernel", "Linux 6.1"}, {"build", "Release, gcc 12.2"}, {"config snapshot", "421"}};
  r.doubts = {"generator and services share the machine's two cores"};
  Report equal = r;
  equal.kind = "simulated";
  equal.sections = {section("all equal", "response p99", "service_times", 6.61, 6.21, 0.04, 0.03, 0.021)};
  equal.sections[0].outcome = Section::Outcome::BBetter;
  equal.sections[0].ci_low = 0.92, equal.sections[0].ci_high = 0.96, equal.sections[0].p_value = 0.002;
  equal.verdict = equal.sections[0].verdict = "With all instances equal, p2c's p99 is 6 % lower than wrr's.";
  Report design;
  design.scenario = "singleton-vs-injected";
  design.kind = "micro";
  design.sections = {section("hot, one thread", "time per access", "ns", 1.92, 1.94, 0.04, 0.04, 0.021)};
  design.sections[0].a.name = "singleton", design.sections[0].b.name = "injected";
  design.sections[0].p_value = 0.44;
  design.verdict = design.sections[0].verdict = "No difference found between singleton and injected; this run could have seen 2.1 %.";
  design.environment = {{"cores", "2"}, {"build", "Release, gcc 12.2"}};
  return {r, equal, design};
}

}  // namespace panels::kit::story
