#include "workbench/compare/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slipway/codec/codec.h"

namespace workbench::compare {
namespace {

using namespace ::testing;

slipway::Result<Scenario> parsed(const char* yaml) { return Scenario::parse(slipway::codec::parse_yaml(yaml).value()); }

TEST(Scenario, TakesTheOneKeyThatDiffers) {
  const auto s = parsed("{ scenario: x, a: { balancer: wrr, nodes: 5 }, b: { balancer: p2c, nodes: 5 } }").value();
  EXPECT_EQ(s.key, "balancer");
  EXPECT_EQ(s.a.name, "wrr");
  EXPECT_EQ(s.others[0].name, "p2c");
  EXPECT_EQ(s.kind, "simulated");
  EXPECT_EQ(s.situations.size(), 1u);
}

TEST(Scenario, TwoDifferencesAreRefusedNamingBoth) {
  const auto s = parsed("{ scenario: x, a: { balancer: wrr, load: 0.5 }, b: { balancer: p2c, load: 0.6 } }");
  ASSERT_FALSE(s.ok());
  EXPECT_EQ(s.error().reason(), "SCENARIO_TWO_DIFFERENCES");
  EXPECT_THAT(s.error().message(), HasSubstr("differ in 2 keys: balancer, load"));
}

TEST(Scenario, AKeyThatOneSideLacksIsADifference) {
  const auto s = parsed("{ scenario: x, a: { balancer: wrr }, b: { balancer: p2c, speeds: { 0: 0.5 } } }");
  ASSERT_FALSE(s.ok());
  EXPECT_THAT(s.error().message(), HasSubstr("balancer, speeds.0"));
}

TEST(Scenario, OtherSidesMustDifferInTheSameKey) {
  const auto s = parsed("{ scenario: x, a: { balancer: wrr, load: 0.5 }, b: { balancer: p2c, load: 0.5 }, also: [ { balancer: wrr, load: 0.6 } ] }");
  ASSERT_FALSE(s.ok());
  EXPECT_THAT(s.error().message(), HasSubstr("balancer, load"));
}

TEST(Scenario, EqualSidesAreRefused) {
  EXPECT_THAT(parsed("{ scenario: x, a: { balancer: wrr }, b: { balancer: wrr } }").error().message(), HasSubstr("nothing to compare"));
}

TEST(Scenario, MistakesHaveTheirPlace) {
  const auto unknown = parsed("scenario: x\na: { balancer: wrr }\nb: { balancer: p2c }\nrepeat: 5\n");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().where().line, 4);
  EXPECT_THAT(unknown.error().message(), HasSubstr("unknown key \"repeat\""));
  EXPECT_THAT(parsed("{ scenario: x, kind: guess, a: { k: 1 }, b: { k: 2 } }").error().message(), HasSubstr("simulated, micro, live"));
  EXPECT_THAT(parsed("{ scenario: x, runs: 0, a: { k: 1 }, b: { k: 2 } }").error().message(), HasSubstr("1 to 1000"));
}

TEST(Scenario, TheSampleWorkspaceHasOne) {
  const auto s = Scenario::read(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab/scenarios/slow-pricing.yaml");
  ASSERT_TRUE(s.ok()) << s.error().to_string();
  EXPECT_EQ(s->key, "balancer");
  EXPECT_EQ(s->situations.size(), 2u);
}

TEST(Presets, AllParseAndHoldTheirParts) {
  std::vector<std::string> names;
  for (const auto& p : presets()) {
    names.push_back(p.name);
    const auto scenarios = preset(p.name);
    ASSERT_TRUE(scenarios.ok()) << scenarios.error().to_string();
    EXPECT_FALSE(scenarios->empty());
  }
  EXPECT_THAT(presets()[0].kinds, ElementsAre("simulated", "live"));
  EXPECT_THAT(presets()[1].kinds, ElementsAre("micro"));
  EXPECT_THAT(names, ElementsAre("p2c-vs-wrr", "singleton-vs-injected"));
  EXPECT_EQ(preset("p2c-vs-wrr").value()[0].kind, "simulated");
  EXPECT_EQ(preset("p2c-vs-wrr").value()[1].kind, "live");
  EXPECT_THAT(preset("p3c").error().message(), HasSubstr("p2c-vs-wrr, singleton-vs-injected"));
}

}  // namespace
}  // namespace workbench::compare
