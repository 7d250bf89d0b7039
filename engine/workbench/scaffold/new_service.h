// New service: a service file (and what it needs beside it) written into a workspace, from nothing, from an OpenAPI document,
// from a .proto file or from a small sample. One action with two faces: the New service menu and `slipway new-service`.
//
// Nothing is written unless the workspace loads with it: a file that would make a good workspace bad is refused with every
// problem. Blocks on files; any thread, but two at once on one folder race as two editors would.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/value.h"

namespace workbench::scaffold {

struct NewService {
  std::string name;            // letters, digits and -, a letter first; empty: of what it is made from, numbered when it is taken
  std::string from = "empty";  // "empty", the name of a sample, or a path of a .proto, .yaml or .json (OpenAPI 3) file
  int port = 0;                // 0: the first from 8080 on that no service of the workspace has
};

struct Made {
  std::string service;
  int port = 0;
  std::vector<std::pair<std::string, std::string>> files;   // relative path and what was written, the service's own file last
  std::vector<std::string> notes;                           // what of the source has no counterpart here
};

struct Sample {
  std::string_view name, about;   // "echo", "answers with what arrived"
};
const std::vector<Sample>& samples();

// CONFLICT / SERVICE_EXISTS, BAD_REQUEST / BAD_NAME, NOT_FOUND / NO_SUCH_SAMPLE, and what reading the source says.
slipway::Result<Made> new_service(const std::string& folder, const NewService& wanted);
// Takes a new service back: deletes its files that are still as they were written. CONFLICT / SERVICE_EDITED when the service's
// own file was edited since; nothing is deleted then.
slipway::Status take_back(const std::string& folder, const Made& made);

}  // namespace workbench::scaffold
