// The C++ of docs/guide/transport.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <sstream>

#include "slipway/app/app.h"
#include "slipway/base/gate.h"
#include "slipway/context/handover.h"
#include "slipway/http/client.h"
#include "slipway/http/typed.h"
#include "slipway/transport/listener.h"
#include "tests/support/folder.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

Result<std::string> read_whole(const std::string& path) {
  std::ifstream in(path);
  if (!in) return not_found("there is no such report");
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

class Jobs final : public transport::Server {            // takes jobs from a queue, not from a socket
 public:
  std::string_view kind() const override { return "jobs"; }
  Status start() override { return {}; }
  transport::Endpoint endpoint() const override { return {"jobs", "127.0.0.1", 0}; }
  Status drain(Duration limit) override {
    gate_.close();
    if (gate_.wait_empty(limit)) return {};
    return deadline_exceeded(std::to_string(gate_.inside()) + " jobs still ran", "DRAIN_CUT");
  }
  void stop() override { gate_.close(); }
  std::int64_t in_flight() const override { return gate_.inside(); }
  Gate::Pass begin() { return gate_.enter(); }           // false once it drains

 private:
  Gate gate_;
};

TEST(GuideToTransport, WorkersAndWorkThatBlocks) {
  tests::Folder folder;
  const std::string file = folder.write("report.txt", "all is well");
  transport::Workers workers({.count = 2, .blocking_threads = 4});
  std::promise<bool> at_home;
  workers.executor(1).post([&] { at_home.set_value(Executor::current() == &workers.executor(1)); });
  EXPECT_TRUE(at_home.get_future().get());
  EXPECT_EQ(Executor::current(), nullptr);                 // this thread is no worker, so it may wait

  http::Server server(workers, {.service = "reports"});
  auto added = server.get("/report", [&workers, &file](middleware::Call& call) -> Task<Status> {
    auto turn = std::make_shared<context::Handover<Result<std::string>>>();
    const Status queued = workers.run_blocking([turn, file] {
      if (turn->begin()) turn->give(read_whole(file));     // false: nobody waits any more
    });
    if (!queued) co_return queued;
    auto waiting = context::Handover<Result<std::string>>::wait_async(turn, call.context);
    auto text = co_await waiting;
    if (!text) co_return text.error();
    call.reply.content_type = "text/plain";
    call.reply.body = std::move(*text);
    co_return Status();
  });
  ASSERT_TRUE(added.ok() && server.start().ok());
  http::Client client(workers, {.service = "tests"});
  EXPECT_EQ(client.send_blocking({}, {.url = server.endpoint().url() + "/report"})->body, "all is well");
  std::filesystem::remove(file);
  EXPECT_EQ(client.send_blocking({}, {.url = server.endpoint().url() + "/report"})->status, 404);
  server.stop();
  workers.stop();
  EXPECT_TRUE(workers.run_blocking([] {}).error().is(503, "WORKERS_STOPPED"));
}

TEST(GuideToTransport, AServerOfOnesOwn) {
  auto jobs = std::make_shared<Jobs>();
  app::Options options;
  options.name = "jobs";
  options.servers = {jobs};
  app::App app(std::move(options));
  ASSERT_TRUE(app.start().ok());
  {
    const auto job = jobs->begin();
    EXPECT_TRUE(job);
    EXPECT_EQ(jobs->in_flight(), 1);
  }
  Jobs busy;
  {
    const auto job = busy.begin();
    EXPECT_TRUE(busy.drain(0ms).error().is(504, "DRAIN_CUT"));
  }
  EXPECT_TRUE(app.stop().ok());
  EXPECT_FALSE(jobs->begin());
}

TEST(GuideToTransport, Ports) {
  transport::Workers workers({.count = 1});
  http::Server first(workers, {.service = "orders"});
  ASSERT_TRUE(first.start().ok());
  http::Server second(workers, {.port = first.endpoint().port, .service = "orders"});
  const Status taken = second.start();                     // on the port of another server
  EXPECT_TRUE(taken.error().is(409, "PORT_IN_USE"));
  EXPECT_EQ(taken.error().metadata().at("pid"), std::to_string(getpid()));   // and "process"; the message names both
  EXPECT_EQ(transport::who_holds_port(first.endpoint().port).pid, getpid());
  EXPECT_TRUE(http::Server(workers, {.host = "nowhere.example"}).start().error().is(400, "ADDRESS_INVALID"));
}

TEST(GuideToTransport, ItsTableHoldsTheDefaults) {
  const std::string page = tests::text_of("docs/guide/transport.md");
  const transport::Workers::Options o;
  EXPECT_NE(page.find("| `count` | `" + std::to_string(o.count) + "` |"), std::string::npos);
  EXPECT_NE(page.find("| `blocking_threads` | `" + std::to_string(o.blocking_threads) + "` |"), std::string::npos);
}

TEST(GuideToTransport, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/transport.md", "tests/unit/docs/transport_test.cpp", 4); }

}  // namespace
