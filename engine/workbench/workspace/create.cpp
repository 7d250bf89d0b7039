// New folders: what a workspace needs beside its files, copies of samples and a first workspace.
#include <filesystem>

#include "slipway/config/atomic_file.h"
#include "workbench/workspace/load.h"
#include "workbench/workspace/reader.h"

namespace workbench::workspace {

namespace fs = std::filesystem;
using slipway::Status;

namespace {

constexpr std::string_view kIgnore = "# What Slipway records and what must stay private.\n.slipway/\n.env\n*.private.*\n";

Status failed(const std::string& what, const std::error_code& code) {
  return slipway::internal_error(what + ": " + code.message(), "FILE_ERROR");
}

Status copy_tree(const fs::path& from, const fs::path& to) {
  std::error_code code;
  fs::create_directories(to, code);
  if (code) return failed("making " + to.string(), code);
  for (fs::directory_iterator it(from, code), end; !code && it != end; it.increment(code)) {
    const fs::path name = it->path().filename();
    if (name == ".slipway") continue;
    std::error_code one;
    if (it->is_directory(one)) {
      if (auto s = copy_tree(it->path(), to / name); !s) return s;
      continue;
    }
    fs::copy_file(it->path(), to / name, fs::copy_options::none, one);
    if (one) return failed("copying " + it->path().string() + " to " + (to / name).string(), one);
    fs::permissions(to / name, fs::perms::owner_write, fs::perm_options::add, one);  // samples may be installed read-only
  }
  return code ? failed("reading " + from.string(), code) : Status();
}

bool empty_or_absent(const fs::path& folder) {
  std::error_code code;
  return !fs::exists(folder, code) || (fs::is_directory(folder, code) && fs::is_empty(folder, code));
}

}  // namespace

Status prepare_folder(const std::string& folder) {
  std::error_code code;
  for (const char* name : {".slipway", ".slipway/data"}) {
    fs::create_directories(fs::path(folder) / name, code);
    if (code) return failed("making " + folder + "/" + name, code);
  }
  if (!fs::exists(fs::path(folder) / ".gitignore", code)) return slipway::config::write_file(folder + "/.gitignore", kIgnore);
  return {};
}

Status copy_sample(const std::string& from, const std::string& to) {
  std::error_code code;
  if (!fs::exists(fs::path(from) / "workspace.yaml", code))
    return slipway::not_found("there is no sample workspace in " + from, "NO_SUCH_SAMPLE");
  if (!empty_or_absent(to)) return slipway::conflict(to + " is not empty (choose another folder)", "FOLDER_NOT_EMPTY");
  return copy_tree(from, to);
}

Status reset_sample(const std::string& from, const std::string& to) {
  std::error_code code;
  if (!fs::exists(fs::path(from) / "workspace.yaml", code))
    return slipway::not_found("there is no sample workspace in " + from, "NO_SUCH_SAMPLE");
  if (!empty_or_absent(to)) {
    if (!fs::exists(fs::path(to) / "workspace.yaml", code))
      return slipway::conflict(to + " is no workspace, so it is not deleted", "NOT_A_WORKSPACE");
    fs::remove_all(to, code);
    if (code) return failed("deleting " + to, code);
  }
  return copy_tree(from, to);
}

Status create_workspace(const std::string& folder, const std::string& name) {
  if (!valid_name(name)) return slipway::bad_request("\"" + name + "\" is not a name (use letters, digits and -, a letter first)", "BAD_NAME");
  if (!empty_or_absent(folder)) return slipway::conflict(folder + " is not empty (choose another folder)", "FOLDER_NOT_EMPTY");
  const std::pair<const char*, std::string> files[] = {
      {"workspace.yaml", "name: " + name + "\nversion: 1\nlayers:\n  - config/default.yaml\n"},
      {"config/default.yaml", "# Settings of the workspace, below the environment, the command line and overrides. For example:\n# hello:\n#   timeout:\n#     after: 2s\n"},
      {"services/hello.yaml",
       "service: hello\nhttp: { address: 127.0.0.1, port: 8080 }\nmiddleware:\n  - recovery\n  - tracing\n  - logging: { slow: 50ms }\n"
       "  - metrics\n  - timeout: { after: 2s }\nroutes:\n  - GET /hello/{name}:\n      - reply: { body: { message: \"hello {{path.name}}\" } }\n"},
      {"requests/hello.http", "### hello\n# @assert status == 200\nGET {{hello}}/hello/world\n"},
      {".gitignore", std::string(kIgnore)}};
  for (const auto& [file, text] : files)
    if (auto s = slipway::config::write_file(folder + "/" + file, text); !s) return s;
  return {};
}

}  // namespace workbench::workspace
