// The C++ of docs/guide/registry.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include <iterator>

#include "slipway/http/client.h"
#include "slipway/http/server.h"
#include "slipway/registry/memory.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

class Fixed final : public registry::Discovery {
 public:
  explicit Fixed(std::vector<registry::ServiceInstance> all) : all_(std::move(all)) {
    std::sort(all_.begin(), all_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  }
  Result<std::vector<registry::ServiceInstance>> find(const std::string& name) override {
    std::vector<registry::ServiceInstance> found;
    std::copy_if(all_.begin(), all_.end(), std::back_inserter(found), [&](const auto& one) { return one.name == name; });
    return found;
  }
  std::unique_ptr<registry::Watcher> watch(const std::string& name, OnChange on_change) override {
    on_change(*find(name));
    return std::make_unique<registry::Watcher>();      // nothing to stop
  }

 private:
  std::vector<registry::ServiceInstance> all_;
};

TEST(GuideToTheRegistry, RegisteringFindingFollowing) {
  transport::Workers workers({});
  http::Server server(workers, {.service = "pricing"});
  auto added = server.handle("GET", "/quote", [](middleware::Call& call) -> middleware::Outcome { return call.set_body(Value(1195)); });
  ASSERT_TRUE(added.ok() && server.start().ok());
  const std::string at = server.endpoint().url();
  context::Context context;

  registry::MemoryRegistry services;
  const registry::ServiceInstance one{.id = "pricing-1", .name = "pricing", .version = "1.4.0", .metadata = {{"weight", "20"}}, .endpoints = {at}};
  if (auto s = services.add(one); !s) FAIL() << s.error().message();
  EXPECT_EQ(services.find("pricing")->at(0), one);       // sorted by id; an unknown name is an empty list
  EXPECT_TRUE(services.find("stock")->empty());
  EXPECT_TRUE(services.add({.id = "", .name = "pricing"}).error().is(400, "BAD_REQUEST"));
  EXPECT_TRUE(services.remove("pricing-9").ok());

  {
    http::Client client(workers, {.service = "shop", .discovery = &services});
    EXPECT_EQ(client.send_blocking(context, {.url = "discovery:///pricing/quote"})->node, "pricing-1");
  }
  std::string seen;
  auto watcher = services.watch("pricing", [&seen](const std::vector<registry::ServiceInstance>& all) {
    for (const auto& instance : all) seen += instance.id + " ";
    seen += "| ";
  });
  ASSERT_TRUE(services.add({.id = "pricing-2", .name = "pricing"}).ok());
  ASSERT_TRUE(services.remove("pricing-1").ok());
  EXPECT_EQ(seen, "pricing-1 | pricing-1 pricing-2 | pricing-2 | ");
  watcher.reset();                                       // waits for a callback that runs; none runs after it
  ASSERT_TRUE(services.remove("pricing-2").ok());
  EXPECT_EQ(seen, "pricing-1 | pricing-1 pricing-2 | pricing-2 | ");

  Fixed fixed({one});
  http::Client client(workers, {.service = "shop", .discovery = &fixed});
  EXPECT_EQ(client.send_blocking(context, {.url = "discovery:///pricing/quote"})->body, "1195");
  EXPECT_EQ(client.nodes("pricing").at(0)->weight, 20);
}

TEST(GuideToTheRegistry, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/registry.md", "tests/unit/docs/registry_test.cpp", 4); }

}  // namespace
