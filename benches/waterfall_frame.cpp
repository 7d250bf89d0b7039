// A frame of 100k spans, far out (every span visible, by depth) and near (rows of a tree), against the yardstick: one
// QPainter::fillRect per span on the same picture. Prints the ratio; the budget is 0.3.
#include <benchmark/benchmark.h>

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "panels/kit/plots/bars.h"
#include "panels/kit/plots/waterfall.h"

namespace {

using namespace panels::kit::plots;

constexpr int kWidth = 1600, kHeight = 900, kLaneHeight = 20;
constexpr std::size_t kSpans = 100'000;

std::vector<LaneSpan> spans() {
  std::vector<LaneSpan> all;
  const std::size_t lanes = kHeight / kLaneHeight, each = kSpans / lanes + 1;
  std::uint64_t state = 88172645463325252ull;
  for (std::size_t lane = 0; lane < lanes; ++lane)
    for (std::size_t i = 0; i < each && all.size() < kSpans; ++i) {
      state ^= state << 13, state ^= state >> 7, state ^= state << 17;
      const double start = static_cast<double>(i) * 1000, length = 100 + static_cast<double>(state % 900);
      all.push_back({start, start + length, static_cast<std::uint16_t>(lane), static_cast<std::uint8_t>(state % 6), state % 400 == 0});
    }
  return all;
}

TimeWindow window(const std::vector<LaneSpan>& all) {
  double last = 1;
  for (const LaneSpan& s : all) last = std::max(last, s.end);
  return {0, last};
}

void draw_far(QImage& image, const std::vector<LaneSpan>& all, const TimeWindow& w) { paint_lanes(image, all, w, kLaneHeight, current_style()); }

void draw_plain(QImage& image, const std::vector<LaneSpan>& all, const TimeWindow& w) {
  QPainter painter(&image);
  paint_lanes_plainly(painter, image.rect(), all, w, kLaneHeight, current_style());
}

void BM_WaterfallFar(benchmark::State& state) {
  const auto all = spans();
  const auto w = window(all);
  QImage image(kWidth, kHeight, QImage::Format_RGB32);
  for (auto _ : state) draw_far(image, all, w);
}
BENCHMARK(BM_WaterfallFar)->Unit(benchmark::kMillisecond);

void BM_FillRectPerSpan(benchmark::State& state) {
  const auto all = spans();
  const auto w = window(all);
  QImage image(kWidth, kHeight, QImage::Format_RGB32);
  for (auto _ : state) draw_plain(image, all, w);
}
BENCHMARK(BM_FillRectPerSpan)->Unit(benchmark::kMillisecond);

void BM_WaterfallRows(benchmark::State& state) {
  WaterfallGeometry g;
  const auto all = spans();
  g.total = window(all).to;
  for (const LaneSpan& s : all) {
    BarRow row;
    row.name = QStringLiteral("span");
    row.start = s.start, row.end = s.end, row.self = s.end - s.start;
    row.first_segment = static_cast<std::uint32_t>(g.segments.size()), row.segment_count = 1;
    row.span = static_cast<std::int32_t>(g.rows.size());
    row.subtree_end = static_cast<std::uint32_t>(g.rows.size()) + 1;
    row.depth = 1, row.series = s.series;
    g.segments.push_back({s.start, s.end});
    g.rows.push_back(row);
  }
  Waterfall view;
  view.set_band_visible(false);
  view.resize(kWidth, kHeight);
  view.set_geometry(std::move(g));
  QImage image(kWidth, kHeight, QImage::Format_RGB32);
  for (auto _ : state) view.render(&image);
}
BENCHMARK(BM_WaterfallRows)->Unit(benchmark::kMillisecond);

// Interleaved, so that both meet the same machine.
void print_ratio() {
  const auto all = spans();
  const auto w = window(all);
  QImage image(kWidth, kHeight, QImage::Format_RGB32);
  std::vector<double> far, plain;
  const auto time = [](auto&& draw) {
    const auto from = std::chrono::steady_clock::now();
    draw();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - from).count();
  };
  draw_far(image, all, w), draw_plain(image, all, w);
  for (int i = 0; i < 11; ++i) {
    far.push_back(time([&] { draw_far(image, all, w); }));
    plain.push_back(time([&] { draw_plain(image, all, w); }));
  }
  std::sort(far.begin(), far.end());
  std::sort(plain.begin(), plain.end());
  std::printf("waterfall of %zu spans: %.2f ms, fillRect per span: %.2f ms, ratio %.2f (budget 0.3)\n", all.size(), far[5], plain[5], far[5] / plain[5]);
}

}  // namespace

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication app(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  print_ratio();
}
