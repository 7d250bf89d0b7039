// The .http format that VS Code and JetBrains read: several requests per file, parted by `###`.
//
//   @host = {{gateway}}
//   ### Create an order
//   # @name create
//   # @assert status == 201
//   POST {{host}}/orders
//   Content-Type: application/json
//
//   {"sku": "A-1"}
//
// gRPC: `GRPC {{inventory}}/inventory.v1.Inventory/Reserve` with a JSON body. What we do not act on (comments, handler
// scripts `> {% … %}`) is kept as it is when a request is saved.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workbench/workspace/load.h"
#include "workbench/workspace/model.h"

namespace workbench::workspace {

// `file` is relative to the workspace: "requests/orders/create.http".
RequestFile parse_http(std::string_view text, const std::string& file, std::vector<Problem>& problems);
// One request as a block of text, without the separator.
std::string format_request(const traffic::SavedRequest& request);
// `text` with that request replaced (by name) or added; the other requests stay byte for byte.
slipway::Result<std::string> put_request(std::string_view text, const traffic::SavedRequest& request);
slipway::Result<std::string> remove_request(std::string_view text, const std::string& name);

// Into its file (created as needed; `file` may be empty: requests/<folder>/<name>.http). Atomic. Blocks.
slipway::Result<traffic::SavedRequest> save_request(const std::string& folder, traffic::SavedRequest request);
slipway::Status delete_request(const std::string& folder, const traffic::SavedRequest& request);

}  // namespace workbench::workspace
