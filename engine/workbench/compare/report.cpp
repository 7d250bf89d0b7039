#include "workbench/compare/report.h"

#include <nlohmann/json.hpp>

namespace workbench::compare {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Side& side) {
  Json j;
  j["name"] = side.name;
  j["median"] = side.median;
  j["runs"] = side.runs;
  Json spectrum = Json::array();
  for (const auto& [percentile, value] : side.spectrum) spectrum.push_back({{"percentile", percentile}, {"value", value}});
  j["spectrum"] = std::move(spectrum);
  Json share = Json::object();
  for (const auto& [node, value] : side.share) share[node] = value;
  j["share"] = std::move(share);
  return j;
}

const char* name_of(Section::Outcome outcome) {
  switch (outcome) {
    case Section::Outcome::NoDifference: return "no_difference";
    case Section::Outcome::BBetter: return "b_better";
    case Section::Outcome::BWorse: return "b_worse";
  }
  return "no_difference";
}

void add_figures(Json& j, const Section& s) {
  j["verdict"] = s.verdict;
  j["outcome"] = name_of(s.outcome);
  j["metric"] = s.metric;
  j["unit"] = s.unit;
  j["ratio"] = s.ratio;
  j["ci95"] = {s.ci_low, s.ci_high};
  j["p_value"] = s.p_value;
  j["noise_floor"] = s.noise_floor;
  j["a"] = json_of(s.a);
  j["b"] = json_of(s.b);
}

}  // namespace

std::string Report::to_json() const {
  Json j;
  j["scenario"] = scenario;
  j["kind"] = kind;
  if (!sections.empty()) add_figures(j, sections.front());
  j["sections"] = Json::array();
  for (const auto& section : sections) {
    Json s;
    s["title"] = section.title;
    add_figures(s, section);
    if (!section.theory.empty()) {
      s["theory"] = Json::array();
      for (const auto& [x, y] : section.theory) s["theory"].push_back({{"percentile", x}, {"value", y}});
    }
    j["sections"].push_back(std::move(s));
  }
  Json env = Json::object();
  for (const auto& [name, value] : environment) env[name] = value;
  j["environment"] = std::move(env);
  j["doubts"] = doubts;
  return j.dump();
}

}  // namespace workbench::compare
