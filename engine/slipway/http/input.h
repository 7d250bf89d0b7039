// Sizes of the per-lane buffers. Private to http.
#pragma once

#include <cstddef>

namespace slipway::http {
constexpr std::size_t kInputSize = 64 * 1024;       // one receive
constexpr std::size_t kOutputPerTurn = 256 * 1024;  // replies gathered before they are sent
constexpr std::size_t kReadAhead = 64 * 1024;       // what is read behind a suspended call before reading pauses
}  // namespace slipway::http
