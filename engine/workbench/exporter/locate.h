// Locate: where the exporter's own data is, found relative to the running binary: in an installation below share/slipway, in a
// build tree in the checkout around it.
#pragma once

#include <string>

#include "slipway/base/result.h"

namespace workbench::exporter {

struct Locations {
  std::string templates;     // folder of the export templates
  std::string engine;        // folder with CMakeLists.txt, cmake/ and engine/slipway of the framework
  std::string build_tree;    // of a checkout; empty in an installation
  std::string package;       // prefix with lib/cmake/slipway; empty in a checkout
};
// NOT_FOUND with where it was looked for.
slipway::Result<Locations> locate();
std::string own_binary();    // absolute path of the running executable

}  // namespace workbench::exporter
