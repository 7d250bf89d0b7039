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

// With fewer repetitions even sides that do not overlap at all keep a p above the limit: 2 / C(2n, n) is the least there is.
std::size_t least_repetitions(std::size_t sections) {
  std::size_t n = 1;
  for (double orders = 2; 2 / orders * static_cast<double>(sections) >= kAlpha; ++n)
    orders *= static_cast<double>(2 * n + 1) * 2 / static_cast<double>(n + 1);
  return std::max<std::size_t>(n, 5);
}

std::string sentence(const Section& s, std::size_t least) {
  if (s.a.runs.size() < least || s.b.runs.size() < least)
    return fmt::format("too few repetitions to say anything: {} of each are the least here", least);
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
  const auto least = least_repetitions(sections.size());
  for (std::size_t i = 0; i < sections.size(); ++i) {
    Section& s = sections[i];
    const bool differs = std::min(s.a.runs.size(), s.b.runs.size()) >= least && corrected[i] < kAlpha &&
                         (s.ci_low > 1 || s.ci_high < 1) && std::abs(s.ratio - 1) > s.noise_floor;
    const bool b_lower = s.ratio < 1;
    s.outcome = !differs                        ? Section::Outcome::NoDifference
                : b_lower == s.lower_is_better ? Section::Outcome::BBetter
                                                : Section::Outcome::BWorse;
    s.verdict = sentence(s, least);
  }
}

}  // namespace workbench::compare
