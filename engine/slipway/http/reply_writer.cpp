#include "slipway/http/reply_writer.h"

#include <charconv>
#include <ctime>

#include "slipway/context/headers.h"

namespace slipway::http {
namespace {

void append_number(std::string& out, std::size_t n) {
  char digits[20];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
}

bool is_framing(std::string_view name) {
  return context::same_name(name, "content-length") || context::same_name(name, "transfer-encoding") ||
         context::same_name(name, "connection") || context::same_name(name, "date") || context::same_name(name, "content-type");
}

// A content type is text of the program, but a template may have made it: never let it end its line.
bool is_one_line(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return true;
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 499: return "Client Closed Request";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

void DateHead::update(std::int64_t unix_seconds) {
  if (unix_seconds == second_) return;
  second_ = unix_seconds;
  const std::time_t t = unix_seconds;
  std::tm tm{};
  gmtime_r(&t, &tm);
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto two = [](int n) { return std::string{static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)}; };
  date_ = std::string("Date: ") + kDays[tm.tm_wday] + ", " + two(tm.tm_mday) + " " + kMonths[tm.tm_mon] + " " +
          std::to_string(tm.tm_year + 1900) + " " + two(tm.tm_hour) + ":" + two(tm.tm_min) + ":" + two(tm.tm_sec) + " GMT\r\n";
  ok_ = "HTTP/1.1 200 OK\r\n" + date_;
}

void append_reply(std::string& out, const middleware::Reply& reply, const DateHead& date, const ReplyFrame& frame) {
  const int status = reply.status >= 200 && reply.status <= 599 ? reply.status : 500;
  if (status == 200) {
    out += date.ok();
  } else {
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(status));
    out += ' ';
    out += reason_phrase(status);
    out += "\r\n";
    out += date.date();
  }
  const bool bodiless = status == 204 || status == 304;
  if (!bodiless) {
    if (!reply.content_type.empty() && is_one_line(reply.content_type)) {
      out += "Content-Type: ";
      out += reply.content_type;
      out += "\r\nContent-Length: ";
    } else {
      out += "Content-Length: ";
    }
    append_number(out, reply.body.size());
    out += "\r\n";
  }
  for (const auto& [name, value] : reply.headers) {
    if (is_framing(name)) continue;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
  if (!frame.allow.empty()) {
    out += "Allow: ";
    out += frame.allow;
    out += "\r\n";
  }
  if (frame.close) {
    out += "Connection: close\r\n";
  } else if (frame.keep_alive) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
  if (!bodiless && !frame.head_only) out += reply.body;
}

void set_error(middleware::Reply& reply, const Error& error) {
  reply.status = error.http_status();
  reply.content_type = "application/json";
  reply.body = error.to_json();
}

}  // namespace slipway::http
