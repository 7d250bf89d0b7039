#include "workbench/compare/scenario.h"

#include <fmt/format.h>

#include <algorithm>

#include "slipway/codec/codec.h"

namespace workbench::compare {

using slipway::Error;
using slipway::Result;
using slipway::Value;

namespace {

Error invalid(const Value& at, std::string text, std::string reason = "SCENARIO_INVALID") {
  return slipway::bad_request("scenario: " + std::move(text), std::move(reason)).with_mark({"", at.line, at.column});
}

// Leaves as "speeds.0" -> text, in order of appearance.
void leaves(const Value& value, const std::string& prefix, std::vector<std::pair<std::string, std::string>>& out) {
  if (value.is_map() && !value.as_map().empty()) {
    for (const auto& [key, child] : value.as_map()) leaves(child, prefix.empty() ? key : prefix + "." + key, out);
    return;
  }
  out.emplace_back(prefix, value.to_text());
}

std::vector<std::string> differing_keys(const Value& a, const Value& b) {
  std::vector<std::pair<std::string, std::string>> of_a, of_b;
  leaves(a, "", of_a);
  leaves(b, "", of_b);
  std::vector<std::string> out;
  const auto only = [&out](const auto& here, const auto& there) {
    for (const auto& leaf : here)
      if (std::find(there.begin(), there.end(), leaf) == there.end() && std::find(out.begin(), out.end(), leaf.first) == out.end())
        out.push_back(leaf.first);
  };
  only(of_a, of_b);
  only(of_b, of_a);
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

constexpr std::string_view kKinds[] = {"simulated", "micro", "live"};
constexpr std::string_view kMetrics[] = {"mean", "p50", "p90", "p95", "p99"};
constexpr std::string_view kKeys[] = {"scenario", "kind", "metric", "a", "b", "also", "situations", "common", "runs", "description"};

}  // namespace

Result<Scenario> Scenario::parse(const Value& document) {
  if (!document.is_map()) return invalid(document, "the document must be a map with scenario, kind, a and b");
  for (const auto& [key, value] : document.as_map())
    if (std::find(std::begin(kKeys), std::end(kKeys), key) == std::end(kKeys))
      return invalid(value, fmt::format("unknown key \"{}\" (use scenario, kind, metric, a, b, also, common, situations, runs)", key));
  Scenario out;
  out.name = document["scenario"].to_text();
  out.kind = document["kind"].is_string() ? document["kind"].as_string() : "simulated";
  if (std::find(std::begin(kKinds), std::end(kKinds), out.kind) == std::end(kKinds))
    return invalid(document["kind"], fmt::format("kind \"{}\" is none of simulated, micro, live", out.kind));
  out.metric = document["metric"].is_string() ? document["metric"].as_string() : out.kind == "micro" ? "time" : "p99";
  if (out.kind != "micro" && std::find(std::begin(kMetrics), std::end(kMetrics), out.metric) == std::end(kMetrics))
    return invalid(document["metric"], fmt::format("metric \"{}\" is none of mean, p50, p90, p95, p99", out.metric));
  if (!document["runs"].is_null()) {
    const auto& runs = document["runs"];
    if (!runs.is_int() || runs.as_int() < 1 || runs.as_int() > 1000) return invalid(runs, "runs must be a number from 1 to 1000");
    out.runs = static_cast<int>(runs.as_int());
  }

  std::vector<const Value*> sides{&document["a"], &document["b"]};
  if (document["also"].is_list())
    for (const auto& side : document["also"].as_list()) sides.push_back(&side);
  else if (!document["also"].is_null())
    return invalid(document["also"], "also must be a list of sides");
  for (const Value* side : sides)
    if (!side->is_map()) return invalid(document, "a and b must each be a map, like { balancer: wrr }");
  for (std::size_t i = 1; i < sides.size(); ++i) {
    const auto keys = differing_keys(*sides[0], *sides[i]);
    if (keys.empty()) return invalid(*sides[i], "the two sides are the same: there is nothing to compare");
    if (keys.size() > 1)
      return invalid(*sides[i],
                     fmt::format("the two sides differ in {} keys: {} (leave one difference, so that the result says which made it)",
                                 keys.size(), joined(keys)),
                     "SCENARIO_TWO_DIFFERENCES");
    if (i > 1 && keys[0] != out.key)
      return invalid(*sides[i], fmt::format("the sides differ in different keys: {}, {}", out.key, keys[0]), "SCENARIO_TWO_DIFFERENCES");
    out.key = keys[0];
  }
  const auto contender = [&](const Value& keys) {
    const Value* value = keys.at_path(out.key);
    return Contender{value ? value->to_text() : "without " + out.key, keys};
  };
  out.a = contender(*sides[0]);
  for (std::size_t i = 1; i < sides.size(); ++i) out.others.push_back(contender(*sides[i]));

  const Value common = document["common"].is_map() ? document["common"] : Value(Value::Map{});
  if (document["situations"].is_list()) {
    for (const auto& situation : document["situations"].as_list()) {
      if (!situation.is_map()) return invalid(situation, "a situation must be a map");
      Value keys = slipway::overlay(common, situation);
      const auto title = keys["title"].is_null() ? std::string("as given") : keys["title"].to_text();
      keys.as_map().erase("title");
      out.situations.push_back({title, std::move(keys)});
    }
  }
  if (out.situations.empty()) out.situations.push_back({"as given", common});
  return out;
}

Result<Scenario> Scenario::read(const std::string& path) {
  auto document = slipway::codec::read_document(path);
  if (!document) return document.error();
  auto scenario = parse(*document);
  if (scenario) return scenario;
  auto where = scenario.error().where();
  where.file = path;
  return scenario.error().with_mark(where);
}

}  // namespace workbench::compare
