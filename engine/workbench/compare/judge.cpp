#include "workbench/compare/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "workbench/compare/statistics.h"

namespace workbench::compare {

namespace {

constexpr double kAlpha = 0.01;
constexpr double kTooNoisy = 0.5;  // a run that could have missed this has not shown that there is no difference

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

std::string plain_amount(const Section& s, double value) {
  if (s.unit == "service_times") return fmt::format("{:.2f} service times", value);
  if (s.unit != "ns") return fmt::format("{:.3g} {}", value, s.unit);
  if (value >= 1e6) return fmt::format("{:.2f} ms", value / 1e6);
  return value >= 1e3 ? fmt::format("{:.2f} µs", value / 1e3) : fmt::format("{:.1f} ns", value);
}

std::string sentence_not_steady(const Section& s) {
  const Side *bad = &s.a, *other = &s.b;
  if (s.a.not_steady.empty()) std::swap(bad, other);
  std::string out = fmt::format("not steady: with {} {}", bad->name, bad->not_steady);
  if (!other->not_steady.empty()) out += fmt::format("; with {} {}", other->name, other->not_steady);
  else out += fmt::format("; {} is steady ({} {})", other->name, s.metric, plain_amount(s, other->median));
  return out + ". Times of an overloaded side grow with the run: there is no ratio";
}

// What this run could have told apart, as a share.
double resolution(const Section& s) { return std::max(s.noise_floor, (s.ci_high - s.ci_low) / 2); }

bool beyond_noise(const Section& s) { return s.ratio > 0 && std::abs(std::log(s.ratio)) > std::log1p(s.noise_floor); }

std::string sentence(const Section& s, int least, bool significant) {
  using Outcome = Section::Outcome;
  if (s.outcome == Outcome::NotSteady) return sentence_not_steady(s);
  const auto runs = std::min(s.a.runs.size(), s.b.runs.size());
  if (static_cast<int>(runs) < least)
    return fmt::format("too few repetitions to say anything: {} of each, {} are the least here", runs, least);
  if (s.outcome == Outcome::Undecided && significant)
    return fmt::format("too noisy to say: {} {} came out {}, but A against A moved {} %", s.b.name, s.metric, change(s.ratio), percent(s.noise_floor));
  if (s.outcome == Outcome::Undecided)
    return fmt::format("too noisy to say: A against A moved {} %, and nothing below {} % could have been seen", percent(s.noise_floor), percent(resolution(s)));
  if (s.outcome == Outcome::NoDifference && significant)
    return fmt::format("no difference beyond the noise: {} {} came out {}, but A against A moved {} %", s.b.name, s.metric, change(s.ratio), percent(s.noise_floor));
  if (s.outcome == Outcome::NoDifference) return fmt::format("no difference found; this run could have seen {} %", percent(resolution(s)));
  return fmt::format("{} {} is {} than {}, {}, {}", s.b.name, s.metric, change(s.ratio), s.a.name, interval(s), p_text(s.p_value));
}

Section::Outcome outcome_of(const Section& s, int least, bool significant) {
  using Outcome = Section::Outcome;
  if (!s.a.not_steady.empty() || !s.b.not_steady.empty()) return Outcome::NotSteady;
  if (static_cast<int>(std::min(s.a.runs.size(), s.b.runs.size())) < least) return Outcome::Undecided;
  if (significant && beyond_noise(s)) return (s.ratio < 1) == s.lower_is_better ? Outcome::BBetter : Outcome::BWorse;
  return resolution(s) > kTooNoisy ? Outcome::Undecided : Outcome::NoDifference;
}

}  // namespace

int least_repetitions(std::size_t sections) {
  int n = 1;
  for (double orders = 2; 2 / orders * static_cast<double>(sections) >= kAlpha; ++n) orders *= (2.0 * n + 1) * 2 / (n + 1);
  return std::max(n, 5);
}

void judge(std::vector<Section>& sections) {
  std::vector<double> p_values;
  for (auto& s : sections) {
    s.a.median = median(s.a.runs);
    s.b.median = median(s.b.runs);
    s.noise_floor = noise_floor(s.a.runs);
    if (s.a.not_steady.empty() && s.b.not_steady.empty()) {
      s.ratio = s.a.median != 0 ? s.b.median / s.a.median : 1;
      const auto ci = bootstrap_ratio(s.a.runs, s.b.runs);
      s.ci_low = ci.low;
      s.ci_high = ci.high;
      s.p_value = mann_whitney_p(s.a.runs, s.b.runs);
    }
    p_values.push_back(s.p_value);
  }
  const auto corrected = holm(p_values);
  const auto least = least_repetitions(sections.size());
  for (std::size_t i = 0; i < sections.size(); ++i) {
    Section& s = sections[i];
    const bool significant = corrected[i] < kAlpha && (s.ci_low > 1 || s.ci_high < 1);
    s.outcome = outcome_of(s, least, significant);
    s.verdict = sentence(s, least, significant);
  }
}

}  // namespace workbench::compare
