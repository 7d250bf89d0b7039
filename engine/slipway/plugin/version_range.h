// Versions "major.minor.patch" and ranges of them, as plugins ask for each other:
//   *   1.4.0 (that one)   >=1.2   <2   ^1.2 (>=1.2.0 <2.0.0; ^0.3 is >=0.3.0 <0.4.0)   >=1.2 <1.9 (both)
#pragma once

#include <array>
#include <string_view>

#include "slipway/base/result.h"

namespace slipway::plugin {

using Version = std::array<int, 3>;

// Missing parts are 0. BAD_REQUEST / BAD_VERSION.
Result<Version> parse_version(std::string_view text);
// BAD_REQUEST / BAD_VERSION when the range cannot be read.
Result<bool> in_range(const Version& version, std::string_view range);

}  // namespace slipway::plugin
