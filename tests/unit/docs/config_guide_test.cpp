// The C++ of docs/guide/config.md, compiled and run. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include <iostream>

#include "slipway/config/config.h"
#include "tests/support/folder.h"
#include "tests/support/guide.h"

using namespace slipway;
using namespace slipway::config;

namespace {

std::string text_at(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

TEST(GuideToConfig, FromSectionsToTemplates) {
  tests::Folder folder;
  const std::string file = folder.write("service.yaml", "orders:\n  http:\n    timeout: 250ms   # as measured\n");
  Section http{.prefix = "orders.http",
               .keys = {{.name = "timeout", .type = KeyType::Duration, .fallback = "2s", .doc = "How long a call may take.", .min = "1ms", .max = "1m"},
                        {.name = "body", .type = KeyType::Size, .fallback = "1MiB"},
                        {.name = "token", .type = KeyType::Secret}}};
  Config config;
  if (auto s = config.define("orders", {http}); !s) FAIL() << s.error().message();
  if (auto s = config.add_source(std::make_unique<FileSource>(file)); !s) FAIL() << s.error().message();
  if (auto s = config.start(); !s) std::cerr << s.error().message() << "\n";   // every problem; what is valid is in effect
  ASSERT_TRUE(config.problems().empty());

  const Duration once = config.get_or<Duration>("orders.http.timeout", 1s);
  auto timeout = config.bind<Duration>("orders.http.timeout", 1s, "orders http");
  EXPECT_TRUE(once == 250ms && *timeout == 250ms);
  EXPECT_EQ(config.get<int>("orders.http.timeuot").error().message(), "config key orders.http.timeuot is not set (did you mean orders.http.timeout?)");
  const SnapshotPtr now = config.snapshot();
  const Entry* entry = now->find("orders.http.timeout");
  EXPECT_EQ(now->layers()[entry->stack.back().layer], file);           // who wins
  EXPECT_EQ(entry->stack.back().where.line, 3);                        // and where it is written

  std::string heard;
  Subscription subscription = config.observe("orders.http", "orders http", [&](const Notice& notice) {
    for (const Change& c : notice.changes) heard += c.key + " " + c.before->to_text() + " -> " + c.after->to_text();
  });

  Result<ChangeRecord> change = config.set("orders.http.timeout", "1s", "guide", file);
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(heard, "orders.http.timeout 250ms -> 1s");
  EXPECT_EQ(change->applied.size(), 2u);                               // the handle and the observer
  EXPECT_EQ(config.set("orders.http.timeout", "2x", "guide").error().message(),
            "orders.http.timeout: \"2x\" is not a duration (use 250ms, 2s, 1m)");
  EXPECT_EQ(text_at(file), "orders:\n  http:\n    timeout: 1s   # as measured\n");
  ASSERT_TRUE(config.undo("guide").ok());
  EXPECT_EQ(*timeout, 250ms);

  ASSERT_TRUE(config.set("orders.client.timeout", "${orders.http.timeout}", "guide").ok());
  ASSERT_TRUE(config.set("orders.http.timeout", "3s", "guide").ok());
  EXPECT_EQ(config.get_or<std::string>("orders.client.timeout", ""), "3s");
}

TEST(GuideToConfig, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/config.md", "tests/unit/docs/config_guide_test.cpp", 5); }

}  // namespace
