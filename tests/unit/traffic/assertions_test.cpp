#include "workbench/traffic/assertions.h"

#include <gtest/gtest.h>

namespace workbench::traffic {
namespace {

Exchange reply() {
  Exchange e;
  e.status = 201;
  e.headers = {{"Content-Type", "application/json; charset=utf-8"}, {"X-Count", "12"}};
  e.body = R"({"id":"o-1","total":{"amount":4780,"currency":"EUR"},"items":[{"sku":"A-1"},{"sku":"B-2"}],"paid":false,"note":null,"tags":["a","b"]})";
  e.total_ns = 12'345'678;
  return e;
}

TEST(Assertions, HoldWhenTheReplyIsSo) {
  for (const auto* yes :
       {"status == 201", "status==201", "status in 200, 201", "status < 300", "time < 200ms", "body.id exists", "body.id == o-1", "body.id == \"o-1\"",
        "body.total.amount == 4780", "body.total.amount >= 4780.0", "body.items.1.sku == B-2", "body.missing missing", "body.paid == false",
        "body.note == null", "body.tags contains b", "body.tags == [\"a\",\"b\"]", "body.total contains currency", "body contains \"EUR\"",
        "header.content-type contains json", "header.x-count > 9", "header.x-none missing", "body.id matches ^o-[0-9]+$", "body.id != o-2"}) {
    const auto a = check(yes, reply());
    EXPECT_TRUE(a.held) << yes << " found " << a.found;
  }
}

TEST(Assertions, SayWhatWasFoundOtherwise) {
  const auto found = [](const char* text) {
    const auto a = check(text, reply());
    EXPECT_FALSE(a.held) << text;
    return a.found;
  };
  EXPECT_EQ(found("status == 200"), "201");
  EXPECT_EQ(found("body.total.amount == 4781"), "4780");
  EXPECT_EQ(found("body.nothing == 1"), "missing");
  EXPECT_EQ(found("time < 10ms"), "12.345ms");
  EXPECT_EQ(found("header.x-none exists"), "missing");
  EXPECT_NE(found("body.total.amount == \"4781\""), "");
  EXPECT_NE(found("time < 10").find("not a duration"), std::string::npos);
  EXPECT_NE(found("nonsense").find("not an assertion"), std::string::npos);
  EXPECT_NE(found("cookie == 1").find("not known"), std::string::npos);
  EXPECT_NE(found("body.id matches (").find("regular expression"), std::string::npos);
}

TEST(Assertions, WithoutAReplyNoneHolds) {
  Exchange e;
  e.error = "refused";
  for (const auto& a : check_all({"status == 201", "body.id missing", "time < 1s"}, e)) EXPECT_FALSE(a.held);
}

}  // namespace
}  // namespace workbench::traffic
