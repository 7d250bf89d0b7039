#include "workbench/exporter/merge.h"

#include <stdlib.h>

#include <filesystem>

#include "workbench/exporter/lock.h"
#include "workbench/exporter/process.h"

namespace workbench::exporter {

namespace fs = std::filesystem;

slipway::Result<Merged> merge_texts(const std::string& base, const std::string& mine, const std::string& theirs) {
  std::string folder = (fs::temp_directory_path() / "slipway-merge-XXXXXX").string();
  if (!::mkdtemp(folder.data())) return slipway::unavailable("no temporary folder could be made", "TEMPORARY_FOLDER");
  slipway::Status written;
  for (const auto& [name, text] : {std::pair{"mine", &mine}, {"base", &base}, {"theirs", &theirs}})
    if (written.ok()) written = write_text(folder + "/" + name, *text);
  static const std::atomic<bool> never{false};
  auto ended = written.ok() ? run_process({"git", "merge-file", "--diff3", "-L", "yours", "-L", "last export", "-L", "this export", "mine", "base", "theirs"}, folder, {}, {}, never)
                            : slipway::Result<Ended>(written.error());
  Merged out;
  out.text = read_text(folder + "/mine");
  std::error_code ec;
  fs::remove_all(folder, ec);
  if (!ended.ok()) return ended.error();
  // Its exit code is the number of conflicts, at most 127; above that it failed.
  if (ended->code > 127) return slipway::unavailable("git merge-file failed: " + ended->output, "MERGE_FAILED");
  out.conflicts = ended->code;
  return out;
}

bool holds_markers(const std::string& text) { return text.starts_with("<<<<<<< ") || text.find("\n<<<<<<< ") != std::string::npos; }

}  // namespace workbench::exporter
