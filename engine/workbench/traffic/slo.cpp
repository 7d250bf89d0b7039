#include "workbench/traffic/slo.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace workbench::traffic {
namespace {

using slipway::Error;
using slipway::Result;

Error invalid(std::string_view text, const std::string& what) {
  return slipway::bad_request("objective \"" + std::string(text) + "\": " + what +
                                  " (write p99<20ms, errors<1%, rate>450 or dropped==0)",
                              "SLO_INVALID");
}

std::optional<double> number(std::string_view text) {
  double d = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), d);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size() || !std::isfinite(d)) return std::nullopt;
  return d;
}

std::string count_text(double d) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, d == std::floor(d) ? "%.0f" : "%.1f", d);
  return buffer;
}

// Three digits are enough for people.
std::string duration_text(double ns) {
  if (ns <= 0) return "0s";
  const double unit = std::pow(10, std::max(0.0, std::floor(std::log10(ns)) - 2));
  return slipway::format_duration(slipway::Duration(static_cast<std::int64_t>(std::llround(std::round(ns / unit) * unit))));
}

bool holds(SloRule::Compare compare, double found, double bound) {
  switch (compare) {
    case SloRule::Compare::Less:
      return found < bound;
    case SloRule::Compare::LessEqual:
      return found <= bound;
    case SloRule::Compare::More:
      return found > bound;
    case SloRule::Compare::MoreEqual:
      return found >= bound;
    case SloRule::Compare::Equal:
      return found == bound;
  }
  return false;
}

}  // namespace

Result<SloRule> parse_slo(std::string_view text) {
  std::string s;
  for (char c : text)
    if (c != ' ' && c != '\t') s += c;
  const auto op = s.find_first_of("<>=");
  if (op == std::string::npos || op == 0) return invalid(text, "has no comparison");
  SloRule rule;
  rule.text = text;
  const bool two = op + 1 < s.size() && s[op + 1] == '=';
  if (s[op] == '=' && !two) return invalid(text, "uses =; equality is ==");
  using C = SloRule::Compare;
  rule.compare = s[op] == '<' ? (two ? C::LessEqual : C::Less) : s[op] == '>' ? (two ? C::MoreEqual : C::More) : C::Equal;
  std::string metric = s.substr(0, op);
  std::string bound = s.substr(op + (two ? 2 : 1));
  if (metric.starts_with("service.")) {
    rule.service = true;
    metric.erase(0, 8);
  } else if (metric.starts_with("response.")) {
    metric.erase(0, 9);
  }
  bool latency = true;
  if (metric == "max") {
    rule.metric = SloRule::Metric::Max;
  } else if (metric == "mean" || metric == "avg") {
    rule.metric = SloRule::Metric::Mean;
  } else if (metric == "med") {
    rule.percentile = 50;
  } else if (metric.size() > 1 && metric[0] == 'p') {
    std::string digits = metric.substr(1);
    if (digits.starts_with('(') && digits.ends_with(')')) digits = digits.substr(1, digits.size() - 2);
    for (char& c : digits)
      if (c == '_') c = '.';
    const auto p = number(digits);
    if (!p || *p <= 0 || *p > 100) return invalid(text, "\"" + metric + "\" is not a percentile");
    rule.percentile = *p;
  } else if (!rule.service && (metric == "errors" || metric == "rate" || metric == "dropped")) {
    latency = false;
    rule.metric = metric == "errors" ? SloRule::Metric::Errors : metric == "rate" ? SloRule::Metric::Rate : SloRule::Metric::Dropped;
  } else {
    return invalid(text, "\"" + metric + "\" is not a figure of a run");
  }
  if (latency) {
    auto limit = slipway::parse_duration(bound);
    if (!limit) return invalid(text, "\"" + bound + "\" is not a duration");
    rule.bound = static_cast<double>(limit->count());
    return rule;
  }
  if (rule.metric == SloRule::Metric::Errors && bound.ends_with('%')) {
    rule.metric = SloRule::Metric::ErrorShare;
    bound.pop_back();
  }
  if (rule.metric == SloRule::Metric::Rate && bound.ends_with("/s")) bound.resize(bound.size() - 2);
  const auto limit = number(bound);
  if (!limit || *limit < 0) return invalid(text, "\"" + bound + "\" is not a number");
  rule.bound = rule.metric == SloRule::Metric::ErrorShare ? *limit / 100 : *limit;
  return rule;
}

Slo evaluate(const SloRule& rule, const SloFigures& f) {
  Slo out;
  out.text = rule.text;
  double found = 0;
  switch (rule.metric) {
    case SloRule::Metric::Percentile:
    case SloRule::Metric::Max:
    case SloRule::Metric::Mean: {
      const auto& h = rule.service ? *f.service : *f.response;
      if (h.count() == 0) {
        out.found = "no reply";
        return out;
      }
      found = rule.metric == SloRule::Metric::Max    ? static_cast<double>(h.max())
              : rule.metric == SloRule::Metric::Mean ? h.mean()
                                                     : static_cast<double>(h.percentile(rule.percentile));
      out.found = duration_text(found);
      break;
    }
    case SloRule::Metric::Errors:
      found = static_cast<double>(f.errors);
      out.found = count_text(found);
      break;
    case SloRule::Metric::ErrorShare: {
      found = f.requests ? static_cast<double>(f.errors) / static_cast<double>(f.requests) : 0;
      char buffer[32];
      std::snprintf(buffer, sizeof buffer, "%.3g%%", found * 100);
      out.found = buffer;
      if (f.requests == 0) {
        out.found = "no request";
        return out;
      }
      break;
    }
    case SloRule::Metric::Rate:
      found = f.rate_per_s;
      out.found = count_text(found) + "/s";
      break;
    case SloRule::Metric::Dropped:
      found = static_cast<double>(f.dropped);
      out.found = count_text(found);
      break;
  }
  out.held = holds(rule.compare, found, rule.bound);
  return out;
}

}  // namespace workbench::traffic
