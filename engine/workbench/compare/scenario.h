// Scenario: what is compared with what. Two sides that differ in exactly one key, in one or more situations.
//
//   scenario: p2c-vs-wrr
//   kind: simulated                 # simulated | micro | live
//   metric: p99                     # simulated and live: mean, p50, p90, p95, p99
//   a: { balancer: wrr }
//   b: { balancer: p2c_ewma }
//   also: [ { balancer: p2c } ]     # more sides, each against a
//   situations:
//     - { title: one node slow, nodes: 5, load: 0.5, speeds: { 0: 0.5 } }
//   runs: 20
//
// What a side says beside the compared key overlays the situation. Two sides that differ in more than one key prove
// nothing about either, so such a scenario is refused, and the keys are named.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/value.h"

namespace workbench::compare {

struct Contender {
  std::string name;      // the compared key's value: "p2c_ewma"
  slipway::Value keys;   // a map
};

struct Situation {
  std::string title;
  slipway::Value keys;   // a map
};

struct Scenario {
  std::string name;
  std::string kind;      // "simulated" | "micro" | "live"
  std::string metric;    // "p99"
  std::string key;       // the one that differs: "balancer"
  Contender a;
  std::vector<Contender> others;  // each compared with a; the first gives the report's verdict
  std::vector<Situation> situations;
  int runs = 20;         // repetitions of each side in each situation

  // BAD_REQUEST / SCENARIO_INVALID with the place; SCENARIO_TWO_DIFFERENCES names the keys that differ.
  static slipway::Result<Scenario> parse(const slipway::Value& document);
  static slipway::Result<Scenario> read(const std::string& path);
};

struct Preset {
  std::string name, description;
  std::vector<std::string> kinds;  // of its parts, in order: "simulated", "live"
};
std::vector<Preset> presets();
// The scenarios of a preset, in order: a preset may have a simulated and a live part. NOT_FOUND names the presets.
slipway::Result<std::vector<Scenario>> preset(std::string_view name);

}  // namespace workbench::compare
