// live: real servers and a real client over loopback, in two child processes pinned apart. Times in ns.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "workbench/compare/child.h"
#include "workbench/compare/keys.h"
#include "workbench/compare/kind.h"

namespace workbench::compare {

using slipway::Result;
using slipway::Value;

namespace {

class LiveKind final : public Kind {
 public:
  std::string metric(const Scenario& scenario, const Situation&) const override {
    return scenario.metric == "mean" ? "mean response" : "response " + scenario.metric;
  }
  std::string unit() const override { return "ns"; }

  Result<Sample> measure(const Scenario& scenario, const Value& keys, std::uint64_t seed, const RunOptions& options) override {
    Keys read(keys, "live");
    const auto balancer = read.text("balancer", "p2c");
    const auto nodes = static_cast<int>(read.integer("nodes", 5, 1, 64));
    const auto requests = read.integer("requests", 1500, 100, 1'000'000);
    const auto service = read.duration("service", std::chrono::milliseconds(2));
    const auto load = read.number("load", 0.4);
    std::vector<double> speeds;
    read.per_node("speeds", nodes, 1.0, speeds);
    if (auto ok = read.finish(); !ok) return ok.error();
    speeds.resize(static_cast<std::size_t>(nodes), 1.0);
    if (!(load > 0 && load < 1)) return slipway::bad_request(fmt::format("scenario: load {} is out of range (above 0, below 1)", load), "SCENARIO_INVALID");

    const auto program = options.child.empty() ? own_child_command() : options.child;
    auto servers_command = program;
    servers_command.insert(servers_command.end(), {"live-servers", std::to_string(service.count())});
    double capacity = 0;  // per second
    for (double speed : speeds) {
      servers_command.push_back(fmt::format("{}", speed));
      capacity += speed * 1e9 / static_cast<double>(service.count());
    }
    auto servers = Companion::start(servers_command);
    if (!servers) return servers.error();
    const auto ports = servers->read_line(std::chrono::seconds(10));
    if (!ports) return ports.error();

    auto load_command = program;
    load_command.insert(load_command.end(), {"live-load", balancer, fmt::format("{:.3f}", load * capacity), std::to_string(requests), std::to_string(seed)});
    for (std::size_t at = 0; at < ports->size();) {
      const auto space = std::min(ports->find(' ', at), ports->size());
      load_command.push_back(ports->substr(at, space - at));
      at = space + 1;
    }
    const auto expected = std::chrono::duration<double>(1.2 * static_cast<double>(requests) / (load * capacity));
    auto text = run_child(load_command, std::chrono::duration_cast<slipway::Duration>(3 * expected) + std::chrono::seconds(40), options.cancel);
    if (!text) return text.error();
    return sample_of(*text, scenario.metric);
  }

 private:
  static Result<Sample> sample_of(const std::string& text, const std::string& metric) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (json.is_discarded() || !json.contains("spectrum"))
      return slipway::unavailable("the generator did not print its result: " + text.substr(0, 200), "CHILD_FAILED");
    Sample out;
    const double wanted = metric == "p50" ? 50 : metric == "p95" ? 95 : 99;
    for (const auto& point : json["spectrum"]) {
      out.spectrum.emplace_back(point[0].get<double>(), point[1].get<double>());
      if (out.spectrum.back().first == wanted) out.value = out.spectrum.back().second;
    }
    if (metric == "mean") out.value = json["mean"].get<double>();
    if (json.contains("share"))
      for (const auto& [node, share] : json["share"].items()) out.share.emplace_back(node, share.get<double>());
    const auto errors = json["errors"].get<int>();
    const auto lag = json["lag_p99_ns"].get<double>();
    if (errors > 0) out.doubt = fmt::format("{} requests failed", errors);
    else if (lag > 0.1 * out.value && lag > 1e6)
      out.doubt = fmt::format("the generator was late (p99 of its lag {:.1f} ms)", lag / 1e6);
    return out;
  }
};

}  // namespace

std::unique_ptr<Kind> make_live_kind() { return std::make_unique<LiveKind>(); }

}  // namespace workbench::compare
