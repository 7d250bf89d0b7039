#include "workbench/exporter/locate.h"

#include <filesystem>

namespace workbench::exporter {

namespace fs = std::filesystem;

std::string own_binary() {
  std::error_code ec;
  return fs::read_symlink("/proc/self/exe", ec).string();
}

slipway::Result<Locations> locate() {
  const fs::path binary = own_binary();
  Locations out;
  const fs::path share = binary.parent_path().parent_path() / "share" / "slipway";
  if (fs::exists(share / "templates" / "CMakeLists.txt.in")) {
    out.templates = (share / "templates").string();
    out.engine = (share / "engine-src").string();
    out.package = binary.parent_path().parent_path().string();
    return out;
  }
  // A build tree: the folder with CMakeCache.txt lies somewhere above the binary, the checkout above that.
  for (fs::path p = binary.parent_path(); p.has_relative_path(); p = p.parent_path()) {
    if (out.build_tree.empty() && fs::exists(p / "CMakeCache.txt")) out.build_tree = p.string();
    if (fs::exists(p / "resources" / "export" / "CMakeLists.txt.in") && fs::exists(p / "engine" / "slipway" / "CMakeLists.txt")) {
      out.templates = (p / "resources" / "export").string();
      out.engine = p.string();
      return out;
    }
  }
  return slipway::not_found("the export templates are neither in " + share.string() + " nor in a checkout around " + binary.string(), "TEMPLATES_MISSING");
}

}  // namespace workbench::exporter
