// Sizes of the buffers of lanes and calls. Private to http.
#pragma once

#include <cstddef>
#include <string>

namespace slipway::http {
constexpr std::size_t kInputSize = 64 * 1024;       // one receive
constexpr std::size_t kOutputPerTurn = 256 * 1024;  // replies gathered before they are sent
constexpr std::size_t kReadAhead = 64 * 1024;       // what is read behind a suspended call before reading pauses

// Empties a buffer that is used again and again; it keeps at most so much memory.
inline void trim(std::string& text, std::size_t most) {
  text.clear();
  if (text.capacity() > most) std::string().swap(text);
}

}  // namespace slipway::http
