// The C++ of docs/guide/lifecycle.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include <latch>

#include "slipway/app/app.h"
#include "slipway/http/server.h"
#include "slipway/registry/memory.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

TEST(GuideToTheLifecycle, AnApp) {
  transport::Workers workers({});
  auto registry = std::make_shared<registry::MemoryRegistry>();
  auto server = std::make_shared<http::Server>(workers, http::ServerOptions{.service = "orders"});
  const bool cache_is_warm = true;
  std::string order;

  app::Options options;
  options.id = "orders-1";               // empty: a new UUID
  options.name = "orders";
  options.version = "1.4.0";
  options.metadata = {{"weight", "20"}};
  options.servers = {server};            // any number, HTTP and gRPC
  options.registrar = registry;
  options.registrar_timeout = 5s;
  options.ready = {[&]() -> Status { return cache_is_warm ? Status() : Status(unavailable("the cache is cold")); }};
  options.drain_delay = 10ms;            // clients notice that it leaves while it still answers
  options.stop_timeout = 20s;
  options.after_stop = {[&]() -> Status { order += "closed"; return {}; }};
  app::App app(std::move(options));

  ASSERT_TRUE(app.start().ok());
  EXPECT_EQ(app.instance().endpoints.at(0), server->endpoint().url());
  EXPECT_EQ(registry->find("orders")->size(), 1u);
  ASSERT_TRUE(app.stop().ok());          // again, or from another thread: the same result
  EXPECT_TRUE(registry->find("orders")->empty());
  EXPECT_EQ(order, "closed");
}

TEST(GuideToTheLifecycle, WhatGoesWrong) {
  app::Options faulty;
  faulty.before_stop = {[]() -> Status { return internal_error("the queue cannot be saved"); }};
  faulty.after_stop = {[]() -> Status { throw std::runtime_error("no such file"); }};
  app::App app(std::move(faulty));
  ASSERT_TRUE(app.start().ok());
  app.fail(unavailable("the disk is gone", "DISK_GONE"));
  EXPECT_EQ(app.stop().error().message(),
            "the disk is gone (also: before_stop hook: the queue cannot be saved; after_stop hook: threw: no such file)");
}

TEST(GuideToTheLifecycle, AStopEnds) {
  auto forever = std::make_shared<std::latch>(1);
  app::Options stuck;
  stuck.before_stop = {[forever]() -> Status { forever->wait(); return {}; }};
  stuck.stop_timeout = 100ms;
  app::App app(std::move(stuck));
  ASSERT_TRUE(app.start().ok());
  const Status stopped = app.stop();
  EXPECT_EQ(stopped.error().reason(), "TIMEOUT");
  EXPECT_EQ(stopped.error().message().find("before_stop hook: did not end within "), 0u);
  forever->count_down();
}

TEST(GuideToTheLifecycle, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/lifecycle.md", "tests/unit/docs/lifecycle_test.cpp", 4); }

}  // namespace
