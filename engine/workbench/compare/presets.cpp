// The presets, written as the scenario files a user would write.
#include <fmt/format.h>

#include <algorithm>

#include "slipway/codec/codec.h"
#include "workbench/compare/scenario.h"

namespace workbench::compare {

using slipway::Result;

namespace {

struct Text {
  std::string_view name, description;
  std::vector<std::string_view> scenarios;
};

const std::vector<Text>& texts() {
  static const std::vector<Text> all{
      {"p2c-vs-wrr",
       "Power of two choices against weighted round robin: five equal servers, and one of them slow",
       {R"(
scenario: p2c-vs-wrr
kind: simulated
metric: p99
a: { balancer: wrr }
b: { balancer: p2c_ewma }
also: [ { balancer: p2c } ]
common: { nodes: 5, jobs: 400000 }
situations:
  - { title: "one of five nodes at half speed, load 0.4", load: 0.4, speeds: { 0: 0.5 } }
  - { title: "five equal nodes, load 0.8", load: 0.8 }
runs: 20
)",
        R"(
scenario: p2c-vs-wrr
kind: live
metric: p99
a: { balancer: wrr }
b: { balancer: p2c_ewma }
also: [ { balancer: p2c } ]
common: { nodes: 5, requests: 1500, service: 2ms }
situations:
  - { title: "five servers on loopback, one at half speed, load 0.4", load: 0.4, speeds: { 0: 0.5 } }
runs: 12
)"}},
      {"singleton-vs-injected",
       "Named lazy instances against constructor injection, and both against wiring by hand: first use, hot, contended, a graph of 100",
       {R"(
scenario: singleton-vs-injected
kind: micro
a: { design: singleton }
b: { design: injected }
also: [ { design: by_hand } ]
situations:
  - { title: "hot: one use, found each time", case: hot }
  - { title: "hot: one use by held handle", case: held }
  - { title: "contended: one use, two threads", case: contended, threads: 2 }
  - { title: "cold: wiring and first use in a fresh process", case: cold }
  - { title: "first use after the wiring, in a fresh process", case: first }
  - { title: "first use by two threads at once, in a fresh process", case: race, threads: 2 }
  - { title: "graph of 100: make and destroy", case: graph, services: 100 }
runs: 20
)"}},
  };
  return all;
}

}  // namespace

std::vector<Preset> presets() {
  std::vector<Preset> out;
  for (const auto& text : texts()) {
    out.push_back({std::string(text.name), std::string(text.description), {}});
    const auto parts = preset(text.name).value();
    for (const auto& part : parts) out.back().kinds.push_back(part.kind);
  }
  return out;
}

Result<std::vector<Scenario>> preset(std::string_view name) {
  std::string known;
  for (const auto& text : texts()) {
    known += (known.empty() ? "" : ", ") + std::string(text.name);
    if (text.name != name) continue;
    std::vector<Scenario> out;
    for (const auto& yaml : text.scenarios) {
      auto document = slipway::codec::parse_yaml(yaml);
      if (!document) return document.error();
      auto scenario = Scenario::parse(*document);
      if (!scenario) return scenario.error();
      out.push_back(std::move(*scenario));
    }
    return out;
  }
  return slipway::not_found(fmt::format("there is no preset \"{}\" (use {})", name, known), "UNKNOWN_PRESET");
}

}  // namespace workbench::compare
