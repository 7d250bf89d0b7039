// Edit: the authored text files of a workspace (workspace.yaml, services/, config/ and .slipway/overrides.yaml), read and
// changed in place. A text with something wrong is never written; one that somebody else changed meanwhile is not overwritten.
// Blocks on files, save where it says pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workbench/workspace/load.h"

namespace workbench::workspace {

// NOT_FOUND / NO_SUCH_FILE; BAD_REQUEST / NOT_AUTHORED for any other file, and for links that leave the workspace.
slipway::Result<std::string> read_text(const std::string& folder, const std::string& file);
// What loading would say of this text as that file: its format, and for a service file all that stands in it. What other files
// must say (a called service, a .proto) is seen when the workspace is loaded. `extensions`, here and below: as load's. Pure.
std::vector<Problem> problems_of(const std::string& file, std::string_view text, ExtensionsPtr extensions = {});
// Atomic. BAD_REQUEST / BAD_FILE with every problem; CONFLICT / FILE_CHANGED when the file is not `before` any more (a file that
// is not there counts as "").
slipway::Status write_text(const std::string& folder, const std::string& file, std::string_view text, std::string_view before, ExtensionsPtr extensions = {});

// A route as written, with its indentation taken away: "- GET /hello:\n    - echo\n". Pure.
std::string route_text(const Route& route);
// `text` (a service file) with the lines of the route "GET /hello" replaced by `yaml`; every other line stays byte for byte.
// NOT_FOUND / ROUTE_UNKNOWN; CONFLICT / ROUTE_INLINE when it does not stand on lines of its own; BAD_REQUEST / BAD_FILE with every
// problem at its place in the file as it would be. Pure.
slipway::Result<std::string> replace_route(std::string_view text, const std::string& file, std::string_view route, std::string_view yaml,
                                           ExtensionsPtr extensions = {});

}  // namespace workbench::workspace
