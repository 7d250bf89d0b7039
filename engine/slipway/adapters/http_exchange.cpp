#include "slipway/adapters/http_exchange.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <mutex>
#include <optional>

namespace slipway::adapters {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;
using Plain = beast::tcp_stream;
using Secure = beast::ssl_stream<beast::tcp_stream>;

constexpr std::size_t kLargest = 64u << 20;

struct Url {
  bool secure = false;
  std::string host, port, path;
};

Result<Url> parse_url(const std::string& text) {
  const auto wrong = [&](const std::string& why) {
    return bad_request("\"" + text + "\" is no address of a server: " + why + " (write http://host:port)", "URL_INVALID");
  };
  Url url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    url.secure = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return wrong("it does not begin with http:// or https://");
  }
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) url.path = rest.substr(slash);
  while (!url.path.empty() && url.path.back() == '/') url.path.pop_back();
  std::string_view authority = rest.substr(0, slash);
  if (authority.find_first_of("@?# \r\n") != std::string_view::npos) return wrong("it holds more than host, port and path");
  std::size_t colon = authority.rfind(':');
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return wrong("the [ is never closed");
    url.host = authority.substr(1, end - 1);
    colon = end + 1 < authority.size() && authority[end + 1] == ':' ? end + 1 : std::string_view::npos;
  } else {
    url.host = authority.substr(0, colon);
  }
  url.port = colon == std::string_view::npos ? std::string(url.secure ? "443" : "80") : std::string(authority.substr(colon + 1));
  if (url.host.empty()) return wrong("the host is missing");
  if (url.port.empty() || url.port.find_first_not_of("0123456789") != std::string::npos) return wrong("the port is no number");
  return url;
}

}  // namespace

std::string_view ExchangeReply::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (beast::iequals(key, std::string(name))) return value;
  return {};
}

// Everything runs as asynchronous operations on an io_context of the exchange's own, so that a deadline and cancel() end
// connects, handshakes, reads and writes alike.
struct HttpExchange::Impl {
  std::string authority_file;
  asio::io_context io{1};
  std::atomic<bool> cancelled{false};
  Result<Url> url;
  std::string parse_error;

  explicit Impl(const std::string& text) : url(parse_url(text)) {}

  // Runs the loop until `done` is set; false when cancelled.
  bool run(const std::optional<beast::error_code>& done) {
    io.restart();
    while (!done && !cancelled) io.run_one();
    return !cancelled;
  }

  Error failure(const beast::error_code& code, const std::string& doing) const {
    const std::string where = url->host + ":" + url->port;
    if (code == beast::error::timeout) return deadline_exceeded(doing + " " + where + ": no answer in time");
    if (code.category() == asio::error::get_ssl_category() || code.category() == asio::ssl::error::get_stream_category())
      return unavailable(doing + " " + where + ": " + code.message() + " (is it https, and its certificate trusted?)", "TLS_FAILED");
    return unavailable(doing + " " + where + ": " + code.message(), doing == "connecting to" ? "CONNECT_FAILED" : "CONNECTION_LOST");
  }

  Error ended() const { return client_closed("the exchange with " + url->host + ":" + url->port + " was ended"); }

  template <class Start>
  Status step(const std::string& doing, Start start) {
    std::optional<beast::error_code> done;
    start([&done](beast::error_code code, auto&&...) { done = code; });
    if (!run(done)) return ended();
    return *done ? Status(failure(*done, doing)) : Status();
  }

  template <class Read>
  Status with_connection(const ExchangeRequest& request, Read read) {
    if (cancelled) return ended();
    Tcp::resolver resolver(io);
    Tcp::resolver::results_type found;
    std::optional<beast::error_code> done;
    resolver.async_resolve(url->host, url->port, [&](beast::error_code code, Tcp::resolver::results_type results) {
      found = std::move(results);
      done = code;
    });
    if (!run(done)) return ended();
    if (*done) return failure(*done, "connecting to");
    if (!url->secure) {
      Plain stream(io);
      if (auto s = connect(stream, found, request.timeout); !s) return s;
      return exchange(stream, stream, request, read);
    }
    asio::ssl::context tls(asio::ssl::context::tls_client);
    beast::error_code code;
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    if (authority_file.empty())
      tls.set_default_verify_paths(code);
    else
      tls.load_verify_file(authority_file, code);
    if (code) return unavailable("reading the authorities " + authority_file + ": " + code.message(), "TLS_FAILED");
    tls.set_verify_mode(asio::ssl::verify_peer);
    Secure stream(io, tls);
    stream.set_verify_callback(asio::ssl::host_name_verification(url->host));
    if (!SSL_set_tlsext_host_name(stream.native_handle(), url->host.c_str())) return unavailable("naming " + url->host + " for TLS", "TLS_FAILED");
    if (auto s = connect(beast::get_lowest_layer(stream), found, request.timeout); !s) return s;
    if (auto s = step("shaking hands with", [&](auto then) { stream.async_handshake(asio::ssl::stream_base::client, then); }); !s) return s;
    return exchange(stream, beast::get_lowest_layer(stream), request, read);
  }

