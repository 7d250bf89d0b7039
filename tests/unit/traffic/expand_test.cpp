#include "workbench/traffic/expand.h"

#include <gtest/gtest.h>

#include <set>

namespace workbench::traffic {
namespace {

TEST(Expand, ReplacesNamesEverywhere) {
  SavedRequest r;
  r.name = "create";
  r.url = "{{gateway}}/orders/{{ id }}";
  r.headers = {{"X-User", "{{user}}"}};
  r.body = R"({"sku":"{{sku}}","nested":{"a":{"b":1}}})";
  auto out = expand(r, {{"gateway", "http://127.0.0.1:8080"}, {"id", "7"}, {"user", "ann"}, {"sku", "A-{{id}}"}});
  ASSERT_TRUE(out.ok()) << out.error().to_string();
  EXPECT_EQ(out->url, "http://127.0.0.1:8080/orders/7");
  EXPECT_EQ(out->headers[0].second, "ann");
  EXPECT_EQ(out->body, R"({"sku":"A-7","nested":{"a":{"b":1}}})");
}

TEST(Expand, AnUnknownNameSaysWhereAndWhatIsNear) {
  SavedRequest r;
  r.name = "create";
  r.url = "{{gatway}}/orders";
  auto out = expand(r, {{"gateway", "x"}, {"pricing", "y"}});
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().reason(), "VARIABLE_UNKNOWN");
  EXPECT_EQ(out.error().message(), "create, url: {{gatway}} is not a variable; did you mean gateway?");
}

TEST(Expand, ANameThatRefersToItselfIsAnError) {
  auto out = expand_text("{{a}}", {{"a", "{{b}}"}, {"b", "{{a}}"}});
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().reason(), "VARIABLE_CYCLE");
}

TEST(Expand, BuiltInsComeFromInjectedSources) {
  const auto ids = slipway::Ids::seeded(1), same = slipway::Ids::seeded(1);
  slipway::ManualClock clock;
  const ExpandSources sources{ids.get(), &clock};
  EXPECT_EQ(*expand_text("{{$uuid}}", {}, sources), same->uuid());
  EXPECT_EQ(*expand_text("{{$isoTimestamp}}", {}, sources), slipway::format_rfc3339(clock.wall()));
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) seen.insert(*expand_text("{{$randomInt 5 8}}", {}, sources));
  EXPECT_EQ(seen, (std::set<std::string>{"5", "6", "7"}));
  EXPECT_FALSE(expand_text("{{$nothing}}", {}, sources).ok());
}

TEST(Expand, BracesThatAreNoVariableStay) {
  EXPECT_EQ(*expand_text("{{", {}), "{{");
  EXPECT_EQ(*expand_text(R"({"a":{"b":{"c":1}}})", {}), R"({"a":{"b":{"c":1}}})");
  EXPECT_EQ(*expand_text(R"({{"a":1}})", {}), R"({{"a":1}})");
}

TEST(Expand, ListsTheNamesOfARequestOnce) {
  SavedRequest r;
  r.url = "{{gateway}}/{{id}}";
  r.headers = {{"a", "{{id}}"}};
  r.body = "{{$uuid}}";
  EXPECT_EQ(variables_of(r), (std::vector<std::string>{"gateway", "id", "$uuid"}));
}

}  // namespace
}  // namespace workbench::traffic
