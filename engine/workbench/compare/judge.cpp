#include "workbench/compare/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "workbench/compare/statistics.h"

namespace workbench::compare {

namespace {

constexpr double kAlpha = 0.01;

std::string percent(double share) {
  const double value = std::abs(share) * 100;
  return value < 9.95 ? fmt::format("{:.1f}", value) : fmt::format("{:.0f}", value);
}

std::string p_text(double p) {
  if (p < 0.001) return "p < 0.001";
  return fmt::format("p = {:.3f}", p);
}

// "41 % lower", or from twice on "3.2 times higher": nobody reads "220 % higher".
std::string change(double ratio) {
  if (ratio >= 2) return fmt::format("{:.1f} times higher", ratio);
  return fmt::format("{} % {}", percent(ratio - 1), ratio < 1 ? "lower" : "higher");
}

std::string interval(const Section& s) {
  if (s.ratio >= 2) return fmt::format("95 % CI {:.1f} … {:.1f} times", s.ci_low, s.ci_high);
  // Smaller change first, as in "36 … 46".
  const double x = s.ratio < 1 ? 1 - s.ci_high : s.ci_low - 1, y = s.ratio < 1 ? 1 - s.ci_low : s.ci_high - 1;
  return fmt::format("95 % CI {} … {}", percent(x), percent(y));
}

std::string sentence(const Section& s) {
  if (s.a.runs.size() < 5 || s.b.runs.size() < 5)
    return "too few repetitions to say anything: 5 of each are the least";
  if (s.outcome == Section::Outcome::NoDifference)
    return fmt::format("no difference found; this run could have seen {} %",
                       percent(std::max(s.noise_floor, (s.ci_high - s.ci_low) / 2)));
  return fmt::format("{} {} is {} than {}, {}, {}", s.b.name, s.metric, change(s.ratio), s.a.name, interval(s), p_text(s.p_value));
}

}  // namespace

void judge(std::vector<Section>& sections) {
  std::vector<double> p_values;
  for (auto& s : sections) {
    s.a.median = median(s.a.runs);
    s.b.median = median(s.b.runs);
    s.ratio = s.a.median != 0 ? s.b.median / s.a.median : 1;
    const auto ci = bootstrap_ratio(s.a.runs, s.b.runs);
    s.ci_low = ci.low;
    s.ci_high = ci.high;
    s.p_value = mann_whitney_p(s.a.runs, s.b.runs);
    s.noise_floor = noise_floor(s.a.runs);
    p_values.push_back(s.p_value);
  }
  const auto corrected = holm(p_values);
  for (std::size_t i = 0; i < sections.size(); ++i) {
    Section& s = sections[i];
    const bool differs = std::min(s.a.runs.size(), s.b.runs.size()) >= 5 && corrected[i] < kAlpha &&
                         (s.ci_low > 1 || s.ci_high < 1) && std::abs(s.ratio - 1) > s.noise_floor;
    const bool b_lower = s.ratio < 1;
    s.outcome = !differs                        ? Section::Outcome::NoDifference
                : b_lower == s.lower_is_better ? Section::Outcome::BBetter
                                                : Section::Outcome::BWorse;
    s.verdict = sentence(s);
  }
}

}  // namespace workbench::compare
