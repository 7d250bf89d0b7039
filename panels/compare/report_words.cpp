#include "panels/compare/report_words.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <algorithm>
#include <cmath>

#include "panels/kit/plots/units.h"

namespace panels::compare {

using workbench::compare::Report;
using workbench::compare::Section;

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Compare", text); }
QString text(const std::string& s) { return QString::fromStdString(s); }

bool differs(const Section& s) { return s.outcome == Section::Outcome::BBetter || s.outcome == Section::Outcome::BWorse; }

// 99 of "response p99"; negative when the metric is no percentile.
double percentile_of(const Section& section) {
  const QString word = text(section.metric).section(QLatin1Char(' '), -1);
  bool ok = false;
  const double p = word.startsWith(QLatin1Char('p')) ? word.mid(1).toDouble(&ok) : 0;
  return ok ? p : -1;
}

}  // namespace

ValueUnit unit_of(const Section& section) {
  if (section.unit == "ns") {
    const auto unit = kit::plots::unit_for(std::max(section.a.median, section.b.median));
    return {QString::fromUtf8(unit.name), unit.ns};
  }
  if (section.unit == "service_times") return {tr("service times"), 1};
  if (section.unit == "per_s") return {tr("/s"), 1};
  return {text(section.unit), 1};
}

QString value_text(double value, const ValueUnit& unit) {
  const double v = value / unit.one, a = std::abs(v);
  return QString::number(v, 'f', a >= 100 ? 0 : a >= 10 ? 1 : 2);
}

QString change_text(const Section& section) {
  if (section.outcome == Section::Outcome::NoDifference) return tr("none found");
  if (section.outcome == Section::Outcome::Undecided) return tr("cannot say");
  if (section.outcome == Section::Outcome::NotSteady) return tr("not steady");
  const double percent = (section.ratio - 1) * 100;
  return QStringLiteral("%1%2 %").arg(percent > 0 ? QStringLiteral("+") : QString()).arg(percent, 0, 'f', std::abs(percent) < 10 ? 1 : 0);
}

QString evidence_line(const Section& section) {
  const ValueUnit unit = unit_of(section);
  const auto mono = [](const QString& s) { return QStringLiteral("<span style='font-family:JetBrains Mono; font-size:12px'>%1</span>").arg(s); };
  QString line = QCoreApplication::translate("Compare", "%1 against %2, medians of %3 + %4 interleaved runs")
                     .arg(mono(value_text(section.b.median, unit) + QLatin1Char(' ') + unit.name), mono(value_text(section.a.median, unit) + QLatin1Char(' ') + unit.name))
                     .arg(section.b.runs.size())
                     .arg(section.a.runs.size());
  if (section.outcome == Section::Outcome::NotSteady) return line + QLatin1Char('.');
  if (differs(section)) {
    const double low = std::abs(1 - section.ci_low) * 100, high = std::abs(1 - section.ci_high) * 100;
    line += QCoreApplication::translate("Compare", ", 95 % CI %1").arg(mono(QCoreApplication::translate("Compare", "%1 to %2 %").arg(std::min(low, high), 0, 'f', 0).arg(std::max(low, high), 0, 'f', 0)));
  }
  line += section.p_value < 0.001 ? tr(", p &lt; 0.001") : QCoreApplication::translate("Compare", ", p = %1").arg(section.p_value, 0, 'g', 2);
  line += QCoreApplication::translate("Compare", ". A against A moved %1.").arg(mono(kit::plots::percent_text(section.noise_floor)));
  return line;
}

QString theory_line(const Section& section) {
  if (section.theory.empty()) return {};
  const double percentile = percentile_of(section);
  double predicted = -1;
  for (const auto& [x, y] : section.theory)
    if (std::abs(x - percentile) < 0.11) predicted = y;
  if (predicted <= 0) return tr("The dashed line is what is predicted for %1.").arg(text(section.a.name));
  const ValueUnit unit = unit_of(section);
  const double apart = (section.a.median / predicted - 1) * 100;
  // Real servers are predicted by the simulation of the same servers; the simulation by a closed form.
  const QString line = section.unit == "ns" ? tr("A simulation of the same servers predicts p%1 %2 %4 for %5; measured %3 %4, %6 % %7.")
                                            : tr("Queueing theory predicts p%1 %2 %4 for %5; measured %3 %4, %6 % %7.");
  return line.arg(percentile).arg(value_text(predicted, unit), value_text(section.a.median, unit), unit.name, text(section.a.name))
      .arg(std::abs(apart), 0, 'f', 1)
      .arg(apart < 0 ? tr("lower") : tr("higher"));
}

