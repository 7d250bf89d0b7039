#include "workbench/traffic/reply_parser.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace workbench::traffic {
namespace {

bool same(std::string_view a, std::string_view lower) {
  if (a.size() != lower.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char c = a[i] >= 'A' && a[i] <= 'Z' ? static_cast<char>(a[i] + 32) : a[i];
    if (c != lower[i]) return false;
  }
  return true;
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

bool lists(std::string_view value, std::string_view token) {
  while (!value.empty()) {
    const auto comma = value.find(',');
    if (same(trim(value.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) break;
    value.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace

void ReplyParser::begin(bool bodiless, Capture* capture) {
  state_ = State::Head;
  bodiless_ = bodiless;
  capture_ = capture;
  started_ = false;
  status_ = 0;
  head_.clear();
  line_.clear();
}

std::size_t ReplyParser::feed(const char* data, std::size_t size) {
  if (size > 0) started_ = true;
  std::size_t used = 0;
  while (used < size && state_ != State::Done && state_ != State::Failed) {
    const char* at = data + used;
    const std::size_t rest = size - used;
    switch (state_) {
      case State::Head:
        used += feed_head(at, rest);
        break;
      case State::Body:
      case State::ChunkData: {
        const std::size_t n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, rest));
        keep(at, n);
        used += n;
        left_ -= n;
        if (left_ == 0) state_ = state_ == State::Body ? State::Done : State::ChunkEnd;
        break;
      }
      case State::UntilClose:
        keep(at, rest);
        used += rest;
        break;
      case State::ChunkSize: {
        if (!feed_line(at, rest, used)) break;
        const std::string_view digits = trim(std::string_view(line_).substr(0, line_.find(';')));
        const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
        if (digits.empty() || end.ec != std::errc() || end.ptr != digits.data() + digits.size())
          fail("a chunk size is not a hexadecimal number");
        else
          state_ = left_ == 0 ? State::Trailer : State::ChunkData;
        line_.clear();
        break;
      }
      case State::ChunkEnd:
        if (!feed_line(at, rest, used)) break;
        if (!line_.empty())
          fail("a chunk is longer than its size");
        else
          state_ = State::ChunkSize;
        line_.clear();
        break;
      case State::Trailer: {
        if (!feed_line(at, rest, used)) break;
        if (line_.empty()) state_ = State::Done;
        line_.clear();
        break;
      }
      case State::Done:
      case State::Failed:
        break;
    }
  }
  return used;
}

std::size_t ReplyParser::feed_head(const char* data, std::size_t size) {
  if (head_.empty()) {  // the usual case: the whole head is here
    if (const void* end = ::memmem(data, size, "\r\n\r\n", 4)) {
      const auto length = static_cast<std::size_t>(static_cast<const char*>(end) - data);
      parse_head({data, length});
      return length + 4;
    }
  }
  const std::size_t before = head_.size();
  head_.append(data, size);
  const auto end = head_.find("\r\n\r\n", before >= 3 ? before - 3 : 0);
  if (end == std::string::npos) {
    if (head_.size() > kHeadLimit) fail("the head is larger than 64 KiB");
    return size;
  }
  parse_head(std::string_view(head_).substr(0, end));
  head_.clear();
  return end + 4 - before;
}

void ReplyParser::parse_head(std::string_view head) {
  auto line_end = head.find("\r\n");
  const std::string_view line = head.substr(0, line_end);
  if (line.size() < 12 || (line.substr(0, 9) != "HTTP/1.1 " && line.substr(0, 9) != "HTTP/1.0 "))
    return fail("the reply does not begin with HTTP/1.1");
  int status = 0;
  for (std::size_t i = 9; i < 12; ++i) {
    if (line[i] < '0' || line[i] > '9') return fail("the status is not a number");
    status = status * 10 + (line[i] - '0');
  }
  if (status < 100 || (line.size() > 12 && line[12] != ' ')) return fail("the status is not a number");
  status_ = status;
  keep_alive_ = line[7] == '1';
  chunked_ = has_length_ = false;
  left_ = 0;
  if (capture_ != nullptr) {
    capture_->reason = line.size() > 13 ? line.substr(13) : std::string_view();
    capture_->headers.clear();
  }
  while (line_end != std::string_view::npos) {
    head.remove_prefix(line_end + 2);
    line_end = head.find("\r\n");
    if (!parse_field(head.substr(0, line_end))) return;
  }
  if (status_ < 200 && status_ != 101) {  // interim: the real one follows
    state_ = State::Head;
    return;
  }
  if (chunked_ && has_length_) return fail("both content-length and transfer-encoding");
  if (bodiless_ || status_ == 204 || status_ == 304 || status_ == 101)
    state_ = State::Done;
  else if (chunked_)
    state_ = State::ChunkSize;
  else if (has_length_)
    state_ = left_ == 0 ? State::Done : State::Body;
  else {
    state_ = State::UntilClose;
    keep_alive_ = false;
  }
}

bool ReplyParser::parse_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return fail("a header has no colon"), false;
  const std::string_view name = line.substr(0, colon), value = trim(line.substr(colon + 1));
  if (capture_ != nullptr) capture_->headers.emplace_back(name, value);
  if (name.size() == 14 && same(name, "content-length")) {
    std::uint64_t length = 0;
    const auto end = std::from_chars(value.data(), value.data() + value.size(), length);
    if (value.empty() || end.ec != std::errc() || end.ptr != value.data() + value.size())
      return fail("content-length is not a number"), false;
    if (has_length_ && length != left_) return fail("two content-lengths"), false;
    has_length_ = true;
    left_ = length;
  } else if (name.size() == 17 && same(name, "transfer-encoding")) {
    if (!same(value, "chunked")) return fail("transfer-encoding is not chunked"), false;
    chunked_ = true;
  } else if (name.size() == 10 && same(name, "connection")) {
    if (lists(value, "close")) keep_alive_ = false;
    if (lists(value, "keep-alive")) keep_alive_ = true;
  }
  return true;
}

bool ReplyParser::feed_line(const char* data, std::size_t size, std::size_t& used) {
  const char* end = static_cast<const char*>(std::memchr(data, '\n', size));
  const std::size_t n = end ? static_cast<std::size_t>(end - data) + 1 : size;
  line_.append(data, n);
  used += n;
  if (line_.size() > 4096) return fail("a chunk line is larger than 4 KiB"), false;
  if (end == nullptr) return false;
  if (line_.size() < 2 || line_[line_.size() - 2] != '\r') return fail("a line ends without CR"), false;
  line_.resize(line_.size() - 2);
  return true;
}

void ReplyParser::keep(const char* data, std::size_t size) {
  if (capture_ == nullptr) return;
  const std::size_t room = capture_->body_limit - std::min(capture_->body_limit, capture_->body.size());
  capture_->body.append(data, std::min(size, room));
  if (size > room) capture_->truncated = true;
}

bool ReplyParser::finish() {
  if (state_ == State::UntilClose) state_ = State::Done;
  return state_ == State::Done;
}

}  // namespace workbench::traffic
