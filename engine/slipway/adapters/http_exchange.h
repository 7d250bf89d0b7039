// HttpExchange: one blocking HTTP/1.1 exchange at a time with a configuration or registry server, for threads that may wait.
// http::Client serves request paths (pooled, balanced, on workers); this one serves a watcher's own thread: it can read a
// reply as it comes for minutes, and another thread can end it at once. Inside the module only.
//
// http:// and https:// (TLS >= 1.2, certificate and name verified against the system's authorities or `authority_file`).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/time.h"

namespace slipway::adapters {

struct ExchangeRequest {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string content_type = "application/json";  // of a body
  Duration timeout = std::chrono::seconds(5);     // without progress, connecting included
};

struct ExchangeReply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string_view header(std::string_view name) const;  // "" when missing
};

class HttpExchange {
 public:
  // `url`: "http://127.0.0.1:2379" or "https://host[:port]"; a path is put before every target.
  explicit HttpExchange(std::string url, std::string authority_file = {});
  ~HttpExchange();
  HttpExchange(const HttpExchange&) = delete;

  const std::string& url() const { return url_; }
  // A whole reply of at most 64 MiB. Errors: BAD_REQUEST URL_INVALID, UNAVAILABLE (CONNECT_FAILED, CONNECTION_LOST,
  // TLS_FAILED), DEADLINE_EXCEEDED, CLIENT_CLOSED after cancel().
  Result<ExchangeReply> send(const ExchangeRequest& request);
  // Gives each line of the reply's body to `line` as it comes, until the server ends it (then ok), `line` returns false
  // (ok too) or an error. `timeout` is the longest silence.
  Status stream(const ExchangeRequest& request, const std::function<bool(std::string_view line)>& line);
  // From any thread: what runs ends now, and nothing runs any more.
  void cancel();

 private:
  struct Impl;
  std::string url_;
  std::unique_ptr<Impl> impl_;
};

std::string percent_encode(std::string_view text, std::string_view keep = {});  // RFC 3986 unreserved stay

}  // namespace slipway::adapters
