// Sources: what a new service can be made from. Inside the folder only.
#pragma once

#include "workbench/scaffold/new_service.h"

namespace workbench::scaffold {

// What a source gives: the service file as text with @NAME@ and @PORT@ in it, and files beside it.
struct Draft {
  std::string name;            // proposed
  std::string service;
  std::vector<std::pair<std::string, std::string>> files;
  std::vector<std::string> notes;
};

Draft empty_draft();
const Draft* sample_draft(std::string_view name);   // nullptr: there is none
slipway::Result<Draft> openapi_draft(const std::string& file);
// Imports that stand beside the file come with it; `folder` is the workspace (a file of its protos is used where it is).
slipway::Result<Draft> proto_draft(const std::string& file, const std::string& folder);

// "Pet Store 3" -> "pet-store-3"; "service" when nothing is left.
std::string service_name_of(std::string_view title);

}  // namespace workbench::scaffold
