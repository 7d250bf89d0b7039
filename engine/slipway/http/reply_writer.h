// Writes replies as bytes. Private to http.
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/error.h"
#include "slipway/base/time.h"
#include "slipway/middleware/call.h"

namespace slipway::http {

// The lines that are the same for a second: built once per thread and second.
class DateHead {
 public:
  DateHead() { update(0); }
  void update(std::int64_t unix_seconds);
  std::string_view ok() const { return ok_; }      // "HTTP/1.1 200 OK\r\nDate: ...\r\n"
  std::string_view date() const { return date_; }  // "Date: ...\r\n"

 private:
  std::int64_t second_ = -1;
  std::string date_, ok_;
};

struct ReplyFrame {
  bool close = false;       // says Connection: close
  bool keep_alive = false;  // says Connection: keep-alive, for HTTP/1.0
  bool head_only = false;   // HEAD: the length of the body, but not the body
  std::string_view allow;   // for 405 and OPTIONS
};

// Appends the whole reply. Framing fields that a handler set are dropped: they are the server's. A status outside 200 ... 599
// becomes 500.
void append_reply(std::string& out, const middleware::Reply& reply, const DateHead& date, const ReplyFrame& frame);
// Makes `reply` say `error`, keeping the headers that were set (Retry-After and the like).
void set_error(middleware::Reply& reply, const Error& error);
std::string_view reason_phrase(int status);

}  // namespace slipway::http
