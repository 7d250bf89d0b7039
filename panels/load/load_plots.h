// From a load run's slices to what its charts show: columns of equal seconds, the bands that hold something, the percentile
// curve. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "panels/kit/cell_rows.h"
#include "panels/kit/plots/compare_plots.h"
#include "panels/kit/plots/time_stack.h"
#include "workbench/host/views.h"
#include "workbench/traffic/load_run.h"

namespace panels::load {

struct ChartScale {
  double step_s = 1;      // of one column
  double to_s = 60;       // of the axis
  int lowest_band = 0, bands = 16;
};
ChartScale scale_of(const workbench::traffic::LoadProgress& progress, double duration_s);

// `wall_ns`: of the run's first second, 0 when unknown; marks are the config changes within the run.
kit::plots::TimeStackData charts_of(const workbench::traffic::LoadProgress& progress, double duration_s, std::int64_t wall_ns,
                                    const std::vector<workbench::host::ConfigChange>& changes, const kit::plots::PlotStyle& style);
kit::plots::SpectrumData spectrum_of(const workbench::traffic::LoadProgress& progress, const kit::plots::PlotStyle& style);
// Response times of two runs on one axis, and how they differ, a row per figure.
kit::plots::SpectrumData spectrum_of_two(const workbench::traffic::LoadProgress& a, const workbench::traffic::LoadProgress& b, const kit::plots::PlotStyle& style);
std::vector<kit::CellRow> difference_rows(const workbench::traffic::LoadProgress& a, const workbench::traffic::LoadProgress& b);

// A cell of the heat map: what it holds.
struct CellView {
  double from_s = 0, to_s = 0;
  std::int64_t low_ns = 0, high_ns = 0;
  bool open_above = false;                // the highest band there is: whatever was slower is in it too
  std::uint64_t count = 0, of = 0;        // in the cell; in its column
  std::vector<std::string> traces;        // kept ids, newest first
};
CellView cell_of(const workbench::traffic::LoadProgress& progress, const ChartScale& scale, int column, int band);

// The rate slider is logarithmic: 0..1000 covers 10/s to 20 000/s.
double rate_of_slider(int position);
int slider_of_rate(double rate);

}  // namespace panels::load
