// EngineCopy: the framework's sources as an exported project carries them, in third_party/slipway.
#pragma once

#include <string>
#include <vector>

#include "workbench/exporter/lock.h"

namespace workbench::exporter {

// The framework's sources and how they are built, relative to `engine`, sorted.
std::vector<std::string> engine_files(const std::string& engine);
// Copies them, takes away what earlier copies had and this one has not, and writes down both in `lock`. GENERATED_FILE_EDITED, before
// anything is written, when a copied file was edited.
slipway::Status check_engine_copy(const std::string& engine, const std::string& project, const Lock& lock);
slipway::Status copy_engine(const std::string& engine, const std::string& project, Lock& lock);

}  // namespace workbench::exporter
