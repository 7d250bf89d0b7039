// ReplyParser: reads HTTP/1.1 replies off a byte stream, in whatever pieces they come. Strict enough to keep a
// connection alive safely: content-length, chunked, bodies that end with the connection, 1xx, 204, 304 and HEAD.
//
// One per connection, reused for every reply; nothing is allocated once its head buffer has grown. A reply that breaks the
// rules fails with a short reason and the connection must be closed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "workbench/traffic/exchange.h"

namespace workbench::traffic {

class ReplyParser {
 public:
  // What a send wants to keep; a load run keeps nothing.
  struct Capture {
    std::string reason;
    Pairs headers;
    std::string body;
    std::size_t body_limit = 16u << 20;
    bool truncated = false;
  };

  // Ready for the next reply. `bodiless`: the request was HEAD.
  void begin(bool bodiless, Capture* capture = nullptr);
  // Reads on; stops behind the reply's last byte. Returns how many bytes were used.
  std::size_t feed(const char* data, std::size_t size);
  // The peer closed. True when that completes the reply.
  bool finish();

  bool started() const { return started_; }
  bool done() const { return state_ == State::Done; }
  bool failed() const { return state_ == State::Failed; }
  const char* problem() const { return problem_; }
  int status() const { return status_; }
  bool keep_alive() const { return keep_alive_; }

 private:
  enum class State : std::uint8_t { Head, Body, UntilClose, ChunkSize, ChunkData, ChunkEnd, Trailer, Done, Failed };
  static constexpr std::size_t kHeadLimit = 64u << 10;

  void parse_head(std::string_view head);
  bool parse_field(std::string_view line);
  std::size_t feed_head(const char* data, std::size_t size);
  // A CRLF line across pieces; true when `line_` holds it whole.
  bool feed_line(const char* data, std::size_t size, std::size_t& used);
  void keep(const char* data, std::size_t size);
  void fail(const char* why) {
    state_ = State::Failed;
    problem_ = why;
  }

  State state_ = State::Head;
  bool bodiless_ = false, started_ = false, keep_alive_ = true, chunked_ = false, has_length_ = false;
  int status_ = 0;
  std::uint64_t left_ = 0;
  const char* problem_ = "";
  std::string head_, line_;
  Capture* capture_ = nullptr;
};

}  // namespace workbench::traffic
