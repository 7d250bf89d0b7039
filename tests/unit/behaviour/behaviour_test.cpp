#include "workbench/behaviour/behaviour.h"

#include <gtest/gtest.h>

#include "slipway/codec/codec.h"

namespace {

using namespace workbench::behaviour;
using slipway::Value;

slipway::Result<std::vector<BehaviourPtr>> read(const char* yaml, std::set<std::string> params = {"id"}) {
  auto v = slipway::codec::parse_yaml(yaml);
  EXPECT_TRUE(v.ok()) << (v.ok() ? "" : v.error().to_string());
  ReadContext context;
  context.names.path_params = std::move(params);
  context.names.where = {"services/orders.yaml", 1, 1};
  context.route = "GET /orders/{id}";
  return read_behaviours(*v, context);
}

TEST(Behaviours, EveryKindReadsItsShortAndLongForms) {
  for (const char* good : {"- reply: { status: 201, headers: { X-A: b }, body: { id: \"{{path.id}}\" } }", "- reply: { body: hello }", "- echo", "- delay: 10ms",
                           "- delay: { time: 5ms, distribution: exponential, seed: 3 }", "- work: { service_time: 2ms, workers: 2 }", "- fault: { percent: 5, status: 503 }",
                           "- sql: { query: SELECT 1, as: x }", "- cache: { drop: k }", "- call: { service: pricing, path: /quote, as: q }",
                           "- cache: { key: k, as: x, fill: [ { sql: { query: SELECT 1, as: x } } ] }"}) {
    auto b = read(good);
    EXPECT_TRUE(b.ok()) << good << ": " << (b.ok() ? "" : b.error().to_string());
  }
}

TEST(Behaviours, MistakesNameTheirPlaceAndTheFix) {
  struct Case {
    const char* yaml;
    const char* text;
  };
  for (const Case& c : {Case{"- replay: {}", "did you mean 'reply'?"}, Case{"- reply: { stauts: 200 }", "did you mean 'status'?"},
                        Case{"- delay: 2x", "\"2x\" is not a duration (use 250ms, 2s, 1m)"}, Case{"- work: { workers: 0 }", "\"0\" is not a whole number from 1 to 1024"},
                        Case{"- fault: { percent: 101 }", "is not a number from 0 to 100"}, Case{"- sql: { query: \"SELECT {{path.id}}\" }", "write ? and list the values under params"},
                        Case{"- call: { path: / }", "call.service: is missing"}, Case{"- cache: {}", "exactly one of key"},
                        Case{"- cache: { key: k, as: x, fill: [ echo ] }", "no step makes 'x'"}, Case{"[]", "does nothing"}}) {
    auto b = read(c.yaml);
    ASSERT_FALSE(b.ok()) << c.yaml;
    EXPECT_NE(b.error().to_string().find(c.text), std::string::npos) << b.error().to_string();
    EXPECT_NE(b.error().to_string().find("services/orders.yaml:1:"), std::string::npos) << b.error().to_string();
  }
}

TEST(Behaviours, LaterStepsSeeWhatEarlierOnesMade) {
  EXPECT_TRUE(read("[{sql: {query: SELECT 1, as: row}}, {reply: {body: \"{{row.id}}\"}}]").ok());
  EXPECT_FALSE(read("[{reply: {body: \"{{row.id}}\"}}, {sql: {query: SELECT 1, as: row}}]").ok());
}

TEST(Behaviours, EveryKindWritesCpp) {
  auto b = read("[{delay: 1ms}, {work: {service_time: 1ms}}, {fault: 1}, {sql: {query: SELECT 1, as: row, missing: {status: 404}}}, {cache: {drop: k}}, "
                "{call: {service: pricing, path: /q, as: quote}}, {reply: {body: {id: \"{{row.id}}\"}}}, echo]");
  ASSERT_TRUE(b.ok()) << b.error().to_string();
  for (const auto& step : *b) {
    CppWriter w;
    step->write_cpp(w);
    EXPECT_FALSE(w.text().empty()) << step->kind();
    EXPECT_EQ(w.text().find("workbench"), std::string::npos) << step->kind();
  }
}

TEST(Behaviours, SuspensionIsKnownBeforeRunning) {
  EXPECT_FALSE(may_suspend(*read("- reply: { body: x }")));
  EXPECT_TRUE(may_suspend(*read("[{delay: 1ms}, {reply: {body: x}}]")));
}

}  // namespace
