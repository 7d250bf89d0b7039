// Whole files read and replaced: a reader of the path sees the old text or the new one, never half of it.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/result.h"

namespace slipway::config {

// NOT_FOUND when it is not there, else INTERNAL with the system's reason. Blocks.
Result<std::string> read_file(const std::string& path);
// Writes beside it and renames; keeps the mode of a file that exists, follows a symbolic link, creates missing folders.
Status write_file(const std::string& path, std::string_view text);

}  // namespace slipway::config
