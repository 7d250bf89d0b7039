// What comes over the wire.
#include <string>

#include "slipway/http/chunked.h"
#include "slipway/http/head.h"
#include "slipway/http/url.h"
#include "tests/fuzz/targets.h"

namespace fuzz {
namespace {

using slipway::http::Head;
using slipway::http::HeadError;
using slipway::http::HeadState;

// However the bytes arrive, the answer is the same, and views stay inside them.
void head(HeadState (*parse)(std::string_view, const slipway::http::Limits&, Head&, HeadError&), std::string_view bytes) {
  const slipway::http::Limits limits;
  Head whole;
  HeadError error;
  const HeadState state = parse(bytes, limits, whole, error);
  if (state == HeadState::Error) require(error.status >= 400 && !error.what.empty(), "a refusal has a status and says why");
  if (state != HeadState::Complete) return;
  require(whole.bytes <= bytes.size(), "a head is no longer than what arrived");
  require(!(whole.has_length && whole.chunked), "one framing only");
  for (const auto& field : whole.headers()) {
    require(slipway::http::is_token(field.name), "a field's name is a token");
    require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos, "a field's value holds no line end");
    require(field.name.data() >= bytes.data() && field.value.data() + field.value.size() <= bytes.data() + bytes.size(), "views stay inside");
  }
  for (std::size_t n = 0; n < whole.bytes && whole.bytes < 512; ++n) {
    Head part;
    HeadError why;
    require(parse(bytes.substr(0, n), limits, part, why) == HeadState::Incomplete, "a part of a good head is incomplete, nothing else");
  }
}

}  // namespace

void request_head(std::string_view bytes) { head(slipway::http::parse_head, bytes); }
void reply_head(std::string_view bytes) { head(slipway::http::parse_reply_head, bytes); }

void chunked(std::string_view bytes) {
  const auto feed = [&](std::size_t step, std::string& out, std::size_t& taken) {
    slipway::http::ChunkedDecoder decoder(4096);
    auto state = slipway::http::ChunkedDecoder::State::More;
    taken = 0;
    while (taken < bytes.size() && state == slipway::http::ChunkedDecoder::State::More) {
      const std::size_t before = taken;
      state = decoder.feed(bytes.substr(taken, step), out, taken);
      require(taken > before || state != slipway::http::ChunkedDecoder::State::More, "progress or an end");
    }
    return state;
  };
  std::string at_once, bit_by_bit;
  std::size_t taken_at_once = 0, taken_bit_by_bit = 0;
  const auto a = feed(bytes.size() + 1, at_once, taken_at_once);
  const auto b = feed(1, bit_by_bit, taken_bit_by_bit);
  require(a == b, "the answer does not depend on how the bytes arrive");
  if (a == slipway::http::ChunkedDecoder::State::Done) {
    require(at_once == bit_by_bit, "nor does the body");
    require(taken_at_once == taken_bit_by_bit, "nor where it ends");
  }
  require(at_once.size() <= 4096, "the limit holds");
}

void url(std::string_view bytes) {
  const auto parsed = slipway::http::parse_url(bytes);
  if (!parsed) return;
  require(!parsed->target.empty() && parsed->target.find_first_of(std::string_view(" \r\n\0", 4)) == std::string::npos, "a target fits into a request line");
  require(parsed->authority().find_first_of(std::string_view(" \r\n\0", 4)) == std::string::npos, "an authority fits into a header");
}

}  // namespace fuzz
