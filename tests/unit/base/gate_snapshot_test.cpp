#include <gtest/gtest.h>

#include <thread>

#include "slipway/base/gate.h"
#include "slipway/base/snapshot.h"

using namespace slipway;

TEST(Gate, ClosedLetsNobodyInAndWaitsForThoseInside) {
  Gate gate;
  auto pass = gate.enter();
  ASSERT_TRUE(pass);
  gate.close();
  EXPECT_FALSE(gate.enter());
  EXPECT_FALSE(gate.wait_empty(0ms));
  std::thread leaver([p = std::move(pass)]() mutable { p = Gate::Pass(); });
  EXPECT_TRUE(gate.wait_empty(10s));
  leaver.join();
  EXPECT_EQ(gate.inside(), 0);
}

TEST(Snapshot, ReaderSeesAWholeValueAndTheLastPublished) {
  struct Pair {
    int a, b;
  };
  Snapshot<Pair> snapshot(std::make_shared<Pair>(Pair{0, 0}));
  std::atomic<bool> stop{false};
  std::atomic<bool> torn{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i)
    readers.emplace_back([&] {
      Snapshot<Pair>::Reader reader(snapshot);
      while (!stop) {
        const Pair& p = reader.get();
        if (p.a != p.b) torn = true;
      }
    });
  for (int i = 1; i <= 2000; ++i) snapshot.publish(std::make_shared<Pair>(Pair{i, i}));
  stop = true;
  for (auto& t : readers) t.join();
  EXPECT_FALSE(torn);
  Snapshot<Pair>::Reader reader(snapshot);
  EXPECT_EQ(reader.get().a, 2000);
  EXPECT_EQ(snapshot.version(), 2000u);
}
