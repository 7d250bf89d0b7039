// ChunkedDecoder: the chunked transfer coding, strict and incremental. Chunk extensions and trailers are read within
// limits and dropped; a bare LF, a sign, white space or more than 15 digits in a size, and a missing CRLF after the data are
// errors, and so is framing that outweighs the data by far. Feed it what arrived; it says how much it took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace slipway::http {

class ChunkedDecoder {
 public:
  enum class State : std::uint8_t { More, Done, Malformed, TooLarge };
  explicit ChunkedDecoder(std::size_t limit = 1024 * 1024) : limit_(limit) {}
  // Appends decoded bytes to `out` and adds to `taken` what was consumed. After Done the rest of `in` is the next message.
  State feed(std::string_view in, std::string& out, std::size_t& taken);

 private:
  enum class Step : std::uint8_t { Size, Extension, SizeLf, Data, DataCr, DataLf, Trailer, TrailerLine, TrailerLf, LastLf };
  Step step_ = Step::Size;
  int digits_ = 0;
  std::size_t line_bytes_ = 0;
  std::size_t overhead_ = 0;
  std::size_t limit_;
  std::size_t decoded_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace slipway::http
