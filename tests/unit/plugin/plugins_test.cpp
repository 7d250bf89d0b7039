// Plugins in the program and as real shared libraries (tests/plugins); messages as whole text.
#include "slipway/plugin/plugins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "slipway/balance/family.h"
#include "slipway/cache/family.h"
#include "slipway/cache/memory.h"
#include "slipway/codec/family.h"
#include "slipway/config/config.h"
#include "slipway/config/family.h"
#include "slipway/middleware/family.h"
#include "slipway/plugin/abi.h"
#include "slipway/plugin/version_range.h"

namespace slipway::plugin {
namespace {

using namespace ::testing;

const std::string kPlugins = SLIPWAY_BINARY_DIR "/plugins/";

// A program with every family, and its plugins.
struct Program {
  middleware::Steps steps;
  balance::Strategies balancers;
  codec::Codecs codecs;
  cache::Adapters caches;
  config::SourceKinds sources;
  Plugins plugins;
  Program() : plugins(tables()) {}
  Tables tables() {
    Tables t;
    t.open(steps), t.open(balancers), t.open(codecs), t.open(caches), t.open(sources);
    return t;
  }
};

struct Log {
  std::string text;
};

// A plugin in the program itself, by a manifest and a function.
class Local final : public Plugin {
 public:
  using Install = std::function<Status(Offer&)>;
  Local(Manifest manifest, Log* log = nullptr, Install install = {}) : manifest_(std::move(manifest)), log_(log), install_(std::move(install)) {}
  const Manifest& manifest() const override { return manifest_; }
  Status install(Offer& offer) override {
    if (log_) log_->text += "+" + manifest_.name;
    return install_ ? install_(offer) : Status();
  }
  void remove() override {
    if (log_) log_->text += "-" + manifest_.name;
  }

 private:
  Manifest manifest_;
  Log* log_;
  Install install_;
};

std::unique_ptr<Plugin> local(Manifest manifest, Log* log = nullptr, Local::Install install = {}) {
  return std::make_unique<Local>(std::move(manifest), log, std::move(install));
}

void run(const middleware::MiddlewarePtr& step, middleware::Call& call) {
  const middleware::Chain chain({step}, [](middleware::Call&) -> middleware::Outcome { return {}; });
  ASSERT_TRUE(chain.run(call).status().ok());
}

TEST(SharedPlugin, AddsAMiddlewareAndABalancerAndGoesAgain) {
  Program program;
  ASSERT_TRUE(program.plugins.load(kPlugins + "polite.so").ok());
  EXPECT_FALSE(program.steps.has("polite"));
  ASSERT_TRUE(program.plugins.install().ok());
  EXPECT_THAT(program.balancers.names(), ElementsAre("random", "round_robin", "wrr", "p2c", "p2c_ewma", "first"));
  {
    auto step = middleware::make_middleware("polite", Value::object({{"very", true}}), "gateway.polite", {}, &program.steps);
    ASSERT_TRUE(step.ok()) << step.error().message();
    middleware::Call call;
    run(*step, call);
    EXPECT_EQ(call.reply.headers.get("x-polite"), "pretty please");
    EXPECT_EQ(middleware::options_of("polite", &program.steps)->at(0).name, "very");

    auto balancer = balance::make_balancer("first", &program.balancers, "gateway: pricing");
    ASSERT_TRUE(balancer.ok());
    auto node = std::make_shared<balance::Node>("pricing-1", "127.0.0.1:1");
    (*balancer)->update({node});
    const auto picked = (*balancer)->pick(thread_random(), 0);
    EXPECT_EQ(picked.node, node.get());
    (*balancer)->done(picked, 1, {});

    EXPECT_THAT(program.plugins.rows().at(0).users, ElementsAre("gateway.polite", "gateway: pricing"));
    EXPECT_THAT(program.plugins.rows().at(0).adds, ElementsAre(testing::Pair("middleware", "polite"), testing::Pair("balancer", "first")));
    const auto refused = program.plugins.remove("polite");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().message(), "plugin polite is in use by gateway.polite, gateway: pricing (stop or change them first)");
    EXPECT_TRUE(program.steps.has("polite"));  // and stays
  }
  ASSERT_TRUE(program.plugins.remove("polite").ok());
  EXPECT_TRUE(program.plugins.rows().empty());
  EXPECT_EQ(middleware::make_middleware("polite", {}, {}, {}, &program.steps).error().reason(), "UNKNOWN_MIDDLEWARE");
  std::ifstream maps("/proc/self/maps");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(maps), {}).find("plugins/polite.so"), std::string::npos);  // its code is gone

  ASSERT_TRUE(program.plugins.load(kPlugins + "polite.so").ok());  // and can come again
  EXPECT_TRUE(program.plugins.install().ok());
}

