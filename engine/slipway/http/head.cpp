#include "slipway/http/head.h"

#include <algorithm>
#include <cstring>

namespace slipway::http {
namespace {

// Classes of bytes, one table.
constexpr std::uint8_t kToken = 1, kFieldText = 2, kTargetText = 4, kHostText = 8;
constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> t{};
  for (int c = 0; c < 256; ++c) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool token = alnum, host = alnum;
    for (const char x : {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'}) token |= c == x;
    for (const char x : {'-', '.', '_', '~', ':', '[', ']', '%', '!', '$', '&', '\'', '(', ')', '*', '+', ';', '='}) host |= c == x;
    if (token) t[c] |= kToken;
    if (host) t[c] |= kHostText;
    if (c == '\t' || (c >= 0x20 && c != 0x7f)) t[c] |= kFieldText;
    if (c > 0x20 && c < 0x7f && c != '#') t[c] |= kTargetText;
  }
  return t;
}
constexpr auto kClasses = make_classes();
bool is(char c, std::uint8_t klass) { return kClasses[static_cast<unsigned char>(c)] & klass; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// `name` is given in lower case.
bool equals(std::string_view text, std::string_view name) {
  if (text.size() != name.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (lower(text[i]) != name[i]) return false;
  return true;
}

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

// What framing fields said so far.
struct Seen {
  bool host = false, transfer_encoding = false;
};

class Scanner {
 public:
  Scanner(std::string_view bytes, const Limits& limits, Head& head, HeadError& error)
      : begin_(bytes.data()), p_(bytes.data()), end_(bytes.data() + bytes.size()), limits_(limits), head_(head), error_(error) {}

  HeadState request() {
    reset();
    for (int i = 0; i < 2 && p_ != end_ && *p_ == '\r'; ++i) {
      if (p_ + 1 == end_) return HeadState::Incomplete;
      if (p_[1] != '\n') return fail(400, "a carriage return without a line feed");
      p_ += 2;
    }
    const char* const line = p_;
    const char* start = p_;
    while (p_ != end_ && is(*p_, kToken)) ++p_;
    if (p_ == end_) return unfinished_line(line);
    if (p_ == start || *p_ != ' ') return fail(400, "the method is not a token followed by one space");
    head_.method = {start, p_};
    start = ++p_;
    while (p_ != end_ && is(*p_, kTargetText)) ++p_;
    if (p_ == end_) return unfinished_line(line);
    if (p_ == start || *p_ != ' ') return too_long(line) ? fail(414, kLineTooLong) : fail(400, "the target holds a byte that may not be there");
    head_.target = {start, p_};
    ++p_;
    if (!version()) return state_;
    if (p_ == end_) return unfinished_line(line);
    if (*p_ != '\r') return fail(400, "the request line does not end after the version");
    if (p_ + 1 == end_) return unfinished_line(line);
    if (p_[1] != '\n') return fail(400, "a carriage return without a line feed");
    if (too_long(line)) return fail(414, kLineTooLong);
    p_ += 2;
    const HeadState state = fields();
    if (state != HeadState::Complete) return state;
    return check_request();
  }

  HeadState reply() {
    reset();
    const char* const line = p_;
    if (!version()) return state_;
    if (p_ == end_) return unfinished_line(line);
    if (*p_ != ' ') return fail(400, "no space after the version");
    ++p_;
    int status = 0;
    for (int i = 0; i < 3; ++i, ++p_) {
      if (p_ == end_) return unfinished_line(line);
      if (*p_ < '0' || *p_ > '9') return fail(400, "the status is not three digits");
      status = status * 10 + (*p_ - '0');
    }
    if (status < 100) return fail(400, "the status is below 100");
    head_.status = status;
    if (p_ != end_ && *p_ == ' ') ++p_;
    const char* const start = p_;
    while (p_ != end_ && is(*p_, kFieldText)) ++p_;
    if (p_ == end_) return unfinished_line(line);
    head_.reason = {start, p_};
    if (*p_ != '\r') return fail(400, "the status line holds a control character");
    if (p_ + 1 == end_) return unfinished_line(line);
    if (p_[1] != '\n') return fail(400, "a carriage return without a line feed");
    p_ += 2;
    return fields();
  }

 private:
  static constexpr std::string_view kLineTooLong = "the request line is too long";
  static constexpr std::string_view kBlockTooLarge = "the header block is too large";

  void reset() {
    head_.method = head_.target = head_.reason = head_.host = head_.content_type = head_.traceparent = {};
    head_.status = 0;
    head_.minor = 1;
    head_.bytes = head_.field_count = 0;
    head_.has_length = head_.chunked = head_.connection_close = head_.expect_continue = head_.upgrade = false;
    head_.length = 0;
    head_.keep_alive = true;
  }
  HeadState fail(int status, std::string_view what) {
    error_ = {status, what};
    return state_ = HeadState::Error;
  }
  bool too_long(const char* line) const { return static_cast<std::size_t>(p_ - line) > limits_.request_line; }
  HeadState unfinished_line(const char* line) {
    if (too_long(line)) return fail(414, kLineTooLong);
    return state_ = HeadState::Incomplete;
  }

  // "HTTP/1.0" or "HTTP/1.1"; false when it is not there yet or refused (state_ says which).
  bool version() {
    constexpr std::string_view kPrefix = "HTTP/";
    const auto left = static_cast<std::size_t>(end_ - p_);
    const std::size_t have = std::min(left, kPrefix.size());
    if (std::memcmp(p_, kPrefix.data(), have) != 0) return fail(400, "there is no HTTP version"), false;
    if (left < 8) return state_ = HeadState::Incomplete, false;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!digit(p_[5]) || p_[6] != '.' || !digit(p_[7])) return fail(400, "there is no HTTP version"), false;
    if (p_[5] != '1' || p_[7] > '1') return fail(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"), false;
    head_.minor = p_[7] - '0';
    head_.keep_alive = head_.minor == 1;
    p_ += 8;
    return true;
  }

  HeadState fields() {
    const char* const block = p_;
    const std::size_t most = std::min(limits_.fields, kMaxFields);
    for (;;) {
      if (static_cast<std::size_t>(p_ - block) > limits_.header_block) return fail(431, kBlockTooLarge);
      if (p_ == end_) return HeadState::Incomplete;
      if (*p_ == '\r') {
        if (p_ + 1 == end_) return HeadState::Incomplete;
        if (p_[1] != '\n') return fail(400, "a carriage return without a line feed");
        p_ += 2;
        head_.bytes = static_cast<std::size_t>(p_ - begin_);
        return HeadState::Complete;
      }
      if (*p_ == ' ' || *p_ == '\t') return fail(400, "a folded header line");
      const char* start = p_;
      while (p_ != end_ && is(*p_, kToken)) ++p_;
      if (p_ == end_) return unfinished_field(block);
      if (p_ == start || *p_ != ':') return fail(400, "a header line without a name and a colon right after it");
      const std::string_view name(start, static_cast<std::size_t>(p_ - start));
      ++p_;
      while (p_ != end_ && (*p_ == ' ' || *p_ == '\t')) ++p_;
      start = p_;
      while (p_ != end_ && is(*p_, kFieldText)) ++p_;
      if (p_ == end_) return unfinished_field(block);
      if (*p_ != '\r') return fail(400, "a header value holds a control character");
      if (p_ + 1 == end_) return unfinished_field(block);
      if (p_[1] != '\n') return fail(400, "a carriage return without a line feed");
      const char* stop = p_;
      while (stop != start && (stop[-1] == ' ' || stop[-1] == '\t')) --stop;
      const std::string_view value(start, static_cast<std::size_t>(stop - start));
      p_ += 2;
      if (head_.field_count == most) return fail(431, "too many header fields");
      head_.fields[head_.field_count++] = {name, value};
      if (!known(name, value)) return state_;
    }
  }
  HeadState unfinished_field(const char* block) {
    if (static_cast<std::size_t>(p_ - block) > limits_.header_block) return fail(431, kBlockTooLarge);
    return HeadState::Incomplete;
  }

  // The fields that decide framing and life of the connection. False: refused.
  bool known(std::string_view name, std::string_view value) {
    switch (name.size()) {
      case 4:
        if (equals(name, "host")) return host(value);
        break;
      case 6:
        if (equals(name, "expect")) return expect(value);
        break;
      case 10:
        if (equals(name, "connection")) connection(value);
        break;
      case 11:
        if (equals(name, "traceparent")) head_.traceparent = head_.traceparent.empty() ? value : std::string_view("-");
        break;
      case 12:
        if (equals(name, "content-type")) head_.content_type = value;
        break;
      case 14:
        if (equals(name, "content-length")) return content_length(value);
        break;
      case 17:
        if (equals(name, "transfer-encoding")) return transfer_encoding(value);
        break;
      default:
        break;
    }
    return true;
  }
  bool host(std::string_view value) {
    if (seen_.host) return fail(400, "more than one Host"), false;
    for (const char c : value)
      if (!is(c, kHostText)) return fail(400, "the Host is not a host"), false;
    seen_.host = true;
    head_.host = value;
    return true;
  }
  bool expect(std::string_view value) {
    if (!equals(value, "100-continue")) return fail(417, "only Expect: 100-continue is known"), false;
    head_.expect_continue = true;
    return true;
  }
  void connection(std::string_view value) {
    while (!value.empty()) {
      const auto comma = value.find(',');
      const auto option = trimmed(value.substr(0, comma));
      if (equals(option, "close")) head_.connection_close = true;
      if (equals(option, "keep-alive") && head_.minor == 0) head_.keep_alive = true;
      if (equals(option, "upgrade")) head_.upgrade = true;
      value = comma == std::string_view::npos ? std::string_view() : value.substr(comma + 1);
    }
  }
  bool content_length(std::string_view value) {
    if (head_.has_length) return fail(400, "more than one Content-Length"), false;
    if (value.empty() || value.size() > 18) return fail(400, "the Content-Length is not a length"), false;
    std::uint64_t n = 0;
    for (const char c : value) {
      if (c < '0' || c > '9') return fail(400, "the Content-Length is not a length"), false;
      n = n * 10 + static_cast<std::uint64_t>(c - '0');
    }
    head_.has_length = true;
    head_.length = n;
    return true;
  }
  bool transfer_encoding(std::string_view value) {
    if (seen_.transfer_encoding) return fail(400, "more than one Transfer-Encoding"), false;
    seen_.transfer_encoding = true;
    if (equals(value, "chunked")) return head_.chunked = true;
    // A coding we do not speak is 501; anything that mentions chunked in another way is an attempt to desynchronise.
    for (std::size_t i = 0; i + 7 <= value.size(); ++i)
      if (equals(value.substr(i, 7), "chunked")) return fail(400, "the Transfer-Encoding is not exactly chunked"), false;
    return fail(501, "the only transfer coding spoken here is chunked"), false;
  }

  HeadState check_request() {
    if (head_.connection_close) head_.keep_alive = false;
    if (head_.chunked && head_.has_length) return fail(400, "Content-Length beside Transfer-Encoding");
    if (head_.minor == 0 && seen_.transfer_encoding) return fail(400, "Transfer-Encoding in HTTP/1.0");
    if (head_.minor == 1 && !seen_.host) return fail(400, "there is no Host");
    if (head_.minor == 0) head_.expect_continue = false;
    return HeadState::Complete;
  }

  const char* const begin_;
  const char* p_;
  const char* const end_;
  const Limits& limits_;
  Head& head_;
  HeadError& error_;
  Seen seen_;
  HeadState state_ = HeadState::Complete;
};

}  // namespace

std::string_view Head::header(std::string_view name) const {
  for (std::size_t i = 0; i < field_count; ++i)
    if (context::same_name(fields[i].name, name)) return fields[i].value;
  return {};
}

HeadState parse_head(std::string_view bytes, const Limits& limits, Head& head, HeadError& error) {
  return Scanner(bytes, limits, head, error).request();
}

HeadState parse_reply_head(std::string_view bytes, const Limits& limits, Head& head, HeadError& error) {
  const HeadState state = Scanner(bytes, limits, head, error).reply();
  if (state != HeadState::Complete) return state;
  if (head.connection_close) head.keep_alive = false;
  if (head.chunked && head.has_length) {
    error = {400, "Content-Length beside Transfer-Encoding"};
    return HeadState::Error;
  }
  return state;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is(c, kToken); });
}

}  // namespace slipway::http
