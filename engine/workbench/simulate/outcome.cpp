#include <nlohmann/json.hpp>

#include "workbench/simulate/simulation.h"

namespace workbench::simulate {

std::string Outcome::to_json() const {
  nlohmann::ordered_json j;
  j["unit"] = "service_times";
  j["balancer"] = options.balancer;
  j["nodes"] = options.nodes;
  j["load"] = options.load;
  j["service"] = options.service.to_string();
  j["seed"] = options.seed;
  j["mean_response"] = mean_response;
  j["mean_response_ci95"] = mean_response_ci95;
  j["p50"] = p50;
  j["p90"] = p90;
  j["p95"] = p95;
  j["p99"] = p99;
  j["p99_9"] = p99_9;
  j["max"] = max;
  j["utilisation"] = utilisation;
  j["mean_in_system"] = mean_in_system;
  j["jobs"] = jobs;
  j["warm_up_jobs"] = warm_up_jobs;
  j["steady"] = steady;
  if (!steady) j["not_steady_because"] = not_steady_because;
  if (theory) {
    j["theory"]["model"] = theory->model;
    j["theory"]["mean_response"] = theory->mean_response;
    for (const auto& [percentile, value] : theory->spectrum) {
      if (percentile == 50) j["theory"]["p50"] = value;
      if (percentile == 95) j["theory"]["p95"] = value;
      if (percentile == 99) j["theory"]["p99"] = value;
    }
  } else {
    j["theory"] = nullptr;
  }
  if (share.size() <= 64) j["share"] = share;
  return j.dump();
}

}  // namespace workbench::simulate
