#include "panels/load/load_plots.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "panels/kit/plots/units.h"
#include "workbench/traffic/run_store.h"

namespace panels::load {
namespace {

using kit::plots::TimeLane;
using kit::plots::TimeSeries;
using workbench::traffic::LoadProgress;
using workbench::traffic::LoadSlice;

constexpr double kSlice = 0.25;

QString tr(const char* text) { return QCoreApplication::translate("Load", text); }

// The points of a curve, in ms.
std::vector<std::pair<double, double>> points(const std::vector<std::pair<double, std::int64_t>>& spectrum) {
  std::vector<std::pair<double, double>> out;
  for (const auto& [percentile, ns] : spectrum) out.emplace_back(percentile, static_cast<double>(ns) / 1e6);
  return out;
}

std::size_t column_of(const LoadSlice& slice, const ChartScale& scale) { return static_cast<std::size_t>(std::max(0.0, slice.at_s + 1e-6) / scale.step_s); }

}  // namespace

double rate_of_slider(int position) { return 10 * std::pow(2000.0, std::clamp(position, 0, 1000) / 1000.0); }
int slider_of_rate(double rate) { return static_cast<int>(std::lround(1000 * std::log(std::clamp(rate, 10.0, 20000.0) / 10) / std::log(2000.0))); }

ChartScale scale_of(const LoadProgress& progress, double duration_s) {
  ChartScale s;
  const double length = std::max({duration_s, progress.elapsed_s, 2.0});
  for (const double step : {0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0}) {
    s.step_s = step;
    if (length / step <= 60) break;
  }
  s.to_s = std::ceil(length / s.step_s) * s.step_s;
  int low = LoadSlice::kBands, high = -1;
  for (const LoadSlice& slice : progress.slices)
    for (int b = 0; b < LoadSlice::kBands; ++b)
      if (slice.cells[static_cast<std::size_t>(b)] > 0) low = std::min(low, b), high = std::max(high, b);
  if (high < 0) low = 6, high = 18;
  // Room above for what is slower than anything so far, and never fewer than 14 bands.
  s.lowest_band = std::max(0, low - 1);
  s.bands = std::min(LoadSlice::kBands - s.lowest_band, std::max(14, high - s.lowest_band + 3));
  return s;
}

kit::plots::TimeStackData charts_of(const LoadProgress& progress, double duration_s, std::int64_t wall_ns, const std::vector<workbench::host::ConfigChange>& changes,
                                    const kit::plots::PlotStyle& style) {
  const ChartScale scale = scale_of(progress, duration_s);
  kit::plots::TimeStackData data;
  data.from_s = 0, data.to_s = scale.to_s, data.step_s = scale.step_s;
  data.now_s = progress.elapsed_s;
  data.wall_ns = wall_ns;
  std::size_t columns = 0;
  for (const LoadSlice& s : progress.slices) columns = std::max(columns, column_of(s, scale) + 1);
  std::vector<double> done(columns), intended(columns), errors(columns), in_flight(columns), in_flight_max(columns), seconds(columns);
  TimeLane heat;
  heat.kind = TimeLane::Kind::Heat;
  heat.title = tr("Latency, ms, intended start to last byte");
  heat.stretch = 8;
  heat.heat.bands = scale.bands;
  heat.heat.counts.assign(columns * static_cast<std::size_t>(scale.bands), 0);
  std::vector<int> slices(columns);
  for (const LoadSlice& s : progress.slices) {
    const std::size_t c = column_of(s, scale);
    done[c] += s.done, intended[c] += s.intended, errors[c] += s.errors;
    in_flight[c] += s.in_flight;
    in_flight_max[c] = std::max<double>(in_flight_max[c], s.in_flight);
    ++slices[c];
    for (int b = 0; b < scale.bands; ++b)
      heat.heat.counts[c * static_cast<std::size_t>(scale.bands) + static_cast<std::size_t>(b)] += s.cells[static_cast<std::size_t>(b + scale.lowest_band)];
  }
  for (std::size_t c = 0; c < columns; ++c) {
    const double length = std::max(kSlice, slices[c] * kSlice);
    done[c] /= length, intended[c] /= length, errors[c] /= length;
    if (slices[c] > 0) in_flight[c] /= slices[c];
  }
  for (double ms : {0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0, 1000.0, 2000.0, 4000.0}) {
    const double band = 8 * std::log10(ms * 1e6 / static_cast<double>(LoadSlice::lowest_ns(0))) - scale.lowest_band;
    if (band >= 0 && band <= scale.bands) heat.heat.ticks.emplace_back(band, kit::plots::short_number(ms));
  }
  data.lanes.push_back(heat);
  const auto now = [](const std::vector<double>& v) { return v.size() > 1 ? v[v.size() - 2] : v.empty() ? 0 : v.back(); };
  TimeLane rate;
  rate.title = tr("Done per second, against the offered rate");
  rate.stretch = 3;
  rate.series = {{tr("offered per second"), intended, style.tx3, false, true, {}}, {tr("done per second"), done, style.series[0], true, false, kit::plots::grouped(static_cast<std::uint64_t>(std::max(0.0, now(done)))) + QStringLiteral(" /s")}};
  data.lanes.push_back(rate);
  TimeLane flight;
  flight.title = tr("In flight, mean and max of each column");
  flight.stretch = 3;
  flight.series = {{tr("in flight, mean"), in_flight, style.percentiles[1], true, false, tr("mean %1").arg(std::lround(now(in_flight)))},
                   {tr("in flight, max"), in_flight_max, style.percentiles[2], false, false, tr("max %1").arg(std::lround(now(in_flight_max)))}};
  data.lanes.push_back(flight);
  TimeLane wrong;
  wrong.title = tr("Errors per second");
  wrong.stretch = 2;
  wrong.top = 0;
  wrong.series = {{tr("errors per second"), errors, style.err, true, false, tr("%1 /s").arg(kit::plots::short_number(std::round(now(errors))))}};
  if (std::all_of(errors.begin(), errors.end(), [](double e) { return e == 0; })) wrong.top = 10, wrong.series[0].ink = style.tx3;
  data.lanes.push_back(wrong);
  if (wall_ns > 0)
    for (const auto& change : changes) {
      const double at = static_cast<double>(change.wall_ns - wall_ns) / 1e9;
      if (at >= 0 && at <= progress.elapsed_s)
        data.marks.push_back({at, QCoreApplication::translate("Load", "%1: %2 to %3").arg(QString::fromStdString(change.key), QString::fromStdString(change.before), QString::fromStdString(change.after))});
    }
  return data;
}

kit::plots::SpectrumData spectrum_of(const LoadProgress& progress, const kit::plots::PlotStyle& style) {
  kit::plots::SpectrumData data;
  data.title = tr("Percentiles of the whole run, ms");
  data.log_values = true;
  data.series = {{tr("intended"), points(progress.response_spectrum), style.series[0], false, {}}, {tr("service"), points(progress.service_spectrum), style.series[1], false, {}}};
  std::erase_if(data.series, [](const auto& s) { return s.points.empty(); });
  return data;
}

kit::plots::SpectrumData spectrum_of_two(const LoadProgress& a, const LoadProgress& b, const kit::plots::PlotStyle& style) {
  kit::plots::SpectrumData data;
  data.title = tr("Response times of both runs, ms");
  data.log_values = true;
  data.series = {{QStringLiteral("A"), points(a.response_spectrum), style.series[1], false, {}}, {QStringLiteral("B"), points(b.response_spectrum), style.series[0], false, {}}};
  std::erase_if(data.series, [](const auto& s) { return s.points.empty(); });
  return data;
}

std::vector<kit::CellRow> difference_rows(const LoadProgress& a, const LoadProgress& b) {
  std::vector<kit::CellRow> rows;
  const auto value = [](const workbench::traffic::RunDifference& d, double v) {
    if (d.unit == "ns") return kit::plots::duration_text(v);
    if (d.unit == "share") return kit::plots::percent_text(v, 2);
    return kit::plots::grouped(static_cast<std::uint64_t>(v + 0.5)) + QStringLiteral(" /s");
  };
  for (const auto& d : workbench::traffic::differences(a, b)) {
    const QString name = QString::fromStdString(d.name);
    kit::Cell change = kit::Cell::number({});
    if (d.ratio() > 0) {
      const double percent = (d.ratio() - 1) * 100;
      change = kit::Cell::number(QStringLiteral("%1%2 %").arg(percent > 0 ? QStringLiteral("+") : QString()).arg(percent, 0, 'f', std::abs(percent) < 10 ? 1 : 0), d.ratio());
    }
    rows.push_back({name, {kit::Cell::plain(name), kit::Cell::number(value(d, d.a), d.a, kit::Token::Tx2), kit::Cell::number(value(d, d.b), d.b), change}, {}});
  }
  return rows;
}

CellView cell_of(const LoadProgress& progress, const ChartScale& scale, int column, int band) {
  CellView cell;
  cell.from_s = column * scale.step_s, cell.to_s = cell.from_s + scale.step_s;
  cell.low_ns = LoadSlice::lowest_ns(band + scale.lowest_band), cell.high_ns = LoadSlice::lowest_ns(band + scale.lowest_band + 1);
  cell.open_above = band + scale.lowest_band == LoadSlice::kBands - 1;
  for (auto s = progress.slices.rbegin(); s != progress.slices.rend(); ++s) {
    if (static_cast<int>(column_of(*s, scale)) != column) continue;
    const auto b = static_cast<std::size_t>(band + scale.lowest_band);
    cell.count += s->cells[b];
    for (const std::uint32_t c : s->cells) cell.of += c;
    if (!s->cell_traces[b].empty() && std::find(cell.traces.begin(), cell.traces.end(), s->cell_traces[b]) == cell.traces.end()) cell.traces.push_back(s->cell_traces[b]);
  }
  return cell;
}

}  // namespace panels::load
