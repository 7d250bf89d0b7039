// The C++ of docs/guide/instances.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/g/db.h"
#include "slipway/instance/scope.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

struct Catalogue {
  explicit Catalogue(std::string t) : title(std::move(t)) {}
  std::string title;
};

TEST(GuideToInstances, ProvidingAskingAndTests) {
  instance::InstanceScope scope("orders");
  scope.provide<Catalogue>("catalogue", [](instance::InstanceScope&, const std::string& name) -> Result<std::unique_ptr<Catalogue>> {
    if (name == "broken") return unavailable("its disk is away");
    return std::make_unique<Catalogue>(name);
  });
  Catalogue& usual = scope.get<Catalogue>();             // "default", made here
  Catalogue& winter = scope.get<Catalogue>("winter");    // another one
  EXPECT_EQ(&usual, &scope.get<Catalogue>());
  Result<Catalogue*> broken = scope.find<Catalogue>("broken");   // get() throws InstanceError instead
  EXPECT_EQ(broken.error().reason(), "UNAVAILABLE");
  EXPECT_EQ(scope.peek<Catalogue>("spring"), nullptr);   // never makes one
  EXPECT_NE(&winter, &usual);

  const instance::Handle<Catalogue> held(scope, "winter");
  EXPECT_EQ(held->title, "winter");

  Catalogue stand_in("of the test");
  {
    const auto guard = scope.replace(stand_in);
    EXPECT_EQ(scope.get<Catalogue>().title, "of the test");
  }
  EXPECT_EQ(scope.get<Catalogue>().title, "default");
}

TEST(GuideToInstances, TwoServices) {
  instance::InstanceScope orders("orders"), stock("stock");
  for (instance::InstanceScope* one : {&orders, &stock})
    one->provide<data::Database>("db", [](instance::InstanceScope&, const std::string&) { return data::Database::open(":memory:"); });
  context::Context call_of_orders, call_of_stock;
  call_of_orders.set_scope(&orders);
  call_of_stock.set_scope(&stock);
  EXPECT_NE(&g::db(call_of_orders), &g::db(call_of_stock));
}

TEST(GuideToInstances, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/instances.md", "tests/unit/docs/instances_test.cpp", 4); }

}  // namespace
