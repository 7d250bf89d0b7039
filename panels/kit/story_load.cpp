#include <array>
#include <cmath>

#include "panels/kit/story_parts.h"

namespace panels::kit::story {
namespace {

using workbench::traffic::LoadProgress;
using workbench::traffic::LoadSlice;

// A small generator of its own, so that the story's bytes depend on nothing else.
struct Dice {
  std::uint64_t state = 0x9E3779B97F4A7C15ull;
  double next() {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return static_cast<double>(state >> 11) / 9007199254740992.0;
  }
};

}  // namespace

LoadView load() {
  LoadView view;
  view.options.request = requests().front();
  view.options.request.url = "http://127.0.0.1:8080/orders";
  view.options.rate_per_s = 3000;
  view.options.duration = std::chrono::seconds(60);
  view.options.arrivals = workbench::traffic::Arrivals::Poisson;
  view.options.slos = {"p99<10ms", "errors<0.1%", "p99.9<8ms"};
  auto p = std::make_shared<LoadProgress>();
  p->state = LoadProgress::State::Running;
  p->elapsed_s = 41.2;
  p->target_rate_per_s = 3000;
  p->achieved_rate_per_s = 2690.6;
  p->requests = 110855, p->intended = 110863, p->sent = 110863;
  p->in_flight = 8;
  p->service_ns = {1'130'000, 2'640'000, 6'980'000, 11'700'000, 20'100'000};
  p->response_ns = {1'210'000, 2'800'000, 7'410'000, 12'400'000, 20'400'000};
  p->lag_p99_ns = 120'000, p->lag_max_ns = 400'000;
  p->generator_cpu = 0.31;
  p->slos = {{"p99<10ms", true, "7.41 ms"}, {"errors<0.1%", true, "0.00 %"}, {"p99.9<8ms", false, "12.40 ms"}};
  Dice dice;
  for (int i = 0; i < 164; ++i) {
    LoadSlice s;
    s.at_s = i * 0.25;
    const double rate = s.at_s < 8 ? 1500 : 3000;
    const bool even = s.at_s >= 29;  // p2c since then
    const int count = static_cast<int>(rate / 4 * (0.995 + 0.01 * dice.next()));
    s.intended = s.sent = s.done = static_cast<std::uint32_t>(count);
    const double slow_share = even ? 0.144 : 0.2, slow_mean = s.at_s < 8 ? 1.5 : even ? 1.35 : 2.1, quick_mean = s.at_s < 8 ? 0.55 : 0.62;
    for (int k = 0; k < count; ++k) {
      const double mean = dice.next() < slow_share ? slow_mean : quick_mean;
      const double ms = 0.55 - mean * std::log(1 - dice.next());
      const int band = LoadSlice::band_of(static_cast<std::int64_t>(ms * 1e6));
      ++s.cells[static_cast<std::size_t>(band)];
      if (ms > 3) s.cell_traces[static_cast<std::size_t>(band)] = "7f3a91c2d40b6e8f51c7a2d93b0e64f8";
    }
    s.in_flight = static_cast<std::uint32_t>((even ? 7 : 8) + 5 * dice.next() + (even ? 0 : 4 * std::pow(dice.next(), 4)));
    if (s.at_s < 8) s.in_flight = s.in_flight / 2 + 3;
    s.p50_ns = even ? 1'190'000 : 1'230'000;
    s.p99_ns = even ? 4'570'000 : 8'470'000;
    p->slices.push_back(s);
  }
  const auto spectrum = [](const workbench::traffic::Percentiles& q, double smallest) {
    std::vector<std::pair<double, std::int64_t>> out;
    const std::array<std::pair<double, double>, 5> knots{{{0, smallest}, {50, static_cast<double>(q.p50)}, {90, static_cast<double>(q.p90)}, {99, static_cast<double>(q.p99)}, {99.9, static_cast<double>(q.p99_9)}}};
    const auto depth = [](double percentile) { return -std::log10(1 - percentile / 100); };
    for (const double percentile : {0.0, 5.0, 20.0, 35.0, 50.0, 65.0, 80.0, 90.0, 94.0, 97.0, 98.5, 99.0, 99.4, 99.7, 99.85, 99.9}) {
      std::size_t k = 1;
      while (k + 1 < knots.size() && knots[k].first < percentile) ++k;
      const double from = depth(knots[k - 1].first), share = (depth(percentile) - from) / (depth(knots[k].first) - from);
      out.emplace_back(percentile, static_cast<std::int64_t>(knots[k - 1].second * std::pow(knots[k].second / knots[k - 1].second, share)));
    }
    return out;
  };
  p->service_spectrum = spectrum(p->service_ns, 540'000), p->response_spectrum = spectrum(p->response_ns, 550'000);
  view.progress = p;
  view.running = true;
  return view;
}

std::vector<workbench::traffic::RunSummary> runs() {
  const auto run = [](double minute, double rate, double p99_ms, std::uint64_t errors, bool starred) {
    workbench::traffic::RunSummary r;
    r.started_wall_ns = at(14, static_cast<int>(minute), 0);
    r.id = "20261123-14" + std::to_string(static_cast<int>(minute)) + "00-000";
    r.request = "orders/create", r.url = "http://127.0.0.1:8080/orders", r.state = "done";
    r.starred = starred, r.elapsed_s = 60, r.target_rate_per_s = r.achieved_rate_per_s = rate;
    r.requests = static_cast<std::uint64_t>(rate * 60), r.errors = errors;
    r.response_ns = {1'200'000, 2'900'000, static_cast<std::int64_t>(p99_ms * 1e6), static_cast<std::int64_t>(p99_ms * 1.7e6), static_cast<std::int64_t>(p99_ms * 2.4e6)};
    r.bytes = 71'000;
    return r;
  };
  return {run(18, 3000, 8.41, 0, true), run(15, 3000, 9.06, 0, false), run(12, 1500, 4.10, 0, false), run(10, 4000, 212, 31'840, false)};
}

std::vector<workbench::host::Edge> edges() {
  std::vector<workbench::host::Edge> all{{"client", "gateway", 3000, 0}, {"gateway", "orders", 3000, 0}, {"orders", "inventory", 600, 0}};
  const std::array<double, 5> rates{636, 642, 648, 642, 432};
  for (int i = 1; i <= 5; ++i) all.push_back({"orders", "pricing-" + std::to_string(i), rates[static_cast<std::size_t>(i - 1)], 0});
  return all;
}

std::vector<workbench::host::BalancedTarget> balanced() {
  workbench::host::BalancedTarget t;
  t.client = "orders", t.target = "pricing", t.balancer = "p2c", t.balancer_key = "orders.pricing.balancer";
  const std::array<double, 5> share{0.212, 0.214, 0.216, 0.214, 0.144};
  const std::array<int, 5> port{8101, 8102, 8106, 8104, 8105};
  Dice dice;
  for (std::size_t i = 0; i < 5; ++i) {
    workbench::host::BalancedNode n;
    n.id = "pricing-" + std::to_string(i + 1);
    n.address = "127.0.0.1:" + std::to_string(port[i]);
    n.weight = 10;
    n.added_latency_ns = i == 4 ? 800'000 : 0;
    n.in_flight = i == 4 ? 2 : i == 0 || i == 2 ? 1 : 0;
    n.share = share[i], n.expected_share = 0.2;
    n.p99_ns = i == 4 ? 6'500'000 : 2'100'000;
    n.picks = static_cast<std::uint64_t>(110855 * share[i]);
    for (int s = 0; s < 60; ++s) {
      const double bent = s < 42 ? 0.2 : s == 42 ? 0.18 : share[i] + (dice.next() - 0.5) * 0.008;
      n.share_history.push_back(static_cast<float>(s < 42 ? 0.2 : s == 42 && i < 4 ? 0.205 : bent));
    }
    t.nodes.push_back(n);
  }
  // Shares of one second are parts of one whole.
  for (std::size_t s = 0; s < 60; ++s) {
    float all = 0;
    for (const auto& n : t.nodes) all += n.share_history[s];
    for (auto& n : t.nodes) n.share_history[s] /= all;
  }
  const auto decision = [](double second, int a, int in_a, int b, int in_b, int picked) {
    const auto name = [](int i) { return "pricing-" + std::to_string(i); };
    workbench::host::BalancedTarget::Decision d;
    d.wall_ns = at(14, 21, second);
    d.picked = name(picked);
    d.why = in_a == in_b ? "tie" : "fewer in flight";
    d.candidates = {{name(a), in_a}, {name(b), in_b}};
    return d;
  };
  t.decisions = {decision(47.112, 2, 0, 5, 2, 2), decision(47.111, 1, 1, 3, 0, 3), decision(47.111, 4, 1, 5, 1, 5), decision(47.110, 1, 0, 4, 0, 4), decision(47.110, 3, 1, 5, 2, 3),
                 decision(47.109, 2, 0, 4, 1, 2), decision(47.109, 1, 1, 2, 0, 2), decision(47.109, 4, 0, 5, 2, 4), decision(47.108, 3, 1, 1, 1, 1)};
  return {t};
}

}  // namespace panels::kit::story
