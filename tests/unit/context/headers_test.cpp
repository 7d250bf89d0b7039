#include "slipway/context/headers.h"

#include <gtest/gtest.h>

using slipway::context::Headers;

TEST(Headers, NamesCompareWithoutCaseAndOrderIsKept) {
  Headers h;
  ASSERT_TRUE(h.add("X-A", "1"));
  ASSERT_TRUE(h.add("X-B", "2"));
  ASSERT_TRUE(h.add("x-a", "3"));
  EXPECT_EQ(h.get("X-a"), "1");
  EXPECT_EQ(h.size(), 3u);
  ASSERT_TRUE(h.set("x-A", "9"));
  EXPECT_EQ(h.size(), 2u);
  EXPECT_EQ(h.begin()->second, "9");
  h.remove("X-B");
  EXPECT_FALSE(h.contains("x-b"));
  EXPECT_EQ(h.get("x-b"), "");
}

TEST(Headers, ValuesThatWouldSplitAMessageAreRefused) {
  Headers h;
  for (const std::string& bad :
       {std::string("a\r\nSet-Cookie: x"), std::string("a\nb"), std::string("a\0b", 3)}) {
    EXPECT_FALSE(h.set("X-A", bad));
    EXPECT_FALSE(h.add("X-A", bad));
  }
  for (const char* bad : {"", "X A", "X:A", "X\n", "X\xC3\xA9"}) EXPECT_FALSE(h.set(bad, "v")) << bad;
  EXPECT_TRUE(h.empty());
}

TEST(Headers, SettingFromItsOwnViewIsFine) {
  Headers h;
  ASSERT_TRUE(h.add("a", "one"));
  ASSERT_TRUE(h.add("b", "two"));
  ASSERT_TRUE(h.set("a", h.get("b")));
  EXPECT_EQ(h.get("a"), "two");
}
