// Loading a workspace folder. Everything wrong is collected at once, each with file:line:column and a fix; unknown keys are
// refused with the nearest known name.
#pragma once

#include <string>
#include <vector>

#include "slipway/config/change.h"
#include "slipway/config/config.h"
#include "workbench/workspace/model.h"

namespace workbench::workspace {

// Which servers that hold config may be read. Off: none (checks and exports say what files say). Loopback: those of this machine.
enum class Servers { Off, Loopback, All };
using Problem = slipway::config::Problem;   // text(): "services/gateway.yaml:4:3: adress: unknown key (did you mean address?)"

struct Loaded {
  WorkspacePtr workspace;          // what could be read; null only when the folder or workspace.yaml cannot be read at all
  std::vector<Problem> problems;   // empty = good
  bool ok() const { return workspace && problems.empty(); }
  // BAD_REQUEST / BAD_WORKSPACE with every problem on a line of its own.
  slipway::Error error() const;
};

// Blocks on files. `extensions`: what plugins add to the kinds that services may use.
Loaded load(const std::string& folder, ExtensionsPtr extensions = {});
// Parses one service file's text (an editor's buffer, say). `file` is the name used in errors.
std::optional<Service> parse_service(std::string_view text, const std::string& file, std::vector<Problem>& problems, ExtensionsPtr extensions = {});

// Folders that are needed at run time and are git-ignored: .slipway and its parts; writes .gitignore when there is none.
slipway::Status prepare_folder(const std::string& folder);

// What services declare to a Config: for each service its sections (types, defaults, docs) and, as the defaults document, the
// values its file gives, with their places. Owner = the service's name.
std::vector<slipway::config::Config::Declaration> declarations(const Workspace& workspace);
slipway::config::Config::Declaration declaration(const Service& service);

// Adds the layers of a workspace to a Config, before start(): files in order, servers, environment, command line, overrides
// (.slipway/overrides.yaml); and declares its services. Without `servers` no server is asked: what files say, for checks and exports.
slipway::Status add_layers(slipway::config::Config& config, const Workspace& workspace,
                           std::vector<std::pair<std::string, std::string>> command_line = {}, Servers servers = Servers::Off);

// The layers of a workspace whose list of layers has changed, live. `before` is the list in effect: an entry that was written anew
// under its old name is made anew. May wait for a server (5 s at most for each).
slipway::Status set_layers(slipway::config::Config& config, const Workspace& workspace, const std::vector<Layer>& before, Servers servers);

// Copies a sample, without its .slipway, to a folder that does not exist yet or is empty; CONFLICT otherwise.
slipway::Status copy_sample(const std::string& from, const std::string& to);
// Deletes what copy_sample made (only a folder with a workspace.yaml) and copies again; a running host must be closed before.
slipway::Status reset_sample(const std::string& from, const std::string& to);
// A new workspace with one HTTP service "hello" that answers GET /hello/{name}.
slipway::Status create_workspace(const std::string& folder, const std::string& name);

}  // namespace workbench::workspace
