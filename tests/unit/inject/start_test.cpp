// Starting a graph on several threads, its failures, and circles that only show while parts are made.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <mutex>
#include <thread>

#include "slipway/inject/graph.h"

namespace slipway::inject {
namespace {

using namespace ::testing;

template <int I>
struct Part {
  explicit Part(std::function<void()> at_end = [] {}) : at_end(std::move(at_end)) {}
  ~Part() { at_end(); }
  std::function<void()> at_end;
};

std::unique_ptr<Graph> built(Bindings bindings) {
  auto graph = Graph::build(std::move(bindings));
  if (!graph) throw std::runtime_error(graph.error().to_string());
  return std::move(graph).value();
}

// What happened, in order, from any thread.
class Log {
 public:
  void add(std::string what) {
    std::lock_guard lock(mutex_);
    lines_.push_back(std::move(what));
  }
  std::vector<std::string> lines() const {
    std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

constexpr StartOptions kTwoAtOnce{.threads = 2, .alone = Duration(0)};

TEST(GraphStart, IndependentPartsAreMadeSideBySide) {
  std::latch both(2);  // passes only when both factories run at once
  Bindings b;
  b.singleton<Part<1>>([&] { return both.arrive_and_wait(), std::make_unique<Part<1>>(); });
  b.singleton<Part<2>>([&] { return both.arrive_and_wait(), std::make_unique<Part<2>>(); });
  b.singleton<Part<3>, Part<1>&, Part<2>&>([](Part<1>&, Part<2>&) { return std::make_unique<Part<3>>(); });
  auto graph = built(std::move(b));
  ASSERT_TRUE(graph->start(kTwoAtOnce).ok());
  const auto nodes = graph->nodes();
  EXPECT_EQ(nodes[2].type, "Part<3>");
  EXPECT_EQ(nodes[2].order, 3);
  EXPECT_NE(nodes[0].worker, nodes[1].worker);
}

TEST(GraphStart, ASlowPartIsHelpedAfterAWhile) {
  std::latch both(2);
  Bindings b;
  b.singleton<Part<1>>([&] { return both.arrive_and_wait(), std::make_unique<Part<1>>(); });
  b.singleton<Part<2>>([&] { return both.arrive_and_wait(), std::make_unique<Part<2>>(); });
  auto graph = built(std::move(b));
  EXPECT_TRUE(graph->start({.threads = 2}).ok());  // the first waits for the second: somebody else must make it
}

TEST(GraphStart, OneThreadIsEnoughWhenSoTold) {
  std::vector<std::thread::id> where;
  Bindings b;
  b.singleton<Part<1>>([&] { return where.push_back(std::this_thread::get_id()), std::make_unique<Part<1>>(); });
  b.singleton<Part<2>>([&] { return where.push_back(std::this_thread::get_id()), std::make_unique<Part<2>>(); });
  auto graph = built(std::move(b));
  ASSERT_TRUE(graph->start({.threads = 1}).ok());
  EXPECT_THAT(where, ElementsAre(std::this_thread::get_id(), std::this_thread::get_id()));
}

TEST(GraphStart, AFailureKeepsTheRestFromBeginningAndUndoesWhatWasMade) {
  Log log;
  Bindings b;
  b.singleton<Part<1>>([&] {
    log.add("+1");
    return std::make_unique<Part<1>>([&] { log.add("-1"); });
  });
  b.singleton<Part<2>, Part<1>&>([&](Part<1>&) -> Result<std::unique_ptr<Part<2>>> { return unavailable("no disk"); });
  b.singleton<Part<3>, Part<2>&>([&](Part<2>&) { return log.add("+3"), std::make_unique<Part<3>>(); });
  auto graph = built(std::move(b));
  const auto started = graph->start(kTwoAtOnce);
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().to_string(), "making Part<2>: no disk");
  EXPECT_EQ(started.error().code(), 503);
  EXPECT_THAT(log.lines(), ElementsAre("+1", "-1"));
  EXPECT_FALSE(graph->nodes()[0].created);
}

TEST(GraphStart, ErrorsOfPartsUnderWayAreAttachedToTheFirst) {
  std::latch both(2);
  Bindings b;
  b.singleton<Part<1>>([&]() -> Result<std::unique_ptr<Part<1>>> {
    both.arrive_and_wait();
    return unavailable("no disk");
  });
  b.singleton<Part<2>>([&]() -> Result<std::unique_ptr<Part<2>>> {
    both.arrive_and_wait();
    return unavailable("no peer");
  });
  auto graph = built(std::move(b));
  const auto message = graph->start(kTwoAtOnce).error().message();
  EXPECT_THAT(message, AnyOf("making Part<1>: no disk\n  also: making Part<2>: no peer", "making Part<2>: no peer\n  also: making Part<1>: no disk"));
}

TEST(GraphStart, CanBeTriedAgainAfterAFailure) {
  bool disk = false;
  Bindings b;
  b.singleton<Part<1>>([&]() -> Result<std::unique_ptr<Part<1>>> {
    if (!disk) return unavailable("no disk");
    return std::make_unique<Part<1>>();
  });
  auto graph = built(std::move(b));
  EXPECT_FALSE(graph->start().ok());
  disk = true;
  EXPECT_TRUE(graph->start().ok());
}

TEST(GraphStart, DestroysInReverseOfTheOrderOfMakingWhateverThreadMadeThem) {
  for (int round = 0; round < 20; ++round) {
    Log log;
    Bindings b;
    const auto part = [&log]<int I>(std::integral_constant<int, I>) {
      log.add("+" + std::to_string(I));
      return std::make_unique<Part<I>>([&log] { log.add("-" + std::to_string(I)); });
    };
    b.singleton<Part<1>>([&] { return part(std::integral_constant<int, 1>()); });
    b.singleton<Part<2>, Part<1>&>([&](Part<1>&) { return part(std::integral_constant<int, 2>()); });
    b.singleton<Part<3>>([&] { return part(std::integral_constant<int, 3>()); });
    b.singleton<Part<4>, Part<3>&>([&](Part<3>&) { return part(std::integral_constant<int, 4>()); });
    std::vector<std::string> died;
    {
      auto graph = built(std::move(b));
      ASSERT_TRUE(graph->start({.threads = 3, .alone = Duration(0)}).ok());
      for (const auto& node : graph->nodes()) died.insert(died.begin(), "-" + node.type.substr(5, 1));
    }
    const auto lines = log.lines();
    EXPECT_THAT(std::vector<std::string>(lines.begin() + 4, lines.end()), ElementsAreArray(died));
  }
}

TEST(GraphStart, LazyPartsThatEagerOnesNeedAreMadeToo) {
  Bindings b;
  b.singleton<Part<1>>().lazy();
  b.singleton<Part<2>>().lazy();
  b.singleton<Part<3>, Part<1>&>([](Part<1>&) { return std::make_unique<Part<3>>(); });
  auto graph = built(std::move(b));
  ASSERT_TRUE(graph->start().ok());
  std::vector<std::string> made;
  for (const auto& node : graph->nodes())
    if (node.created) made.push_back(node.type);
  EXPECT_THAT(made, ElementsAre("Part<1>", "Part<3>"));
}

TEST(GraphCircle, ProvidersAskedWhileMakingGiveAnErrorWithThePath) {
  Bindings b;
  b.singleton<Part<1>, Provider<Part<2>>>([](Provider<Part<2>> two) { return two(), std::make_unique<Part<1>>(); });
  b.singleton<Part<2>, Provider<Part<1>>>([](Provider<Part<1>> one) { return one(), std::make_unique<Part<2>>(); });
  auto graph = built(std::move(b));
  const auto started = graph->start({.threads = 1});
  ASSERT_FALSE(started.ok());
  EXPECT_EQ(started.error().to_string(),
            "making Part<1>: making Part<2>: parts ask for each other in a circle while they are made: Part<1> → Part<2> → Part<1> "
            "(ask the Provider later, when the part is used)");
  EXPECT_EQ(started.error().reason(), "INJECT_CYCLE");
}

TEST(GraphCircle, IsFoundAcrossThreadsToo) {
  for (int round = 0; round < 20; ++round) {
    std::latch both(2);
    Bindings b;
    b.singleton<Part<1>, Provider<Part<2>>>([&](Provider<Part<2>> two) { return both.arrive_and_wait(), two(), std::make_unique<Part<1>>(); });
    b.singleton<Part<2>, Provider<Part<1>>>([&](Provider<Part<1>> one) { return both.arrive_and_wait(), one(), std::make_unique<Part<2>>(); });
    auto graph = built(std::move(b));
    const auto started = graph->start(kTwoAtOnce);
    ASSERT_FALSE(started.ok());
    EXPECT_THAT(started.error().to_string(), HasSubstr("parts ask for each other in a circle while they are made: Part<"));
  }
}

TEST(GraphLazy, WaitersGetTheErrorOfTheAttemptTheyWaitedForAndTheNextTriesAgain) {
  std::atomic<int> attempts{0};
  Bindings b;
  b.singleton<Part<1>>([&]() -> Result<std::unique_ptr<Part<1>>> {
    if (++attempts == 1) return unavailable("not yet");
    return std::make_unique<Part<1>>();
  }).lazy();
  auto graph = built(std::move(b));
  EXPECT_THROW(graph->get<Part<1>>(), InjectError);
  EXPECT_NO_THROW(graph->get<Part<1>>());
  EXPECT_EQ(attempts, 2);
}

TEST(Graph, AFactoryThatThrowsOrGivesNothingIsAnErrorThatSaysForWhom) {
  Bindings b;
  b.singleton<Part<1>>([]() -> std::unique_ptr<Part<1>> { throw std::runtime_error("out of luck"); }).lazy();
  b.singleton<Part<2>>([] { return std::unique_ptr<Part<2>>(); }).lazy();
  b.singleton<Part<3>, Part<1>&>([](Part<1>&) { return std::make_unique<Part<3>>(); }).lazy();
  auto graph = built(std::move(b));
  const auto message = [&](auto get) -> std::string {
    try {
      get();
    } catch (const InjectError& e) {
      return e.error().to_string();
    }
    return "made";
  };
  EXPECT_EQ(message([&] { graph->get<Part<3>>(); }), "making Part<3>: making Part<1>: its factory threw: out of luck");
  EXPECT_EQ(message([&] { graph->get<Part<2>>(); }), "making Part<2>: its factory gave nothing");
}

TEST(Graph, TwoGraphsLiveInOneProcessAndStartAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        Bindings b;
        b.singleton<Part<1>>();
        b.singleton<Part<2>, Part<1>&>([](Part<1>&) { return std::make_unique<Part<2>>(); });
        b.singleton<Part<3>>();
        auto graph = built(std::move(b));
        if (graph->start({.threads = 3, .alone = Duration(0)}).ok() && graph->nodes().size() == 3) ++good;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 80);
}

}  // namespace
}  // namespace slipway::inject
