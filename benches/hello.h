// The hello service of the HTTP benches: GET /hello/{name} -> {"message":"hello NAME"} as a typed handler, bare or behind the six
// middlewares, with telemetry where it is given one.
#pragma once

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "slipway/http/typed.h"
#include "slipway/middleware/builtin.h"
#include "slipway/telemetry/telemetry.h"

namespace bench {

struct HelloRequest {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(HelloRequest, (), (name))
struct HelloReply {
  std::string message;
};
BOOST_DESCRIBE_STRUCT(HelloReply, (), (message))

inline slipway::Result<HelloReply> hello(const HelloRequest& request) {
  HelloReply reply{"hello "};
  reply.message += request.name;
  return reply;
}

class Hello {
 public:
  // Port 0 = any free one. `telemetry` may be null and must outlive this.
  Hello(int port, int workers, bool chain, slipway::telemetry::Telemetry* telemetry)
      : loops_({.count = workers, .blocking_threads = 1}), server_(loops_, {.port = port, .service = "hello", .telemetry = telemetry}) {
    if (chain)
      for (const char* name : {"recovery", "tracing", "logging", "metrics", "metadata", "timeout"}) {
        auto step = slipway::middleware::make_middleware(name);
        if (!step.ok()) fail(step.error());
        server_.use(*step);
      }
    if (auto s = server_.get("/hello/{name}", hello); !s.ok()) fail(s.error());
    if (auto s = server_.start(); !s.ok()) fail(s.error());
  }
  int port() const { return server_.endpoint().port; }
  void drain() {
    if (auto s = server_.drain(std::chrono::seconds(5)); !s.ok()) std::fprintf(stderr, "%s\n", s.error().to_string().c_str());
  }

 private:
  [[noreturn]] static void fail(const slipway::Error& why) {
    std::fprintf(stderr, "hello: %s\n", why.to_string().c_str());
    std::exit(69);
  }
  slipway::transport::Workers loops_;
  slipway::http::Server server_;
};

// SIGTERM and SIGINT are for wait(). Made before any thread, so that all inherit it.
class StopSignal {
 public:
  StopSignal() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    sigprocmask(SIG_BLOCK, &signals_, nullptr);
  }
  void wait() const {
    int signal = 0;
    sigwait(&signals_, &signal);
  }

 private:
  sigset_t signals_;
};

}  // namespace bench
