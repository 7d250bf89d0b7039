// live: real servers and a real client over loopback, in two child processes pinned apart. Times in ns.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "workbench/compare/child.h"
#include "workbench/compare/keys.h"
#include "workbench/compare/kind.h"
#include "workbench/simulate/simulation.h"

namespace workbench::compare {

using slipway::Result;
using slipway::Value;

namespace {

// With more under way when the last request is sent the servers did not keep up: a tenth of the requests, and more than a
// stall of the machine piles up.
constexpr double kBacklog = 0.1, kStallSeconds = 0.25;
constexpr std::uint64_t kPredictedJobs = 200'000;

class LiveKind final : public Kind {
 public:
  std::string metric(const Scenario& scenario, const Situation&) const override {
    return scenario.metric == "mean" ? "mean response" : "response " + scenario.metric;
  }
  std::string unit() const override { return "ns"; }

  Result<Sample> measure(const Scenario& scenario, const Value& keys, std::uint64_t seed, const RunOptions& options) override {
    auto setup = setup_from(keys);
    if (!setup) return setup.error();
    const auto& model = setup->model;
    const auto program = options.child.empty() ? own_child_command() : options.child;
    auto servers_command = program;
    servers_command.insert(servers_command.end(), {"live-servers", std::to_string(setup->service.count()), std::to_string(seed)});
    double capacity = 0;  // per second
    for (double speed : model.speeds) {
      servers_command.push_back(fmt::format("{}", speed));
      capacity += speed * 1e9 / static_cast<double>(setup->service.count());
    }
    const double rate = model.load * capacity;
    auto servers = Companion::start(servers_command);
    if (!servers) return servers.error();
    const auto ports = servers->read_line(std::chrono::seconds(10));
    if (!ports) return ports.error();

    auto load_command = program;
    load_command.insert(load_command.end(), {"live-load", model.balancer, fmt::format("{:.3f}", rate), std::to_string(setup->requests), std::to_string(seed)});
    for (std::size_t at = 0; at < ports->size();) {
      const auto space = std::min(ports->find(' ', at), ports->size());
      load_command.push_back(ports->substr(at, space - at));
      at = space + 1;
    }
    const auto expected = std::chrono::duration<double>(1.2 * static_cast<double>(setup->requests) / rate);
    auto text = run_child(load_command, std::chrono::duration_cast<slipway::Duration>(3 * expected) + std::chrono::seconds(40), options.cancel);
    if (!text) return text.error();
    auto sample = sample_of(*text, scenario.metric, rate);
    if (!sample) return sample.error();
    if (const auto overloaded = simulate::overload(model); !overloaded.empty()) sample->not_steady = overloaded;
    else sample->theory = predict(*setup);
    return sample;
  }

 private:
  struct Setup {
    simulate::Options model;  // the same, as the simulator takes it
    slipway::Duration service;
    std::int64_t requests = 0;
  };

  static Result<Setup> setup_from(const Value& keys) {
    Setup out;
    Keys read(keys, "live");
    out.model.balancer = read.text("balancer", "p2c");
    out.model.nodes = static_cast<int>(read.integer("nodes", 5, 1, 64));
    out.model.load = read.number("load", 0.4);
    out.requests = read.integer("requests", 1500, 100, 1'000'000);
    out.service = read.duration("service", std::chrono::milliseconds(2));
    read.per_node("speeds", out.model.nodes, 1.0, out.model.speeds);
    if (auto ok = read.finish(); !ok) return ok.error();
    out.model.speeds.resize(static_cast<std::size_t>(out.model.nodes), 1.0);
    out.model.service_ns = static_cast<double>(out.service.count());
    out.model.jobs = kPredictedJobs;
    const auto bad = [](std::string text) { return slipway::bad_request("scenario: " + std::move(text), "SCENARIO_INVALID"); };
    if (!(out.model.load > 0 && out.model.load <= 2)) return bad(fmt::format("load {} is out of range (above 0, at most 2)", out.model.load));
    for (double speed : out.model.speeds)
      if (!(speed >= 0.01 && speed <= 100)) return bad(fmt::format("speed {} is out of range (0.01 ... 100)", speed));
    if (out.service < std::chrono::microseconds(10) || out.service > std::chrono::seconds(1))
      return bad(fmt::format("service {} is out of range (10us ... 1s)", slipway::format_duration(out.service)));
    return out;
  }

  // What the simulator says of the same servers, without network and without this machine.
  static std::vector<std::pair<double, double>> predict(const Setup& setup) {
    auto outcome = simulate::run(setup.model);
    if (!outcome) return {};
    for (auto& point : outcome->spectrum) point.second *= setup.model.service_ns;
    return std::move(outcome->spectrum);
  }

  static Result<Sample> sample_of(const std::string& text, const std::string& metric, double rate) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.contains("spectrum_ns"))
      return slipway::unavailable("the generator did not print its result: " + text.substr(0, 200), "CHILD_FAILED");
    Sample out;
    const double wanted = metric == "p50" ? 50 : metric == "p90" ? 90 : metric == "p95" ? 95 : 99;
    for (const auto& point : json["spectrum_ns"]) {
      out.spectrum.emplace_back(point[0].get<double>(), point[1].get<double>());
      if (out.spectrum.back().first == wanted) out.value = out.spectrum.back().second;
    }
    if (metric == "mean") out.value = json["mean_ns"].get<double>();
    if (json.contains("share"))
      for (const auto& [node, share] : json["share"].items()) out.share.emplace_back(node, share.get<double>());
    const auto errors = json["errors"].get<int>();
    const auto lag = json["lag_p99_ns"].get<double>(), requests = json["requests"].get<double>(), backlog = json["backlog"].get<double>();
    if (backlog > std::max(kBacklog * requests, kStallSeconds * rate))
      out.not_steady = fmt::format("{:.0f} % of all requests were still waiting when the last was sent", backlog / requests * 100);
    if (errors > 0) out.doubt = fmt::format("{} requests failed", errors);
    else if (lag > 0.1 * out.value && lag > 1e6)
      out.doubt = fmt::format("the generator was late (p99 of its lag {:.1f} ms)", lag / 1e6);
    return out;
  }
};

}  // namespace

std::unique_ptr<Kind> make_live_kind() { return std::make_unique<LiveKind>(); }

}  // namespace workbench::compare
