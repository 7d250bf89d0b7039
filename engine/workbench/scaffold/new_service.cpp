#include "workbench/scaffold/new_service.h"

#include <algorithm>
#include <filesystem>

#include "slipway/config/atomic_file.h"
#include "workbench/scaffold/sources.h"
#include "workbench/workspace/load.h"
#include "workbench/workspace/reader.h"

namespace workbench::scaffold {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Status;

namespace {

constexpr int kFirstPort = 8080, kLastPort = 65535;

std::string filled(std::string text, const std::string& name, int port) {
  for (const auto& [mark, value] : {std::pair{std::string("@NAME@"), name}, {std::string("@PORT@"), std::to_string(port)}})
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size()) text.replace(at, mark.size(), value);
  return text;
}

// The first port with `count` free ones from it on, none of them given to a service of this workspace.
int free_port(const workspace::Workspace& ws, int count) {
  int port = kFirstPort;
  for (bool moved = true; moved && port + count - 1 <= kLastPort;) {
    moved = false;
    for (const auto& s : ws.services)
      for (const int first : {s.http ? s.http->port : 0, s.grpc ? s.grpc->port : 0})
        if (first > 0 && port <= first + s.instances - 1 && first <= port + count - 1) port = first + s.instances, moved = true;
  }
  return port;
}

Result<Draft> draft_of(const std::string& from, const std::string& folder) {
  if (from.empty() || from == "empty") return empty_draft();
  if (const Draft* sample = sample_draft(from)) return *sample;
  const std::string extension = fs::path(from).extension().string();
  if (extension == ".proto") return proto_draft(from, folder);
  if (extension == ".yaml" || extension == ".yml" || extension == ".json") return openapi_draft(from);
  std::string known = "empty";
  for (const auto& s : samples()) known += ", " + std::string(s.name);
  return slipway::not_found("\"" + from + "\" is nothing a service can be made from (use " + known + ", or a .proto, .yaml or .json file)", "NO_SUCH_SAMPLE");
}

}  // namespace

Result<Made> new_service(const std::string& folder, const NewService& wanted) {
  auto draft = draft_of(wanted.from, folder);
  if (!draft.ok()) return draft.error();
  std::string name = wanted.name.empty() ? draft->name : wanted.name;
  if (!workspace::valid_name(name)) return slipway::bad_request("\"" + name + "\" is not a name (use letters, digits and -, a letter first)", "BAD_NAME");
  const workspace::Loaded before = workspace::load(folder);
  if (!before.workspace) return before.error();
  std::error_code code;
  const auto taken = [&](const std::string& n) { return before.workspace->find(n) || fs::exists(fs::path(folder) / ("services/" + n + ".yaml"), code); };
  for (int n = 2; wanted.name.empty() && taken(name) && n < 100; ++n) name = draft->name + "-" + std::to_string(n);
  const std::string file = "services/" + name + ".yaml";
  if (taken(name))
    return slipway::conflict("there is a service " + name + " already (choose another name)", "SERVICE_EXISTS");

  Made made;
  made.service = name;
  made.notes = draft->notes;
  std::vector<workspace::Problem> ignored;
  const auto parsed = workspace::parse_service(filled(draft->service, name, kFirstPort), file, ignored);
  made.port = wanted.port > 0 ? wanted.port : free_port(*before.workspace, parsed ? parsed->instances : 1);
  for (const auto& [path, text] : draft->files) made.files.emplace_back(filled(path, name, made.port), filled(text, name, made.port));
  made.files.emplace_back(file, filled(draft->service, name, made.port));  // last: a watcher sees a service only when it is whole

  std::vector<std::string> written;
  const auto give_up = [&](slipway::Error error) {
    for (const auto& path : written) fs::remove(fs::path(folder) / path, code);
    return error;
  };
  for (const auto& [path, text] : made.files) {
    const std::string full = (fs::path(folder) / path).string();
    if (fs::exists(full, code)) {
      if (auto there = slipway::config::read_file(full); there.ok() && *there == text) continue;  // the same proto of another service
      return give_up(slipway::conflict(path + " exists already and is different (rename one of the two)", "FILE_EXISTS"));
    }
    fs::create_directories(fs::path(full).parent_path(), code);
    if (auto s = slipway::config::write_file(full, text); !s.ok()) return give_up(s.error());
    written.push_back(path);
  }
  // Only problems that were not there before are this service's.
  const workspace::Loaded after = workspace::load(folder);
  std::string fresh;
  for (const auto& p : after.problems) {
    const bool old = std::any_of(before.problems.begin(), before.problems.end(), [&](const auto& o) { return o.text() == p.text(); });
    if (!old) fresh += (fresh.empty() ? "" : "\n") + p.text();
  }
  if (!fresh.empty()) return give_up(slipway::bad_request("the service would not load, so nothing was written:\n" + fresh, "BAD_WORKSPACE"));
  std::erase_if(made.files, [&](const auto& f) { return std::find(written.begin(), written.end(), f.first) == written.end(); });
  return made;
}

Status take_back(const std::string& folder, const Made& made) {
  const auto unchanged = [&](const std::pair<std::string, std::string>& file) {
    auto there = slipway::config::read_file((fs::path(folder) / file.first).string());
    return there.ok() && *there == file.second;
  };
  if (made.files.empty() || !unchanged(made.files.back()))
    return slipway::conflict("services/" + made.service + ".yaml was edited since it was made, so it is kept (delete it by hand)", "SERVICE_EDITED");
  std::error_code code;
  for (auto file = made.files.rbegin(); file != made.files.rend(); ++file)
    if (unchanged(*file)) fs::remove(fs::path(folder) / file->first, code);
  return {};
}

}  // namespace workbench::scaffold
