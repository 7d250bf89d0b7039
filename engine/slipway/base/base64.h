// Base64 (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace slipway {

std::string base64(std::string_view bytes);  // the standard alphabet, padded
// The standard or the URL alphabet, padded or not; nothing when the text is no base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace slipway