QString unsteady_line(const Report& report, const Section& section) {
  // "five equal nodes, wrr: 12 of 20 runs: not steady: the queue grew to the end"
  static const QRegularExpression form(QStringLiteral("^(.*), ([^,]*): (\\d+) of (\\d+) runs: not steady: (.*)$"));
  for (const std::string& doubt : report.doubts) {
    const auto match = form.match(text(doubt));
    if (!match.hasMatch() || match.captured(3).toInt() * 2 < match.captured(4).toInt()) continue;
    const bool about = section.title.empty() || match.captured(1) == text(section.title);
    const bool of_side = match.captured(2) == text(section.a.name) || match.captured(2) == text(section.b.name);
    if (about && of_side) return QCoreApplication::translate("Compare", "%1 was not steady in %2 of %3 runs: %4").arg(match.captured(2), match.captured(3), match.captured(4), match.captured(5));
  }
  return {};
}

std::vector<kit::plots::DotGroup> dot_groups(const Report& report, std::size_t current, const kit::plots::PlotStyle& style, std::vector<std::size_t>& sections) {
  std::vector<kit::plots::DotGroup> groups;
  sections.clear();
  if (current >= report.sections.size()) return groups;
  const Section& chosen = report.sections[current];
  sections.push_back(current);
  for (std::size_t i = 0; i < report.sections.size() && sections.size() < 4; ++i)
    if (i != current && report.sections[i].title == chosen.title && report.sections[i].b.name == chosen.b.name) sections.push_back(i);
  for (std::size_t i = 0; i < report.sections.size() && sections.size() < 4; ++i)
    if (std::find(sections.begin(), sections.end(), i) == sections.end()) sections.push_back(i);
  for (const std::size_t i : sections) {
    const Section& s = report.sections[i];
    const ValueUnit unit = unit_of(s);
    kit::plots::DotGroup group;
    group.title = s.title == chosen.title ? QStringLiteral("%1, %2").arg(text(s.metric), unit.name) : QStringLiteral("%1, %2, %3").arg(text(s.title), text(s.metric), unit.name);
    const auto row = [&](const QString& side, const workbench::compare::Side& values, const QColor& ink) {
      kit::plots::DotRow r;
      r.name = side + QLatin1Char(' ') + text(values.name);
      for (const double v : values.runs) r.values.push_back(v / unit.one);
      r.median = values.median / unit.one;
      r.ink = ink;
      r.text = value_text(values.median, unit);
      return r;
    };
    group.rows = {row(QStringLiteral("A"), s.a, style.series[1]), row(QStringLiteral("B"), s.b, style.series[0])};
    group.band_low = s.a.median / unit.one * (1 - s.noise_floor);
    group.band_high = s.a.median / unit.one * (1 + s.noise_floor);
    groups.push_back(std::move(group));
  }
  return groups;
}

kit::plots::SpectrumData spectrum_data(const Section& section, const kit::plots::PlotStyle& style) {
  const ValueUnit unit = unit_of(section);
  kit::plots::SpectrumData data;
  data.title = QCoreApplication::translate("Compare", "By percentile, %1, all runs pooled").arg(unit.name);
  const auto points = [&](const std::vector<std::pair<double, double>>& from) {
    std::vector<std::pair<double, double>> out;
    for (const auto& [p, v] : from)
      if (p >= 0 && p < 100) out.emplace_back(p, v / unit.one);
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto range = [&](const workbench::compare::Side& side) {
    std::vector<kit::plots::SpectrumSeries::Range> ranges;
    const double p = percentile_of(section);
    if (p >= 0 && !side.runs.empty()) ranges.push_back({p, *std::min_element(side.runs.begin(), side.runs.end()) / unit.one, *std::max_element(side.runs.begin(), side.runs.end()) / unit.one});
    return ranges;
  };
  if (section.a.spectrum.size() > 1) data.series.push_back({QStringLiteral("A ") + text(section.a.name), points(section.a.spectrum), style.series[1], false, range(section.a)});
  if (section.b.spectrum.size() > 1) data.series.push_back({QStringLiteral("B ") + text(section.b.name), points(section.b.spectrum), style.series[0], false, range(section.b)});
  if (section.theory.size() > 1 && section.theory.back().first <= 100) data.series.push_back({tr("theory"), points(section.theory), style.tx2, true, {}});
  if (!data.series.empty()) data.note = tr("Bars: smallest and largest of the runs");
  if (differs(section) && text(section.metric).endsWith(QLatin1String("p99")))
    data.bracket = kit::plots::SpectrumData::Bracket{99, std::min(section.a.median, section.b.median) / unit.one, std::max(section.a.median, section.b.median) / unit.one, change_text(section)};
  return data;
}

std::vector<kit::plots::ShareRow> share_rows(const Section& section) {
  std::vector<kit::plots::ShareRow> rows;
  for (const auto& [name, share] : section.a.share) rows.push_back({text(name), share, 0, -1});
  for (const auto& [name, share] : section.b.share) {
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const auto& r) { return r.name == text(name); });
    if (at != rows.end()) at->b = share;
    else rows.push_back({text(name), 0, share, -1});
  }
  return rows;
}

}  // namespace panels::compare
