// Limits: what an HTTP server accepts at most. All are on by default and all can be changed.
#pragma once

#include <cstddef>

#include "slipway/base/time.h"

namespace slipway::http {

struct Limits {
  std::size_t request_line = 8 * 1024;     // bytes; more is 414
  std::size_t header_block = 16 * 1024;    // bytes of all fields; more is 431
  std::size_t fields = 100;                // at most 128; more is 431
  std::size_t body = 1024 * 1024;          // bytes, after chunked decoding; more is 413
  Duration header_deadline = std::chrono::seconds(10);  // from the first byte of a request to its last header byte; 408
  Duration body_deadline = std::chrono::seconds(30);    // from the end of the head to the last byte of the body; 408
  Duration idle = std::chrono::seconds(60);             // between requests, and for a peer that does not read its reply
  std::size_t connections = 10'000;        // all workers together; more get 503 and are closed
  std::size_t connections_per_peer = 256;  // by address
  bool limit_loopback = false;             // whether connections_per_peer holds for 127.0.0.0/8 and ::1
  std::size_t pipelined = 16;              // replies per turn and per send; the rest of a longer pipeline waits a turn
};

}  // namespace slipway::http
