#include "slipway/http/chunked.h"

#include <algorithm>

namespace slipway::http {
namespace {
int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
bool is_text(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); }
constexpr std::size_t kLongestLine = 4096;       // one extension or all trailers
constexpr std::size_t kFreeOverhead = 16 * 1024;  // bytes around the data before the ratio below counts
constexpr std::size_t kOverheadRatio = 16;        // a body of one-byte chunks needs 5
}  // namespace

ChunkedDecoder::State ChunkedDecoder::feed(std::string_view in, std::string& out, std::size_t& taken) {
  std::size_t i = 0;
  const auto stop = [&](State state) {
    taken += i;
    return state;
  };
  while (i < in.size()) {
    if (step_ == Step::Data) {
      const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - i));
      out.append(in.data() + i, n);
      i += n;
      left_ -= n;
      if (left_ == 0) step_ = Step::DataCr;
      continue;
    }
    const char c = in[i++];
    if (++overhead_ > kFreeOverhead + kOverheadRatio * decoded_) return stop(State::Malformed);
    switch (step_) {
      case Step::Size:
        if (const int digit = hex_digit(c); digit >= 0) {
          if (++digits_ > 15) return stop(State::Malformed);
          left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
          break;
        }
        if (digits_ == 0) return stop(State::Malformed);
        if (c == '\r') {
          step_ = Step::SizeLf;
        } else if (c == ';') {
          step_ = Step::Extension;
        } else {
          return stop(State::Malformed);
        }
        break;
      case Step::Extension:
        if (c == '\r') {
          step_ = Step::SizeLf;
        } else if (!is_text(c) || ++line_bytes_ > kLongestLine) {
          return stop(State::Malformed);
        }
        break;
      case Step::SizeLf:
        if (c != '\n') return stop(State::Malformed);
        line_bytes_ = 0;
        digits_ = 0;
        if (left_ == 0) {
          step_ = Step::Trailer;
          break;
        }
        if (left_ > limit_ - decoded_) return stop(State::TooLarge);
        decoded_ += static_cast<std::size_t>(left_);
        step_ = Step::Data;
        break;
      case Step::DataCr:
        if (c != '\r') return stop(State::Malformed);
        step_ = Step::DataLf;
        break;
      case Step::DataLf:
        if (c != '\n') return stop(State::Malformed);
        step_ = Step::Size;
        break;
      case Step::Trailer:  // at the start of a line
        if (c == '\r') {
          step_ = Step::LastLf;
          break;
        }
        if (c == ' ' || c == '\t' || c == ':') return stop(State::Malformed);
        step_ = Step::TrailerLine;
        [[fallthrough]];
      case Step::TrailerLine:
        if (c == '\r') {
          step_ = Step::TrailerLf;
        } else if (!is_text(c) || ++line_bytes_ > kLongestLine) {
          return stop(State::Malformed);
        }
        break;
      case Step::TrailerLf:
        if (c != '\n') return stop(State::Malformed);
        step_ = Step::Trailer;
        break;
      case Step::LastLf:
        return stop(c == '\n' ? State::Done : State::Malformed);
      case Step::Data:
        break;
    }
  }
  return stop(State::More);
}

}  // namespace slipway::http
