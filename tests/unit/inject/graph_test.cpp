#include "slipway/inject/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace slipway::inject {
namespace {

using namespace ::testing;

struct Clock {
  virtual ~Clock() = default;
  virtual int now() const { return 1; }
};
struct FakeClock : Clock {
  int now() const override { return 42; }
};
struct Database {
  std::string file = "orders.db";
};
struct Orders {
  Orders(Database& d, Clock& c) : database(d), clock(c) {}
  Database& database;
  Clock& clock;
};
struct Pricing {
  virtual ~Pricing() = default;
  virtual int price() = 0;
};
struct HttpPricing : Pricing {
  explicit HttpPricing(Clock& c) : clock(c) {}
  int price() override { return 100 + clock.now(); }
  Clock& clock;
};
struct Report {
  explicit Report(Orders& o) : orders(o) {}
  Orders& orders;
};

std::unique_ptr<Graph> built(Bindings bindings) {
  auto graph = Graph::build(std::move(bindings));
  if (!graph) throw std::runtime_error(graph.error().to_string());
  return std::move(graph).value();
}

std::string refusal(Bindings bindings) {
  auto graph = Graph::build(std::move(bindings));
  return graph.ok() ? "accepted" : graph.error().message();
}

Bindings shop() {
  Bindings b;
  b.singleton<Orders, Database&, Clock&>();
  b.singleton<Clock>();
  b.singleton<Database>([] { return std::make_unique<Database>(); });
  b.singleton<Pricing, HttpPricing, Clock&>().lazy();
  b.transient<Report, Orders&>();
  return b;
}

TEST(Graph, InjectsReferencesIntoConstructors) {
  auto graph = built(shop());
  ASSERT_TRUE(graph->start().ok());
  Orders& orders = graph->get<Orders>();
  EXPECT_EQ(&orders.database, &graph->get<Database>());
  EXPECT_EQ(&orders.clock, &graph->get<Clock>());
}

TEST(Graph, BindsAnInterfaceToItsImplementation) {
  auto graph = built(shop());
  EXPECT_EQ(graph->get<Pricing>().price(), 101);
}

TEST(Graph, StartMakesEagerSingletonsAfterWhatTheyNeedAndLeavesLazyOnes) {
  auto graph = built(shop());
  ASSERT_TRUE(graph->start().ok());
  std::vector<std::string> made;
  for (const auto& node : graph->nodes())
    if (node.created) made.push_back(node.type);
  EXPECT_THAT(made, ElementsAre("Database", "Clock", "Orders"));
  graph->get<Pricing>();
  EXPECT_EQ(graph->nodes()[3].type, "Pricing");
  EXPECT_EQ(graph->nodes()[3].order, 4);
  EXPECT_TRUE(graph->nodes()[3].lazy);
}

TEST(Graph, KnowsTimesAndDependencies) {
  auto graph = built(shop());
  ASSERT_TRUE(graph->start().ok());
  const auto orders = graph->nodes()[2];
  EXPECT_THAT(orders.depends_on, ElementsAre("Database", "Clock"));
  EXPECT_GT(orders.created_wall_ns, 0);
  EXPECT_GE(orders.creation_ns, 0);
}

TEST(Graph, GivesANewTransientEachTime) {
  auto graph = built(shop());
  const auto a = graph->make<Report>(), b = graph->make<Report>();
  EXPECT_NE(a, b);
  EXPECT_EQ(&a->orders, &b->orders);
}

TEST(Graph, TakesObjectsThatExist) {
  Database mine{"mine.db"};
  Bindings b;
  b.object<Database>(mine);
  auto graph = built(std::move(b));
  EXPECT_EQ(&graph->get<Database>(), &mine);
}

TEST(Graph, AMissingBindingNamesWhoNeedsItAndTheNearest) {
  Bindings b;
  b.singleton<Orders, Database&, Clock&>();
  b.singleton<Database>();
  b.singleton<FakeClock>();
  EXPECT_THAT(refusal(std::move(b)), HasSubstr("Orders needs Clock, which is not bound: did you mean FakeClock?"));
}

TEST(Graph, ListsEveryMistakeAtOnce) {
  Bindings b;
  b.singleton<Orders, Database&, Clock&>();
  EXPECT_THAT(refusal(std::move(b)), AllOf(HasSubstr("Orders needs Database"), HasSubstr("Orders needs Clock")));
}

struct C;
struct A {
  explicit A(C&) {}
};
struct B {
  explicit B(A&) {}
};
struct C {
  explicit C(B&) {}
  explicit C(Provider<B>) {}
};

TEST(Graph, ACircleIsPrintedAsAPath) {
  Bindings b;
  b.singleton<A, C&>();
  b.singleton<B, A&>();
  b.singleton<C, B&>();
  EXPECT_THAT(refusal(std::move(b)), HasSubstr("circle: A → C → B → A"));
}

TEST(Graph, AProviderBreaksACircle) {
  Bindings b;
  b.singleton<A, C&>();
  b.singleton<B, A&>();
  b.singleton<C, Provider<B>>();
  auto graph = built(std::move(b));
  EXPECT_TRUE(graph->start().ok());
}

struct Holder {
  explicit Holder(Made<Report> r) : report(std::move(r)) {}
  Made<Report> report;
};

TEST(Graph, ASingletonMayNotCaptureATransient) {
  auto b = shop();
  b.singleton<Holder, Made<Report>>();
  EXPECT_THAT(refusal(std::move(b)), HasSubstr("Holder is a singleton and would capture the transient Report"));
}

TEST(Graph, ATransientMayOwnATransient) {
  auto b = shop();
  b.transient<Holder, Made<Report>>();
  auto graph = built(std::move(b));
  EXPECT_NE(graph->make<Holder>()->report, graph->make<Holder>()->report);
}

TEST(Graph, BindingTwiceIsRefused) {
  auto b = shop();
  b.singleton<Clock, FakeClock>();
  EXPECT_THAT(refusal(std::move(b)), HasSubstr("Clock is bound twice"));
}

TEST(Graph, AForkHasItsOverridesAndSharesNothing) {
  auto graph = built(shop());
  Bindings overrides;
  overrides.singleton<Clock, FakeClock>();
  auto fork = std::move(graph->fork(std::move(overrides))).value();
  EXPECT_EQ(fork->get<Pricing>().price(), 142);
  EXPECT_EQ(graph->get<Pricing>().price(), 101);
  EXPECT_NE(&fork->get<Database>(), &graph->get<Database>());
}

struct Noisy {
  explicit Noisy(std::vector<std::string>& l, std::string n) : log(l), name(std::move(n)) { log.push_back("+" + name); }
  ~Noisy() { log.push_back("-" + name); }
  std::vector<std::string>& log;
  std::string name;
};
struct First : Noisy {
  using Noisy::Noisy;
};
struct Second : Noisy {
  using Noisy::Noisy;
};
struct Third : Noisy {
  using Noisy::Noisy;
};

TEST(Graph, DestroysInReverseOrder) {
  std::vector<std::string> log;
  {
    Bindings b;
    b.singleton<Second, First&>([&](First&) { return std::make_unique<Second>(log, "second"); });
    b.singleton<First>([&] { return std::make_unique<First>(log, "first"); });
    auto graph = built(std::move(b));
    ASSERT_TRUE(graph->start().ok());
  }
  EXPECT_THAT(log, ElementsAre("+first", "+second", "-second", "-first"));
}

TEST(Graph, AFailedStartUndoesItselfAndSaysForWhom) {
  std::vector<std::string> log;
  Bindings b;
  b.singleton<First>([&] { return std::make_unique<First>(log, "first"); });
  b.singleton<Second, First&>([&](First&) -> Result<std::unique_ptr<Second>> { return unavailable("no disk"); });
  b.singleton<Third, Second&>([&](Second&) { return std::make_unique<Third>(log, "third"); });
  auto graph = built(std::move(b));
  const auto started = graph->start();
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().to_string(), "making Second: no disk");
  EXPECT_THAT(log, ElementsAre("+first", "-first"));
}

TEST(Graph, ALazySingletonIsMadeOnceHoweverManyThreadsAsk) {
  for (int round = 0; round < 30; ++round) {
    std::atomic<int> made{0};
    Bindings b;
    b.singleton<Database>([&] { return ++made, std::make_unique<Database>(); }).lazy();
    auto graph = built(std::move(b));
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) threads.emplace_back([&] { graph->get<Database>(); });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(made, 1);
  }
}

TEST(Graph, AskingForWhatIsNotBoundThrowsItsName) {
  auto graph = built(shop());
  try {
    graph->get<FakeClock>();
    FAIL();
  } catch (const InjectError& e) {
    EXPECT_THAT(e.error().message(), HasSubstr("FakeClock is not bound"));
  }
}

}  // namespace
}  // namespace slipway::inject