TEST(SharedPlugin, RemoveWaitsUntilTheLastUseHasEnded) {
  Program program;
  ASSERT_TRUE(program.plugins.load(kPlugins + "polite.so").ok() && program.plugins.install().ok());
  auto step = std::move(middleware::make_middleware("polite", {}, "gateway.polite", {}, &program.steps)).value();
  std::thread user([&program, &step] {
    while (program.steps.has("polite")) std::this_thread::yield();  // removal has begun
    step.reset();
  });
  EXPECT_TRUE(program.plugins.remove("polite", std::chrono::seconds(20)).ok());
  user.join();
}

TEST(SharedPlugin, OfAnotherEngineIsRefusedBeforeItsCodeRuns) {
  Program program;
  const auto refused = program.plugins.load(kPlugins + "stranger.so");
  ASSERT_FALSE(refused.ok());
  const std::string compiler = std::string("g++ ") + __VERSION__;
  EXPECT_EQ(refused.error().message(),
            "plugin " + kPlugins + "stranger.so was built for another program and is not loaded:\n"
            "  engine: the plugin has 9.9.9, this program has " + kEngineVersion + "\n"
            "  compiler: the plugin has g++ 7.5.0, this program has " + compiler + "\n"
            "  std::string of C++11 (_GLIBCXX_USE_CXX11_ABI): the plugin has it off, this program has it on\n"
            "  (rebuild the plugin with this engine's headers and compiler)");
  EXPECT_EQ(std::getenv("SLIPWAY_TEST_STRANGER_RAN"), nullptr);
}

TEST(SharedPlugin, WithAnEngineOfItsOwnIsRefused) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers do not bear two engines in one process";
#endif
  Program program;
  const auto refused = program.plugins.load(kPlugins + "two_engines.so");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason(), "TWO_ENGINES");
}

TEST(SharedPlugin, WhoseDependencyIsMissingIsNamed) {
  Program program;
  ASSERT_TRUE(program.plugins.load(kPlugins + "needy.so").ok());
  EXPECT_EQ(program.plugins.install().error().message(),
            "the plugins do not fit together:\n"
            "  needy 0.3.0 needs polite ^1.1, which is not loaded (load it too)\n"
            "  needy 0.3.0 needs manners >=2, which is not loaded (load it too)");
  ASSERT_TRUE(program.plugins.load(kPlugins + "polite.so").ok());
  ASSERT_TRUE(program.plugins.add(local({.name = "manners", .version = "1.9.0"})).ok());
  EXPECT_EQ(program.plugins.install().error().message(), "the plugins do not fit together:\n  needy 0.3.0 needs manners >=2, but 1.9.0 is loaded");
}

TEST(SharedPlugin, WhatIsNoPluginIsToldFromWhatIsMissing) {
  Program program;
  EXPECT_EQ(program.plugins.load("/nowhere/x.so").error().message(), "plugin /nowhere/x.so: there is no such file, or it cannot be read");
  const std::string source = SLIPWAY_SOURCE_DIR "/README.md";
  EXPECT_EQ(program.plugins.load(source).error().message(),
            "plugin " + source + ": is no 64-bit ELF library (a plugin is a shared library with SLIPWAY_PLUGIN(…) in one of its sources)");
  EXPECT_THAT(program.plugins.load("/proc/self/exe").error().message(), HasSubstr("carries no plugin record"));
}

