#include "workbench/compare/report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace workbench::compare {

namespace {

using Json = nlohmann::ordered_json;

// Nanoseconds are whole but for the few that one use of an object takes.
Json figure(double value, const std::string& unit) {
  if (unit == "ns" && std::abs(value) >= 1000) return static_cast<std::int64_t>(std::llround(value));
  return value;
}

Json json_of(const Side& side, const std::string& unit) {
  Json j;
  j["name"] = side.name;
  j["median"] = figure(side.median, unit);
  j["runs"] = Json::array();
  for (double run : side.runs) j["runs"].push_back(figure(run, unit));
  j["steady"] = side.not_steady.empty();
  if (!side.not_steady.empty()) j["not_steady_because"] = side.not_steady;
  Json spectrum = Json::array();
  for (const auto& [percentile, value] : side.spectrum) spectrum.push_back({{"percentile", percentile}, {"value", figure(value, unit)}});
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
    case Section::Outcome::Undecided: return "undecided";
    case Section::Outcome::NotSteady: return "not_steady";
  }
  return "no_difference";
}

void add_figures(Json& j, const Section& s) {
  j["verdict"] = s.verdict;
  j["outcome"] = name_of(s.outcome);
  j["metric"] = s.metric;
  j["unit"] = s.unit;
  const bool figures = s.outcome != Section::Outcome::NotSteady;
  j["ratio"] = figures ? Json(s.ratio) : Json(nullptr);
  j["ci95"] = figures ? Json({s.ci_low, s.ci_high}) : Json(nullptr);
  j["p_value"] = figures ? Json(s.p_value) : Json(nullptr);
  j["noise_floor"] = s.noise_floor;
  j["a"] = json_of(s.a, s.unit);
  j["b"] = json_of(s.b, s.unit);
}

}  // namespace

bool Report::steady() const {
  return std::none_of(sections.begin(), sections.end(), [](const Section& s) { return s.outcome == Section::Outcome::NotSteady; });
}

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
      for (const auto& [x, y] : section.theory) s["theory"].push_back({{"percentile", x}, {"value", figure(y, section.unit)}});
    }
    j["sections"].push_back(std::move(s));
  }
  Json env = Json::object();
  for (const auto& [name, value] : environment) env[name] = value;
  j["environment"] = std::move(env);
  j["doubts"] = doubts;
  j["repetitions"] = repetitions;
  j["planned_repetitions"] = planned;
  j["partial"] = partial();
  return j.dump();
}

}  // namespace workbench::compare