  Status connect(Plain& stream, const Tcp::resolver::results_type& found, Duration timeout) {
    stream.expires_after(timeout);
    return step("connecting to", [&](auto then) { stream.async_connect(found, then); });
  }

  template <class Stream, class Read>
  Status exchange(Stream& stream, Plain& lowest, const ExchangeRequest& request, Read read) {
    beast::http::request<beast::http::string_body> out;
    out.version(11);
    out.method_string(request.method);
    out.target(url->path + request.target);
    out.set(beast::http::field::host, url->host.find(':') == std::string::npos ? url->host + ":" + url->port : "[" + url->host + "]:" + url->port);
    out.set(beast::http::field::connection, "close");
    for (const auto& [name, value] : request.headers) out.set(name, value);
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
      out.body() = request.body;
      out.set(beast::http::field::content_type, request.content_type);
      out.prepare_payload();
    }
    lowest.expires_after(request.timeout);
    if (auto s = step("writing to", [&](auto then) { beast::http::async_write(stream, out, then); }); !s) return s;
    return read(stream, lowest);
  }
};

HttpExchange::HttpExchange(std::string url, std::string authority_file) : url_(std::move(url)), impl_(std::make_unique<Impl>(url_)) {
  impl_->authority_file = std::move(authority_file);
}

HttpExchange::~HttpExchange() = default;

Result<ExchangeReply> HttpExchange::send(const ExchangeRequest& request) {
  if (!impl_->url) return impl_->url.error();
  ExchangeReply reply;
  auto status = impl_->with_connection(request, [&](auto& stream, Plain& lowest) -> Status {
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(kLargest);
    lowest.expires_after(request.timeout);
    if (auto s = impl_->step("reading from", [&](auto then) { beast::http::async_read(stream, buffer, parser, then); }); !s) return s;
    reply.status = parser.get().result_int();
    for (const auto& field : parser.get()) reply.headers.emplace_back(field.name_string(), field.value());
    reply.body = std::move(parser.get().body());
    return {};
  });
  if (!status) return status.error();
  return reply;
}

Status HttpExchange::stream(const ExchangeRequest& request, const std::function<bool(std::string_view)>& line) {
  if (!impl_->url) return impl_->url.error();
  return impl_->with_connection(request, [&](auto& stream, Plain& lowest) -> Status {
    beast::flat_buffer buffer;
    beast::http::response_parser<beast::http::buffer_body> parser;
    parser.body_limit(boost::none);
    lowest.expires_after(request.timeout);
    if (auto s = impl_->step("reading from", [&](auto then) { beast::http::async_read_header(stream, buffer, parser, then); }); !s) return s;
    if (parser.get().result_int() / 100 != 2)
      return unavailable(url_ + " answered " + std::to_string(parser.get().result_int()) + " to " + request.target, "WATCH_REFUSED");
    std::string pending;
    char chunk[8192];
    while (!parser.is_done()) {
      parser.get().body().data = chunk;
      parser.get().body().size = sizeof chunk;
      lowest.expires_after(request.timeout);
      std::optional<beast::error_code> done;
      beast::http::async_read_some(stream, buffer, parser, [&done](beast::error_code code, std::size_t) { done = code; });
      if (!impl_->run(done)) return impl_->ended();
      if (*done && *done != beast::http::error::need_buffer) return impl_->failure(*done, "reading from");
      pending.append(chunk, sizeof chunk - parser.get().body().size);
      if (pending.size() > kLargest) return unavailable(url_ + " sent a line of over 64 MiB", "REPLY_TOO_LARGE");
      std::size_t from = 0;
      for (std::size_t end; (end = pending.find('\n', from)) != std::string::npos; from = end + 1)
        if (!line(std::string_view(pending).substr(from, end - from))) return {};
      pending.erase(0, from);
    }
    if (!pending.empty()) line(pending);
    return {};
  });
}

void HttpExchange::cancel() {
  impl_->cancelled = true;
  asio::post(impl_->io, [] {});  // wakes the loop
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~' || keep.find(static_cast<char>(c)) != std::string_view::npos) {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
  return out;
}

}  // namespace slipway::adapters
