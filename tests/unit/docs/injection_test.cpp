// The C++ of docs/guide/injection.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/inject/instances.h"
#include "slipway/inject/request.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

struct Settings {
  int price = 7;
};
struct Store {
  int items = 1;
};
struct Pricing {
  virtual ~Pricing() = default;
  virtual int price() const = 0;
};
struct FlatPricing final : Pricing {
  explicit FlatPricing(Settings& s) : settings(s) {}
  int price() const override { return settings.price; }
  Settings& settings;
};
struct Orders {
  Orders(Store& s, Store& a, Pricing& p) : store(s), archive(a), pricing(p) {}
  int total() const { return store.items * pricing.price(); }
  Store &store, &archive;
  Pricing& pricing;
};
struct Report {
  explicit Report(Orders& o) : orders(o) {}
  Orders& orders;
};

TEST(GuideToInjection, FromBindingsToForks) {
  Settings settings;
  inject::Bindings b;
  b.object<Settings>(settings);                                        // exists already, and outlives the graph
  b.singleton<Store>([]() -> Result<std::unique_ptr<Store>> { return std::make_unique<Store>(); });   // a factory, which may fail
  b.singleton<Pricing, FlatPricing, Settings&>();                      // FlatPricing(Settings&) wherever a Pricing& is needed
  b.singleton<Store>().named("archive").lazy();                        // a second one, made when first asked for
  b.singleton<Orders, Store&, inject::Named<Store&, "archive">, Pricing&>();
  b.transient<Report, Orders&>();                                      // a new one for everyone who asks
  auto graph = inject::Graph::build(std::move(b));
  if (!graph) FAIL() << graph.error().message();
  if (auto s = (*graph)->start(); !s) FAIL() << s.error().message();
  EXPECT_EQ((*graph)->get<Orders>().total(), 7);
  inject::Made<Report> report = (*graph)->make<Report>();
  EXPECT_EQ(&report->orders, &(*graph)->get<Orders>());
  EXPECT_NE(&report->orders.archive, &report->orders.store);

  Settings cheap{1};
  inject::Bindings instead;
  instead.object<Settings>(cheap);
  auto test = (*graph)->fork(std::move(instead));
  EXPECT_EQ((*test)->get<Orders>().total(), 1);
  EXPECT_EQ((*graph)->get<Orders>().total(), 7);

  instance::InstanceScope scope("shop");
  inject::provide_node<Orders>(scope, "orders", **graph);
  EXPECT_EQ(&scope.get<Orders>(), &(*graph)->get<Orders>());
}

TEST(GuideToInjection, WhatIsRefused) {
  inject::Bindings incomplete;
  incomplete.singleton<Orders, Store&, inject::Named<Store&, "archive">, Pricing&>();
  incomplete.singleton<Store>();
  incomplete.singleton<Store>().named("archiv");
  const auto refused = inject::Graph::build(std::move(incomplete));
  const std::string why = refused.error().message();   // each problem in a line: who needs what, and the nearest names
  EXPECT_NE(why.find("Pricing"), std::string::npos) << why;
  EXPECT_NE(why.find("archiv"), std::string::npos) << why;
}

TEST(GuideToInjection, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/injection.md", "tests/unit/docs/injection_test.cpp", 4); }

}  // namespace
