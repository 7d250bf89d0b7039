// The one-file HTML report: no script, no request to anywhere; drawings are inline SVG.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "workbench/compare/run.h"

namespace workbench::compare {

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  return out;
}

std::string number(double value, const std::string& unit) {
  if (unit == "ns") {
    if (value >= 1e9) return fmt::format("{:.3f} s", value / 1e9);
    if (value >= 1e6) return fmt::format("{:.2f} ms", value / 1e6);
    if (value >= 1e3) return fmt::format("{:.2f} µs", value / 1e3);
    return fmt::format("{:.2f} ns", value);
  }
  if (unit == "service_times") return fmt::format("{:.3f} service times", value);
  return fmt::format("{:.3f} {}", value, unit);
}

// One dot per repetition, two rows, the medians as bars.
std::string dots(const Section& s) {
  double low = INFINITY, high = -INFINITY;
  for (const Side* side : {&s.a, &s.b})
    for (double v : side->runs) {
      low = std::min(low, v);
      high = std::max(high, v);
    }
  const double span = high > low ? high - low : 1;
  const auto x = [&](double v) { return 120 + (v - low) / span * 460; };
  std::string out = R"(<svg viewBox="0 0 620 84" role="img" aria-label="one dot per repetition">)";
  int row = 0;
  for (const Side* side : {&s.a, &s.b}) {
    const int y = 22 + row * 34;
    out += fmt::format(R"(<text x="0" y="{}">{}</text>)", y + 4, escaped(side->name));
    for (double v : side->runs) out += fmt::format(R"(<circle class="s{}" cx="{:.1f}" cy="{}" r="4"/>)", row, x(v), y);
    out += fmt::format(R"(<line class="m" x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}"/>)", x(side->median), y - 10, y + 10);
    ++row;
  }
  return out + fmt::format(R"(<text class="t" x="120" y="80">{}</text><text class="t" x="580" y="80" text-anchor="end">{}</text></svg>)",
                           number(low, s.unit), number(high, s.unit));
}

// Response against percentile; the axis stretches the tail: -log10(1 - p).
std::string spectrum(const Section& s) {
  if (s.a.spectrum.empty()) return {};
  double top = 0;
  for (const Side* side : {&s.a, &s.b})
    for (const auto& point : side->spectrum) top = std::max(top, point.second);
  if (top <= 0) return {};
  const auto x = [](double p) { return 40 - std::log10(1 - std::min(p, 99.99) / 100) * 135; };
  const auto y = [&](double v) { return 200 - v / top * 180; };
  const auto line = [&](const std::vector<std::pair<double, double>>& points, const char* style) {
    std::string at;
    for (const auto& [p, v] : points) at += fmt::format("{:.1f},{:.1f} ", x(p), y(std::min(v, top)));
    return fmt::format(R"(<polyline class="{}" points="{}"/>)", style, at);
  };
  std::string out = R"(<svg viewBox="0 0 620 226" role="img" aria-label="percentile spectrum">)";
  for (double p : {50.0, 90.0, 99.0, 99.9, 99.99})
    out += fmt::format(R"(<line class="g" x1="{0:.1f}" x2="{0:.1f}" y1="16" y2="200"/><text class="t" x="{0:.1f}" y="216" text-anchor="middle">p{1}</text>)", x(p), p);
  if (!s.theory.empty()) out += line(s.theory, "th");
  out += line(s.a.spectrum, "l0") + line(s.b.spectrum, "l1");
  return out + fmt::format(R"(<text class="t" x="40" y="12">{}</text></svg>)", number(top, s.unit));
}

const char* kHead = R"(<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>body{font:14px/1.5 Inter,system-ui,sans-serif;max-width:760px;margin:40px auto;padding:0 16px;color:#1b1f27;background:#fff}
h1{font-size:20px}h2{font-size:15px;margin-top:36px}.v{font-size:18px;font-weight:600}table{border-collapse:collapse;margin:8px 0}
td,th{text-align:left;padding:3px 16px 3px 0;border-bottom:1px solid #e4e7ec}td.n{text-align:right;font-family:'JetBrains Mono',monospace}
svg{width:100%;max-width:620px;display:block;margin:8px 0;font-size:11px}.s0{fill:#3b6fd4;opacity:.75}.s1{fill:#d9822b;opacity:.75}
.m{stroke:#1b1f27;stroke-width:2}.l0,.l1,.th{fill:none;stroke-width:2}.l0{stroke:#3b6fd4}.l1{stroke:#d9822b}.th{stroke:#8a93a3;stroke-dasharray:4 4}
.g{stroke:#e4e7ec}.t{fill:#667085}.d{color:#8a4b00}@media(prefers-color-scheme:dark){body{background:#14171d;color:#e6e9ef}
td,th{border-color:#2a303b}.g{stroke:#2a303b}.m{stroke:#e6e9ef}text{fill:#e6e9ef}.d{color:#f0b266}}</style>)";

}  // namespace

std::string html_report(const Report& report) {
  std::string out = kHead;
  out += fmt::format("<title>{0}</title></head><body><h1>{0} ({1})</h1><p class=\"v\">{2}</p>", escaped(report.scenario),
                     escaped(report.kind), escaped(report.verdict));
  for (const auto& doubt : report.doubts) out += "<p class=\"d\">" + escaped(doubt) + "</p>";
  for (const auto& s : report.sections) {
    out += fmt::format("<h2>{}</h2><p>{}</p><table><tr><th>{}</th><th>median</th><th>runs</th></tr>", escaped(s.title), escaped(s.verdict), escaped(s.metric));
    for (const Side* side : {&s.a, &s.b})
      out += fmt::format("<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>", escaped(side->name), number(side->median, s.unit), side->runs.size());
    out += "</table>";
    if (s.outcome != Section::Outcome::NotSteady)
      out += fmt::format("<p>ratio {:.4f}, 95 % CI {:.4f} … {:.4f}, p = {:.2g}, A against A moved {:.1f} %</p>", s.ratio, s.ci_low, s.ci_high, s.p_value, s.noise_floor * 100);
    out += dots(s) + spectrum(s);
  }
  out += "<h2>Where</h2><table>";
  for (const auto& [name, value] : report.environment) out += fmt::format("<tr><td>{}</td><td>{}</td></tr>", escaped(name), escaped(value));
  return out + "</table></body></html>\n";
}

}  // namespace workbench::compare
