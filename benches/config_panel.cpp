// The Config table of 10 000 keys: what the window does when one key changes (model and repaint), when the table is scrolled by a
// page and when a filter is typed, beside the same with 100 keys. Budgets: a change at most 4 of the small table's, each at most one
// frame of 16.7 ms at the 99th percentile.
#include <benchmark/benchmark.h>

#include <QApplication>
#include <QImage>
#include <QScrollBar>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <vector>

#include "panels/config/config_model.h"

namespace {

using namespace panels::config;
using workbench::host::ConfigRow;
using workbench::host::ConfigTable;

ConfigRow row(std::size_t i, const std::string& text) {
  ConfigRow r;
  const std::string number = std::to_string(i);
  r.key = "service" + std::to_string(i / 1000) + ".section" + std::to_string(i / 100 % 10) + ".key" + std::string(5 - number.size(), '0') + number;
  r.text = text, r.layer = i % 3 ? "config/default.yaml" : "overrides";
  r.readers = {"service" + std::to_string(i / 1000) + " section"};
  for (const char* layer : {"defaults", "config/default.yaml", "config/service.toml", "env", "command line", "overrides"}) {
    workbench::host::ConfigCell cell;
    cell.layer = layer, cell.present = cell.layer == "defaults" || cell.layer == r.layer, cell.wins = cell.layer == r.layer, cell.text = cell.raw = text;
    r.cells.push_back(cell);
  }
  return r;
}

// A table in a window of 1600 x 900, painted into a picture.
struct Shown {
  explicit Shown(std::size_t keys) : view(QStringLiteral("Config keys"), 28) {
    table.layers = {"defaults", "config/default.yaml", "config/service.toml", "env", "command line", "overrides"};
    for (std::size_t i = 0; i < keys; ++i) table.rows.push_back(row(i, "value " + std::to_string(i % 7)));
    model = std::make_unique<ConfigModel>(layer_columns(table.layers));
    view.setModel(model.get());
    view.resize(1600, 900);
    model->set(table, {}, Show::All, {});
    view.ensurePolished();
    paint();
  }
  ~Shown() { view.setModel(nullptr); }
  void paint() {
    QApplication::sendPostedEvents();
    view.render(&picture);
  }
  ConfigTable table;
  std::unique_ptr<ConfigModel> model;
  panels::kit::TableView view;
  QImage picture{1600, 900, QImage::Format_RGB32};
};

std::map<std::string, std::vector<double>> g_frames_ms;

void frames(benchmark::State& state, const std::string& name, const std::function<void(int)>& frame) {
  int n = 0;
  auto& times = g_frames_ms[name];
  for (auto _ : state) {
    const auto begun = std::chrono::steady_clock::now();
    frame(n++);
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
  }
}

void change(benchmark::State& state, std::size_t keys) {
  Shown shown(keys);
  frames(state, "change_" + std::to_string(keys), [&](int n) {
    const std::size_t at = static_cast<std::size_t>(n) % 20;  // a row in sight
    ConfigTable next = shown.table;
    next.rows.replace(at, row(at, "value " + std::to_string(n)));
    shown.model->set(next, {}, Show::All, {});
    shown.table = std::move(next);
    shown.paint();
  });
}
BENCHMARK_CAPTURE(change, 100, std::size_t{100})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(change, 10000, std::size_t{10'000})->Unit(benchmark::kMillisecond);

void scroll(benchmark::State& state) {
  Shown shown(10'000);
  frames(state, "scroll_10000", [&](int n) {
    shown.view.verticalScrollBar()->setValue((n * 800) % std::max(1, shown.view.verticalScrollBar()->maximum()));
    shown.paint();
  });
}
BENCHMARK(scroll)->Unit(benchmark::kMillisecond);

void filter(benchmark::State& state) {
  Shown shown(10'000);
  const QString typed = QStringLiteral("key0432");
  frames(state, "filter_10000", [&](int n) {
    shown.model->set(shown.table, typed.left(n % (typed.size() + 1)), Show::All, {});
    shown.paint();
  });
}
BENCHMARK(filter)->Unit(benchmark::kMillisecond);

double at(std::vector<double> v, double share) {
  std::sort(v.begin(), v.end());
  return v.empty() ? 0 : v[std::min(v.size() - 1, static_cast<std::size_t>(share * static_cast<double>(v.size())))];
}

}  // namespace

int main(int argc, char** argv) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  for (const auto& [name, times] : g_frames_ms) std::printf("%-14s median %6.2f ms, 99 %% of frames within %6.2f ms (budget 16.7)\n", name.c_str(), at(times, 0.5), at(times, 0.99));
  if (g_frames_ms.contains("change_100") && g_frames_ms.contains("change_10000"))
    std::printf("a change among 10 000 keys: %.2f x the same among 100 (budget 4)\n", at(g_frames_ms["change_10000"], 0.5) / at(g_frames_ms["change_100"], 0.5));
  return 0;
}
