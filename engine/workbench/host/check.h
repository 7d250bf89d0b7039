// check_folder: everything that is wrong with a workspace's files, as serve would find it, without starting or locking anything.
#pragma once

#include <string>
#include <vector>

namespace workbench::host {

// One text per problem, each with its place; empty = it can be served. Blocks on files.
std::vector<std::string> check_folder(const std::string& folder);

}  // namespace workbench::host
