#include "slipway/base/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

using namespace slipway;

TEST(Random, SameSeedGivesTheSameSequence) {
  Random a(7), b(7), c(8);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), c.next());
}

TEST(Random, FollowsTheReferenceGenerator) {
  // xoshiro256++ from the state that splitmix64 gives for seed 0, by the published algorithms.
  std::uint64_t x = 0;
  const auto split = [&] {
    std::uint64_t z = (x += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  };
  const std::uint64_t s0 = split(), s1 = split(), s2 = split(), s3 = split();
  EXPECT_EQ(s0, 0xE220A8397B1DCDAFull);  // splitmix64's first value for seed 0
  const std::uint64_t sum = s0 + s3;
  EXPECT_EQ(Random(0).next(), ((sum << 23) | (sum >> 41)) + s0);
  (void)s1, (void)s2;
}

TEST(Random, BelowStaysBelowAndReachesEveryValue) {
  Random random(1);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto n = random.below(7);
    ASSERT_LT(n, 7u);
    seen.insert(n);
  }
  EXPECT_EQ(seen.size(), 7u);
}

TEST(Random, DistributionsHaveTheirMoments) {
  Random random(42);
  constexpr int kDraws = 200'000;
  double exponential = 0, normal = 0, square = 0;
  for (int i = 0; i < kDraws; ++i) {
    exponential += random.exponential(3);
    const double x = random.normal(10, 2);
    normal += x;
    square += (x - 10) * (x - 10);
  }
  EXPECT_NEAR(exponential / kDraws, 3, 0.05);
  EXPECT_NEAR(normal / kDraws, 10, 0.03);
  EXPECT_NEAR(std::sqrt(square / kDraws), 2, 0.03);
}

TEST(Ids, SeededOnesRepeatAndSystemOnesDoNot) {
  const auto a = Ids::seeded(5), b = Ids::seeded(5);
  EXPECT_EQ(a->trace_id(), b->trace_id());
  EXPECT_EQ(a->uuid(), b->uuid());
  EXPECT_NE(Ids::system().trace_id(), Ids::system().trace_id());
}

TEST(Ids, UuidIsOfVersion4) {
  const std::string uuid = Ids::seeded(1)->uuid();
  ASSERT_EQ(uuid.size(), 36u);
  EXPECT_EQ(uuid[8], '-');
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
}

TEST(TraceId, IsThirtyTwoLowerCaseDigits) {
  EXPECT_EQ((TraceId{0xAF, 1}.hex()), "00000000000000af0000000000000001");
  EXPECT_EQ(span_hex(0xBEEF), "000000000000beef");
  EXPECT_FALSE(TraceId{}.valid());
}
