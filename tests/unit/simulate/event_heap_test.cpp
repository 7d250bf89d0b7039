#include "workbench/simulate/event_heap.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "slipway/base/random.h"

namespace workbench::simulate {
namespace {

TEST(EventHeap, GivesEventsInOrderThroughAnyMixOfOperations) {
  slipway::Random random(11);
  EventHeap heap;
  std::vector<double> expected;  // sorted, latest first
  const auto insert = [&](double at) {
    expected.insert(std::upper_bound(expected.begin(), expected.end(), at, std::greater<>()), at);
  };
  for (int i = 0; i < 20'000; ++i) {
    const double at = random.uniform();
    const auto what = random.below(expected.size() < 300 ? 2 : 3);
    if (what == 0 || heap.empty()) {
      heap.push({at, 0});
      insert(at);
    } else if (what == 1) {
      heap.replace_top({at, 0});
      expected.pop_back();
      insert(at);
    } else {
      heap.pop();
      expected.pop_back();
    }
    if (!heap.empty()) {
      ASSERT_EQ(heap.top().at, expected.back()) << "after step " << i;
    }
  }
}

}  // namespace
}  // namespace workbench::simulate