TEST(Plugins, InstallsEachAfterWhatItNeedsAndRemovesInReverse) {
  Log log;
  {
    Program program;
    ASSERT_TRUE(program.plugins.add(local({.name = "c", .version = "1.0.0", .needs = {{"b", "^2"}}}, &log)).ok());
    ASSERT_TRUE(program.plugins.add(local({.name = "a", .version = "1.0.0"}, &log)).ok());
    ASSERT_TRUE(program.plugins.add(local({.name = "b", .version = "2.5.1", .needs = {{"a"}}}, &log)).ok());
    ASSERT_TRUE(program.plugins.install().ok());
    EXPECT_EQ(program.plugins.remove("a").error().message(), "plugin a is needed by b (remove it first)");
    EXPECT_EQ(program.plugins.rows()[2].name, "c");
  }
  EXPECT_EQ(log.text, "+a+b+c-c-b-a");
}

TEST(Plugins, ACircleIsPrintedAsAPath) {
  Program program;
  ASSERT_TRUE(program.plugins.add(local({.name = "a", .version = "1.0.0", .needs = {{"b"}}})).ok());
  ASSERT_TRUE(program.plugins.add(local({.name = "b", .version = "1.0.0", .needs = {{"a"}}})).ok());
  EXPECT_EQ(program.plugins.install().error().message(), "the plugins do not fit together:\n  circle: a → b → a (one of them must do without another)");
}

TEST(Plugins, AFailedInstallTakesBackWhatWasAdded) {
  Log log;
  Program program;
  ASSERT_TRUE(program.plugins.add(local({.name = "good", .version = "1.0.0"}, &log)).ok());
  ASSERT_TRUE(program.plugins.add(local({.name = "bad", .version = "1.0.0", .needs = {{"good"}}}, &log, [](Offer& offer) -> Status {
    if (auto s = offer.add<balance::Strategies>("mine", [] { return std::shared_ptr<balance::Balancer>(); }); !s.ok()) return s;
    return offer.add<balance::Strategies>("p2c", [] { return std::shared_ptr<balance::Balancer>(); });
  })).ok());
  EXPECT_EQ(program.plugins.install().error().to_string(), "installing plugin bad: balancer \"p2c\" is built in (choose another name)");
  EXPECT_FALSE(program.balancers.has("mine"));
  EXPECT_EQ(log.text, "+good+bad-good");
  EXPECT_FALSE(program.plugins.rows()[0].installed);
}

TEST(Plugins, BadManifestsAndTwinsAreRefused) {
  Program program;
  EXPECT_EQ(program.plugins.add(local({.name = "a b", .version = "1.0.0"})).error().message(),
            "plugin \"a b\": \"a b\" is not a plugin's name (use letters, digits and '-')");
  EXPECT_EQ(program.plugins.add(local({.name = "a", .version = "one"})).error().message(),
            "plugin \"a\": version \"one\" is not a version (use 1.4.0)");
  EXPECT_EQ(program.plugins.add(local({.name = "a", .version = "1.0.0", .needs = {{"b", "~1"}}})).error().message(),
            "plugin \"a\" needs b: \"~1\" is not a range of versions (use *, 1.4.0, >=1.2, <2 or ^1.2)");
  ASSERT_TRUE(program.plugins.add(local({.name = "a", .version = "1.0.0"})).ok());
  EXPECT_EQ(program.plugins.add(local({.name = "a", .version = "2.0.0"})).error().message(), "plugin \"a\": a plugin \"a\" is there already, version 1.0.0");
  EXPECT_EQ(program.plugins.remove("b").error().message(), "there is no plugin \"b\" (there are a)");
}

