#include "workbench/exporter/engine_copy.h"

#include <algorithm>
#include <filesystem>

namespace workbench::exporter {

namespace fs = std::filesystem;

std::vector<std::string> engine_files(const std::string& engine) {
  std::vector<std::string> out = {"CMakeLists.txt", "LICENSE"};
  for (const char* folder : {"cmake", "engine/slipway"})
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(engine) / folder))
      if (entry.is_regular_file()) out.push_back(fs::relative(entry.path(), engine).string());
  std::sort(out.begin(), out.end());
  return out;
}

slipway::Status check_engine_copy(const std::string& engine, const std::string& project, const Lock& lock) {
  std::string edited;
  for (const auto& [file, hash] : lock.engine_files) {
    const std::string path = project + "/third_party/slipway/" + file;
    std::error_code ec;
    if (!fs::exists(path, ec)) continue;
    const std::string present = read_text(path);
    if (sha256(present) == hash || present == read_text(engine + "/" + file)) continue;
    edited += (edited.empty() ? "" : ", ") + std::string("third_party/slipway/") + file;
  }
  if (edited.empty()) return {};
  return slipway::conflict("these files of the vendored framework were edited, and the next export would lose that: " + edited + "; take the edits back, or export --without engine", "GENERATED_FILE_EDITED");
}

slipway::Status copy_engine(const std::string& engine, const std::string& project, Lock& lock) {
  std::map<std::string, std::string> copied;
  for (const auto& file : engine_files(engine)) {
    const std::string text = read_text(engine + "/" + file);
    if (auto s = write_text(project + "/third_party/slipway/" + file, text); !s.ok()) return s;
    copied[file] = sha256(text);
  }
  std::error_code ec;
  for (const auto& [file, hash] : lock.engine_files)
    if (!copied.contains(file)) fs::remove(project + "/third_party/slipway/" + file, ec);
  lock.engine_files = std::move(copied);
  return {};
}

}  // namespace workbench::exporter
