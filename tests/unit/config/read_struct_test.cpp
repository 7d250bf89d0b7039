#include "slipway/config/read_struct.h"

#include <gtest/gtest.h>

#include "tests/support/folder.h"

namespace {

using namespace slipway;
using namespace slipway::config;
using namespace std::chrono_literals;

enum class Mode { fast, safe };
BOOST_DESCRIBE_ENUM(Mode, fast, safe)

struct Target {
  std::string url;
  int weight = 1;
};
BOOST_DESCRIBE_STRUCT(Target, (), (url, weight))

struct Service {
  std::string address;
  Duration timeout = 2s;
  std::uint64_t body = 1024;
  Mode mode = Mode::safe;
  std::optional<std::string> name;
  std::vector<Target> targets;
  std::map<std::string, double> weights;
  std::vector<int> ports = {80};
  Target fallback{"none"};
};
BOOST_DESCRIBE_STRUCT(Service, (), (address, timeout, body, mode, name, targets, weights, ports, fallback))

class ReadStruct : public testing::Test {
 protected:
  void load(const std::string& text) {
    folder.write("service.yaml", text);
    ASSERT_TRUE(config.add_source(std::make_unique<FileSource>(folder / "service.yaml", FileSource::Options{.name = "config/service.yaml"})));
    ASSERT_TRUE(config.start());
  }
  tests::Folder folder;
  Config config;
};

TEST_F(ReadStruct, FillsEveryKindOfField) {
  load("orders:\n  address: 127.0.0.1:1\n  timeout: 250ms\n  body: 64KiB\n  mode: fast\n  targets: [{url: a, weight: 2}, {url: b}]\n  weights: {x: 1.5}\n  ports: [1, 2]\n");
  const auto s = read<Service>(config, "orders");
  ASSERT_TRUE(s) << s.error().to_string();
  EXPECT_EQ(s->address, "127.0.0.1:1");
  EXPECT_EQ(s->timeout, 250ms);
  EXPECT_EQ(s->body, 65536u);
  EXPECT_EQ(s->mode, Mode::fast);
  EXPECT_FALSE(s->name);
  ASSERT_EQ(s->targets.size(), 2u);
  EXPECT_EQ(s->targets[0].weight, 2);
  EXPECT_EQ(s->targets[1].url, "b");
  EXPECT_EQ(s->weights.at("x"), 1.5);
  EXPECT_EQ(s->ports, (std::vector<int>{1, 2}));
  EXPECT_EQ(s->fallback.url, "none");
}

TEST_F(ReadStruct, ListsEveryProblemWithItsPlace) {
  load("orders:\n  timeout: 2x\n  mode: slow\n  targets:\n    - weight: 1\n  ports: [1, two]\n");
  const auto s = read<Service>(config, "orders");
  ASSERT_FALSE(s);
  EXPECT_EQ(s.error().message(),
            "orders.address: is missing (set it in a config layer)\n"
            "config/service.yaml:2:12: orders.timeout: \"2x\" is not a duration (use 250ms, 2s, 1m)\n"
            "config/service.yaml:3:9: orders.mode: \"slow\" is none of fast, safe\n"
            "config/service.yaml:5:5: orders.targets.0.url: is missing (set it in a config layer)\n"
            "orders.weights: is missing (set it in a config layer)\n"
            "config/service.yaml:6:10: orders.ports.1: \"two\" is not an integer (use 42)");
  EXPECT_EQ(s.error().where().to_string(), "config/service.yaml:2:12");
}

TEST_F(ReadStruct, ReadsTheWholeTreeAndMissingSections) {
  load("url: x\n");
  EXPECT_EQ(read<Target>(config, ".")->url, "x");
  const auto none = read<Target>(config, "nowhere");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message(), "nowhere.url: is missing (set it in a config layer)");
}

}  // namespace