class Csv final : public codec::Codec {
 public:
  std::string_view name() const override { return "csv"; }
  std::string_view content_type() const override { return "text/csv"; }
  Result<Value> decode(std::string_view bytes) const override { return Value(std::string(bytes)); }
  Status encode(const Value& value, std::string& out) const override { return out += value.to_text(), Status(); }
};

TEST(Plugins, AddACodecACacheAdapterAndAConfigSource) {
  Program program;
  ASSERT_TRUE(program.plugins.add(local({.name = "all", .version = "1.0.0"}, nullptr, [](Offer& offer) -> Status {
    if (auto s = offer.add<codec::Codecs>("csv", [] { return std::make_shared<const Csv>(); }); !s.ok()) return s;
    if (auto s = offer.add<cache::Adapters>("small", [](const Value& options) -> Result<std::shared_ptr<cache::Cache>> {
          return std::shared_ptr<cache::Cache>(cache::make_memory_cache({.max_entries = static_cast<std::size_t>(options["entries"].as_int())}));
        }); !s.ok()) return s;
    return offer.add<config::SourceKinds>("fixed", [](const Value& options) -> Result<std::shared_ptr<config::Source>> {
      return std::shared_ptr<config::Source>(std::make_shared<config::MemorySource>("fixed", config::Rank::Remote, config::Document{.root = options}));
    });
  })).ok());
  ASSERT_TRUE(program.plugins.install().ok());
  {
    auto csv = program.codecs.make("csv", "orders");
    ASSERT_TRUE(csv.ok());
    EXPECT_EQ((*csv)->content_type(), "text/csv");
    const Value one = Value::object({{"entries", 1}});
    auto small = program.caches.make("small", "orders", one);
    ASSERT_TRUE(small.ok() && (*small)->set({}, "a", 1).ok() && (*small)->set({}, "b", 2).ok());
    EXPECT_EQ((*small)->stats().entries, 1u);
    config::Config config;
    const Value rate = Value::object({{"rate", 7}});
    auto source = program.sources.open("fixed", "orders", rate);
    ASSERT_TRUE(source.ok() && config.add_source(std::move(*source)).ok() && config.start().ok());
    EXPECT_EQ(config.get_or<std::int64_t>("rate", 0), 7);
    EXPECT_THAT(program.plugins.remove("all").error().message(), HasSubstr("plugin all is in use by orders (3 times)"));
  }
  EXPECT_TRUE(program.plugins.remove("all").ok());
}

TEST(Plugins, AFamilyTheProgramHasNotIsAnErrorThatSaysWhich) {
  Plugins plugins({});
  ASSERT_TRUE(plugins.load(kPlugins + "polite.so").ok());
  EXPECT_EQ(plugins.install().error().to_string(),
            "installing plugin polite: this program has no slipway::middleware::Steps to add \"polite\" to (load the plugin where there are)");
}

TEST(VersionRange, Holds) {
  const auto holds = [](std::string_view version, std::string_view range) { return *in_range(*parse_version(version), range); };
  EXPECT_TRUE(holds("1.4.0", "*"));
  EXPECT_TRUE(holds("1.4.0", "1.4"));
  EXPECT_FALSE(holds("1.4.1", "1.4"));
  EXPECT_TRUE(holds("1.9.9", "^1.2"));
  EXPECT_FALSE(holds("2.0.0", "^1.2"));
  EXPECT_FALSE(holds("1.1.9", "^1.2"));
  EXPECT_TRUE(holds("0.3.7", "^0.3"));
  EXPECT_FALSE(holds("0.4.0", "^0.3"));
  EXPECT_TRUE(holds("1.5.0", ">=1.2 <1.9"));
  EXPECT_FALSE(holds("1.9.0", ">=1.2 <1.9"));
  EXPECT_TRUE(holds("2147483647.1.0", "^2147483647"));  // the largest there is
  EXPECT_FALSE(in_range({}, "").ok());
  EXPECT_FALSE(parse_version("1.2.3.4").ok());
  EXPECT_FALSE(parse_version("1.-2").ok());
}

}  // namespace
}  // namespace slipway::plugin
