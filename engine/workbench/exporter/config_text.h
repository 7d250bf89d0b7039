// ConfigText: the settings of an exported project: one list of keys, written as a commented YAML file, as a JSON Schema for editors,
// and as the C++ table that the program checks its settings with at its start.
#pragma once

#include <string>
#include <vector>

#include "slipway/config/schema.h"
#include "workbench/exporter/project_model.h"

namespace workbench::exporter {

struct ConfigRow {
  std::string key;                    // "orders.http.port"
  slipway::config::KeySpec spec;      // fallback: the prototype's effective value; of a secret none
};
std::vector<ConfigRow> config_rows(const ProjectModel& model);   // sorted by key
std::string environment_name(const std::string& key);            // "SLIPWAY_ORDERS__HTTP__PORT"

std::string config_yaml(const ProjectModel& model, bool testing);
std::string config_json_schema(const ProjectModel& model);
std::string config_cpp_rows(const ProjectModel& model);          // for gen/schema.cpp

}  // namespace workbench::exporter
