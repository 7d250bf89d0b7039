// cURL and grpcurl command lines as saved requests, and back.
//
// Import reads what browsers, Postman and shells produce: bash, cmd.exe and PowerShell quoting (told apart by their
// continuation marks), -X -H -d --data-raw --data-binary --data-urlencode --json -F -u -b -A -e -G -I, and the switches that
// change nothing here (-s -k -L -i -v --compressed ...). Files (@name) are not read. Export writes one argument per line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workbench/traffic/exchange.h"

namespace workbench::traffic {

// BAD_REQUEST: CURL_INVALID (not a curl command, a quote that does not close), CURL_FLAG_UNKNOWN, CURL_FILE (an @file).
slipway::Result<SavedRequest> import_curl(std::string_view text);

enum class Shell { Bash, Cmd, PowerShell };
// curl for HTTP requests, grpcurl for gRPC ones.
std::string copy_as_command(const SavedRequest& request, Shell shell);

// A command line taken apart as that shell would; first word first.
slipway::Result<std::vector<std::string>> split_command(std::string_view text, Shell shell);
Shell shell_of(std::string_view text);
// One argument, quoted where needed.
std::string quote_argument(std::string_view text, Shell shell);

}  // namespace workbench::traffic
