// ServerTest: a server with a few routes on a free port, for tests that talk to it over sockets.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "slipway/http/server.h"
#include "slipway/http/typed.h"
#include "tests/integration/http/raw_client.h"

namespace tests {

struct Hello {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(Hello, (), (name))
struct Said {
  std::string message;
};
BOOST_DESCRIBE_STRUCT(Said, (), (message))

inline constexpr const char* kGet = "GET /hello/world HTTP/1.1\r\nHost: a\r\n\r\n";
inline constexpr const char* kHello = R"({"message":"hello world"})";

class ServerTest : public testing::Test {
 protected:
  using Call = slipway::middleware::Call;
  using Outcome = slipway::middleware::Outcome;
  using Status = slipway::Status;
  slipway::http::Server& serve(slipway::http::ServerOptions options = {}) {
    options.service = "test";
    server.emplace(workers, std::move(options));
    EXPECT_TRUE(server->get("/hello/{name}", [](const Hello& h) -> slipway::Result<Said> { return Said{"hello " + h.name}; }).ok());
    EXPECT_TRUE(server->handle("POST", "/echo", [](Call& call) -> Outcome {
      call.reply.content_type = "text/plain";
      call.reply.body = call.request.body;
      return {};
    }).ok());
    EXPECT_TRUE(server->handle("GET", "/later", [](Call& call) -> Outcome { return later(call); }, true).ok());
    EXPECT_TRUE(server->handle("GET", "/large", [](Call& call) -> Outcome {
      call.reply.body.assign(8u << 20, 'x');
      return {};
    }).ok());
    const auto started = server->start();
    EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().message());
    port = server->endpoint().port;
    return *server;
  }
  // Says the target back in a later turn of its worker, so that the views must have moved.
  static slipway::Task<Status> later(Call& call) {
    auto turn = slipway::suspend_with<bool>([](slipway::Resume<bool> r) { slipway::Executor::current()->post([r] { r(true); }); });
    co_await turn;
    call.reply.body = std::string(call.request.target) + " " + std::string(call.request.header("x-id"));
    co_return Status();
  }
  std::string once(const std::string& request) {
    RawClient client(port);
    client.say(request);
    return client.reply();
  }
  slipway::transport::Workers workers{{.count = 2}};
  std::optional<slipway::http::Server> server;
  int port = 0;
};

}  // namespace tests
