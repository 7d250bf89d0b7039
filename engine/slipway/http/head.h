// The strict tokenizer of HTTP/1.x message heads, for requests and for replies. Views only, no allocation, no state:
// give it all bytes received so far; it says complete, incomplete or why not. RFC 9112 without its leniencies, since
// every leniency has been a smuggling vector: bare LF, obs-fold, space before the colon, NUL and control characters,
// lengths with a sign, doubled lengths and hosts, any Transfer-Encoding other than exactly `chunked`, and Content-Length
// beside Transfer-Encoding are errors. After an error the connection must be closed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "slipway/context/headers.h"
#include "slipway/http/limits.h"

namespace slipway::http {

constexpr std::size_t kMaxFields = 128;

enum class HeadState : std::uint8_t { Complete, Incomplete, Error };

// Why a head was refused: the status to answer with and one line for people. `what` is a literal.
struct HeadError {
  int status = 400;
  std::string_view what;
};

struct Head {
  std::string_view method, target;  // requests
  int status = 0;                   // replies
  std::string_view reason;          // replies
  int minor = 1;                    // HTTP/1.<minor>
  std::size_t bytes = 0;            // length of the whole head, with the empty line
  std::size_t field_count = 0;
  std::array<context::HeaderView, kMaxFields> fields;

  bool has_length = false;
  std::uint64_t length = 0;       // Content-Length
  bool chunked = false;
  bool keep_alive = true;         // by version and Connection
  bool connection_close = false;  // said so
  bool expect_continue = false;   // Expect: 100-continue
  bool upgrade = false;           // Connection: upgrade
  std::string_view host, content_type, traceparent;

  std::span<const context::HeaderView> headers() const { return {fields.data(), field_count}; }
  std::string_view header(std::string_view name) const;  // first of that name, without case; empty when absent
};

// Fills `head` when Complete, `error` when Error. Leading CRLFs before a request line are skipped (RFC 9112 2.2), at
// most two. `head.bytes` counts them.
HeadState parse_head(std::string_view bytes, const Limits& limits, Head& head, HeadError& error);
// The same for a reply.
HeadState parse_reply_head(std::string_view bytes, const Limits& limits, Head& head, HeadError& error);

bool is_token(std::string_view text);  // RFC 9110 tchar, not empty

}  // namespace slipway::http
