#include "workbench/simulate/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "workbench/simulate/steadiness.h"

namespace workbench::simulate {
namespace {

using namespace ::testing;

Options options(std::string balancer, int nodes, double load, std::uint64_t jobs) {
  Options out;
  out.balancer = std::move(balancer);
  out.nodes = nodes;
  out.load = load;
  out.jobs = jobs;
  return out;
}

Outcome run_it(const Options& o) {
  auto outcome = run(o);
  EXPECT_TRUE(outcome.ok()) << outcome.error().to_string();
  return std::move(outcome).value();
}

struct Case {
  std::string balancer;
  int nodes;
  double load;
  std::uint64_t jobs;
  double tolerance;
  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.balancer << " of " << c.nodes << " at " << c.load; }
};

class AgainstTheory : public TestWithParam<Case> {};
TEST_P(AgainstTheory, MeanUtilisationAndLittlesLawHold) {
  const auto& c = GetParam();
  const auto outcome = run_it(options(c.balancer, c.nodes, c.load, c.jobs));
  ASSERT_TRUE(outcome.theory.has_value());
  EXPECT_NEAR(outcome.mean_response / outcome.theory->mean_response, 1, c.tolerance) << outcome.theory->model;
  EXPECT_NEAR(outcome.utilisation / c.load, 1, 0.005);
  EXPECT_NEAR(outcome.mean_in_system, c.load * c.nodes * outcome.mean_response, 0.01 * outcome.mean_in_system);
  EXPECT_TRUE(outcome.steady) << outcome.not_steady_because;
}
INSTANTIATE_TEST_SUITE_P(ClosedForms, AgainstTheory,
                         Values(Case{"p2c", 1000, 0.5, 1'000'000, 0.01}, Case{"p2c", 1000, 0.7, 1'000'000, 0.01},
                                Case{"p2c", 1000, 0.9, 3'000'000, 0.01}, Case{"p2c", 1000, 0.95, 3'000'000, 0.04},
                                Case{"random", 100, 0.5, 1'000'000, 0.02}, Case{"random", 10, 0.9, 3'000'000, 0.02},
                                Case{"round_robin", 10, 0.8, 1'000'000, 0.01}, Case{"wrr", 10, 0.8, 1'000'000, 0.01}));

// A hundred thousand jobs of ten queues at 0.8 know their mean to 3 %: over the seeds the means scatter around the formula, and the
// interval that each run gives holds the formula about 95 times of 100 (91 of 100 is its lowest 5 % quantile).
TEST(Simulation, TheIntervalHoldsTheFormulaForMostSeeds) {
  const double formula = theory::mean_mg1(0.8, 1);
  int holds = 0;
  double sum = 0;
  const int seeds = 100;
  for (int seed = 1; seed <= seeds; ++seed) {
    auto o = options("random", 10, 0.8, 100'000);
    o.seed = static_cast<std::uint64_t>(seed);
    const auto outcome = run_it(o);
    holds += std::abs(outcome.mean_response - formula) <= outcome.mean_response_ci95;
    sum += outcome.mean_response;
    EXPECT_TRUE(outcome.steady) << seed << ": " << outcome.not_steady_because;
  }
  EXPECT_GE(holds, 91);
  EXPECT_NEAR(sum / seeds / formula, 1, 0.01);
}

// Random at 0.9 over 1 000 nodes scatters by 1.1 % after three million jobs; asked for 1 % it measures on, so that 2 % are far away.
TEST(Simulation, MeasuresOnUntilTheMeanIsKnownToTheAskedPrecision) {
  auto o = options("random", 100, 0.9, 300'000);
  o.precision = 0.02;
  for (std::uint64_t seed : {1, 2, 3, 4}) {
    o.seed = seed;
    const auto outcome = run_it(o);
    EXPECT_GT(outcome.jobs, 300'000u);
    EXPECT_EQ(outcome.jobs % 300'000, 0u);
    EXPECT_TRUE(outcome.jobs == 3'000'000 || outcome.mean_response_ci95 <= 0.02 * outcome.mean_response) << seed;
    EXPECT_NEAR(outcome.mean_response / outcome.theory->mean_response, 1, 0.04) << seed;
  }
  EXPECT_EQ(run_it(o).to_json(), run_it(o).to_json());
}

TEST(Simulation, WithoutAnAskedPrecisionExactlyTheJobsAreMeasured) {
  EXPECT_EQ(run_it(options("random", 100, 0.9, 20'000)).jobs, 20'000u);
  auto overloaded = options("random", 10, 1.05, 20'000);
  overloaded.precision = 0.01;
  EXPECT_EQ(run_it(overloaded).jobs, 20'000u) << "an overloaded system is not measured on";
}

TEST(Simulation, ErrorOfTheMeanCountsWhatNeighboursShare) {
  slipway::Random random(5);
  std::vector<double> independent, related;
  double last = 0;
  for (int i = 0; i < 2000; ++i) {
    independent.push_back(random.normal(10, 1));
    last = 0.8 * last + random.normal(0, 1);
    related.push_back(last);
  }
  EXPECT_NEAR(error_of_mean(independent).standard_error, 1 / std::sqrt(2000.0), 0.004);
  // An autoregression of 0.8 with unit steps: 1 / (1 - 0.8) / sqrt(n).
  EXPECT_NEAR(error_of_mean(related).standard_error, 5 / std::sqrt(2000.0), 0.03);
}

TEST(Simulation, DeterministicServiceMatchesPollaczekAndKhinchine) {
  auto o = options("random", 10, 0.8, 1'000'000);
  o.service = ServiceTime::parse("deterministic").value();
  EXPECT_NEAR(run_it(o).mean_response, 3.0, 0.03);
  o.service = ServiceTime::parse("lognormal:2").value();
  EXPECT_NEAR(run_it(o).mean_response, 11.0, 0.6);
}

TEST(Simulation, RanksTheBalancersOfEqualNodes) {
  const auto mean = [](std::string balancer) { return run_it(options(std::move(balancer), 50, 0.9, 300'000)).mean_response; };
  const auto p2c = mean("p2c"), round_robin = mean("round_robin"), random = mean("random");
  EXPECT_LT(p2c, round_robin);
  EXPECT_LT(round_robin, random);
}

TEST(Simulation, TheSameSeedGivesTheSameBytes) {
  for (const char* balancer : {"random", "round_robin", "wrr", "p2c", "p2c_ewma"}) {
    auto o = options(balancer, 20, 0.8, 50'000);
    const auto first = run_it(o).to_json();
    EXPECT_EQ(first, run_it(o).to_json()) << balancer;
    o.seed = 2;
    EXPECT_NE(first, run_it(o).to_json()) << balancer;
  }
}

TEST(Simulation, TwoBalancersOfOneSeedServeTheSameJobs) {
  // One node: nothing to choose, so any two balancers must agree to the last bit.
  const auto a = run_it(options("random", 1, 0.7, 20'000)), b = run_it(options("p2c", 1, 0.7, 20'000));
  EXPECT_EQ(a.mean_response, b.mean_response);
}

TEST(Simulation, OneNodeTenTimesSlowerOverloadsRoundRobinButNotP2c) {
  auto o = options("round_robin", 10, 0.7, 300'000);
  o.speeds = {0.1};
  const auto turns = run_it(o);
  EXPECT_FALSE(turns.steady);
  EXPECT_THAT(turns.not_steady_because, HasSubstr("node 0 is offered 6.37 times"));
  o.balancer = "p2c";
  const auto p2c = run_it(o);
  EXPECT_TRUE(p2c.steady) << p2c.not_steady_because;
  EXPECT_NEAR(p2c.mean_response, 2.28, 0.12);
  EXPECT_NEAR(p2c.share[0], 0.0155, 0.003);
  o.balancer = "p2c_ewma";
  const auto ewma = run_it(o);
  EXPECT_LT(ewma.p99, p2c.p99 * 0.7);
  o.balancer = "wrr";
  o.weights = {1};
  const auto weighted = run_it(o);
  EXPECT_NEAR(weighted.mean_response, 2.24, 0.12);
  EXPECT_NEAR(weighted.share[0], 1 / 91.0, 1e-4);
}

TEST(Simulation, OverloadIsNotSteady) {
  for (const char* balancer : {"random", "p2c"}) {
    const auto outcome = run_it(options(balancer, 10, 1.05, 100'000));
    EXPECT_FALSE(outcome.steady);
    EXPECT_THAT(outcome.not_steady_because, HasSubstr("at or above"));
  }
}

TEST(Simulation, ARunTooShortToSettleIsNotSteady) {
  const auto outcome = run_it(options("random", 1000, 0.99, 300'000));
  EXPECT_FALSE(outcome.steady);
  EXPECT_FALSE(outcome.not_steady_because.empty());
}

TEST(Simulation, JsonHasTheAgreedKeys) {
  const auto j = nlohmann::json::parse(run_it(options("p2c", 10, 0.5, 20'000)).to_json());
  EXPECT_EQ(j["unit"], "service_times");
  EXPECT_EQ(j["jobs"], 20'000);
  EXPECT_EQ(j["steady"], true);
  for (const char* key : {"mean_response", "mean_response_ci95", "p50", "p95", "p99", "utilisation"}) EXPECT_GT(j[key].get<double>(), 0) << key;
  EXPECT_NEAR(j["theory"]["mean_response"].get<double>(), 1.2657, 1e-4);
}

TEST(Simulation, ReportsProgressAndCanBeCancelled) {
  std::vector<double> seen;
  const auto o = options("p2c", 10, 0.5, 50'000);
  ASSERT_TRUE(run(o, [&](double p) { seen.push_back(p); }).ok());
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_GT(seen.size(), 50u);
  EXPECT_EQ(seen.back(), 1);
  std::atomic<bool> cancel{false};
  const auto cancelled = run(o, [&](double p) { cancel = p > 0.3; }, &cancel);
  ASSERT_FALSE(cancelled.ok());
  EXPECT_EQ(cancelled.error().reason(), "CLIENT_CLOSED");
}

TEST(Simulation, RefusesWhatMakesNoSense) {
  const auto message = [](auto change) {
    Options o;
    change(o);
    const auto outcome = run(o);
    return outcome.ok() ? "accepted" : outcome.error().message();
  };
  EXPECT_THAT(message([](Options& o) { o.nodes = 0; }), HasSubstr("nodes 0 is out of range"));
  EXPECT_THAT(message([](Options& o) { o.load = -1; }), HasSubstr("load -1"));
  EXPECT_THAT(message([](Options& o) { o.jobs = 1; }), HasSubstr("jobs 1 is out of range"));
  EXPECT_THAT(message([](Options& o) { o.speeds = {0}; }), HasSubstr("speed 0"));
  EXPECT_THAT(message([](Options& o) { o.balancer = "best"; }), HasSubstr("p2c_ewma"));
}

TEST(ServiceTime, HasMeanOneAndTheStatedVariation) {
  for (const char* text : {"exp", "deterministic", "lognormal:1.5", "bimodal:0.1,10"}) {
    const auto service = ServiceTime::parse(text).value();
    EXPECT_EQ(service.to_string(), text);
    slipway::Random random(3);
    double sum = 0, squares = 0;
    const int n = 400'000;
    for (int i = 0; i < n; ++i) {
      const double x = service.draw(random);
      sum += x;
      squares += x * x;
    }
    EXPECT_NEAR(sum / n, 1, 0.01) << text;
    EXPECT_NEAR(squares / n - 1, service.cv2(), 0.1 * service.cv2() + 1e-9) << text;
  }
}

TEST(ServiceTime, RefusesAnUnknownShapeNamingTheForms) {
  for (const char* text : {"gauss", "lognormal:x", "bimodal:2", "exp:1", "lognormal:0"}) {
    const auto parsed = ServiceTime::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_THAT(parsed.error().message(), HasSubstr("lognormal:CV")) << text;
  }
}

}  // namespace
}  // namespace workbench::simulate
