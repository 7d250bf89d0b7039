#include "slipway/config/config.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <latch>
#include <thread>

#include "slipway/config/atomic_file.h"

namespace {

using namespace slipway;
using namespace slipway::config;
namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("slipway-config-" + std::to_string(::getpid()) + "-" +
                                               ::testing::UnitTest::GetInstance()->current_test_info()->name());
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() { fs::remove_all(path); }
  std::string file(const std::string& name) const { return (path / name).string(); }
  void write(const std::string& name, const std::string& text) const { ASSERT_TRUE(write_file(file(name), text).ok()); }
};

std::string content(const std::string& path) {
  auto r = read_file(path);
  return r ? *r : "";
}

std::vector<Section> rate_limit() {
  return {{.prefix = "gateway", .keys = {}},
          {.prefix = "gateway.rate_limit",
           .keys = {{.name = "rate", .type = KeyType::Float, .fallback = 2000, .unit = "/s", .min = 0},
                    {.name = "burst", .type = KeyType::Int, .fallback = 50}}},
          {.prefix = "gateway.timeout", .keys = {{.name = "after", .type = KeyType::Duration, .fallback = "2s"}}}};
}

// Waits for a notice that satisfies a condition; fails the test instead of hanging.
class Mailbox {
 public:
  void put(const Notice& n) {
    std::lock_guard lock(mutex_);
    notices_.push_back(n);
    notices_.back().hold.reset();
    cv_.notify_all();
  }
  bool wait(std::size_t count) {
    std::unique_lock lock(mutex_);
    return cv_.wait_for(lock, 20s, [&] { return notices_.size() >= count; });
  }
  std::vector<Notice> notices() {
    std::lock_guard lock(mutex_);
    return notices_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable cv_;
  std::vector<Notice> notices_;
};

TEST(Config, LayersByRankWhateverTheOrderTheyWereAddedIn) {
  Config c;
  ASSERT_TRUE(c.add_source(std::make_unique<CommandLineSource>(std::vector<std::pair<std::string, std::string>>{{"gateway.rate_limit.rate", "4"}})).ok());
  ASSERT_TRUE(c.add_source(std::make_unique<EnvironmentSource>("SLIPWAY_", std::vector<std::pair<std::string, std::string>>{
      {"SLIPWAY_GATEWAY__RATE_LIMIT__RATE", "3"}, {"SLIPWAY_GATEWAY__TIMEOUT__AFTER", "3s"}, {"OTHER", "x"}})).ok());
  Document file;
  file.root = Value::object({{"gateway.rate_limit.rate", 2}, {"gateway.rate_limit.burst", 2}});
  ASSERT_TRUE(c.add_source(std::make_unique<MemorySource>("file", Rank::File, file)).ok());
  ASSERT_TRUE(c.define("gateway", rate_limit()).ok());
  auto s = c.start();
  ASSERT_TRUE(s.ok()) << s.error().to_string();
  EXPECT_EQ(c.get<double>("gateway.rate_limit.rate").value(), 4);
  EXPECT_EQ(c.get<Duration>("gateway.timeout.after").value(), 3s);
  EXPECT_EQ(c.get<int>("gateway.rate_limit.burst").value(), 2);
  const auto snapshot = c.snapshot();
  const Entry* e = snapshot->find("gateway.rate_limit.rate");
  ASSERT_EQ(e->stack.size(), 4u);
  EXPECT_EQ(e->stack[2].place, "SLIPWAY_GATEWAY__RATE_LIMIT__RATE");
  EXPECT_EQ(e->stack[3].place, "--set gateway.rate_limit.rate");
}

TEST(Config, BoundHandleFollowsASetAndNamesItsReader) {
  Config c;
  ASSERT_TRUE(c.define("gateway", rate_limit()).ok());
  ASSERT_TRUE(c.start().ok());
  const auto rate = c.bind<double>("gateway.rate_limit.rate", 1, "gateway rate_limit");
  EXPECT_EQ(*rate, 2000);
  auto record = c.set("gateway.rate_limit.rate", "5", "window");
  ASSERT_TRUE(record.ok()) << record.error().to_string();
  EXPECT_EQ(*rate, 5);
  ASSERT_EQ(record->applied.size(), 1u);
  EXPECT_EQ(record->applied[0].reader, "gateway rate_limit");
  EXPECT_EQ(record->text(), "gateway.rate_limit.rate: 2000 -> 5 (overrides)");
  EXPECT_EQ(c.readers("gateway.rate_limit.rate"), std::vector<std::string>{"gateway rate_limit"});
}

TEST(Config, ReadersOfAllKeysAreThoseOfEachKey) {
  Config c;
  Document d;
  d.root = Value::object({{"a", Value::object({{"b", 1}, {"c", Value::object({{"d", 2}})}})}, {"a-b", 3}, {"ab", 4}, {"z", 5}});
  ASSERT_TRUE(c.define("all", {}, d).ok());
  ASSERT_TRUE(c.start().ok());
  const auto nothing = [](const Notice&) {};
  const auto prefix = c.observe(std::vector<std::string>{"a", "a.c"}, "of a", nothing);
  const auto whole = c.observe("", "of all", nothing);
  const auto nameless = c.observe("z", "", nothing);
  const auto none = c.observe("zz", "of what is not there", nothing);
  const auto bound = c.bind_any<int>({"ab", "missing"}, 0, "handle");
  const auto snapshot = c.snapshot();
  const auto all = c.readers(*snapshot);
  ASSERT_EQ(all.size(), snapshot->entries().size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], c.readers(snapshot->entries()[i].key)) << snapshot->entries()[i].key;
  EXPECT_EQ(c.readers("a.c.d"), (std::vector<std::string>{"of a", "of all"}));
  EXPECT_EQ(c.readers("a-b"), std::vector<std::string>{"of all"});
  EXPECT_EQ(c.readers("ab"), (std::vector<std::string>{"handle", "of all"}));
}

TEST(Config, BoundHandleOfAnInstanceFallsBackToItsService) {
  Config c;
  Document d;
  d.root = Value::object({{"pricing.work.time", "1ms"}});
  ASSERT_TRUE(c.define("pricing", {}, d).ok());
  ASSERT_TRUE(c.start().ok());
  const auto time = c.bind_any<Duration>({"pricing.pricing-5.work.time", "pricing.work.time"}, 0ms);
  EXPECT_EQ(*time, 1ms);
  ASSERT_TRUE(c.set("pricing.pricing-5.work.time", "8ms", "window").ok());
  EXPECT_EQ(*time, 8ms);
  ASSERT_TRUE(c.unset("pricing.pricing-5.work.time", "window").ok());
  EXPECT_EQ(*time, 1ms);
}

TEST(Config, BoundTextIsReadThroughASharedPointer) {
  Config c;
  ASSERT_TRUE(c.start().ok());
  const auto level = c.bind<std::string>("log.level", "info");
  auto reader = level.reader();
  EXPECT_EQ(*level.get(), "info");
  ASSERT_TRUE(c.set("log.level", "debug", "window").ok());
  EXPECT_EQ(*level.get(), "debug");
  EXPECT_EQ(reader.get(), "debug");
}

TEST(Config, BoundHandleOutlivesItsConfig) {
  Bound<int> n;
  {
    Config c;
    n = c.bind<int>("n", 3);
  }
  EXPECT_EQ(*n, 3);
}

TEST(Config, ObserverSeesOldNewKindAndSourceBelowItsPrefix) {
  Config c;
  Mailbox mail;
  ASSERT_TRUE(c.define("gateway", rate_limit()).ok());
  ASSERT_TRUE(c.start().ok());
  const auto sub = c.observe("gateway.rate_limit", "gateway rate_limit", [&](const Notice& n) { mail.put(n); });
  ASSERT_TRUE(c.set("gateway.timeout.after", "1s", "window").ok());
  auto record = c.set("gateway.rate_limit.rate", "5", "window");
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->waiting, 0u);
  ASSERT_EQ(record->applied.size(), 1u);
  const auto notices = mail.notices();
  ASSERT_EQ(notices.size(), 1u);
  ASSERT_EQ(notices[0].changes.size(), 1u);
  const Change& change = notices[0].changes[0];
  EXPECT_EQ(change.key, "gateway.rate_limit.rate");
  EXPECT_EQ(change.kind, ChangeKind::Changed);
  EXPECT_EQ(*change.before, Value(2000));
  EXPECT_EQ(*change.after, Value(5));
  EXPECT_EQ(change.source, "overrides");
  EXPECT_EQ(notices[0].snapshot->get<double>("gateway.rate_limit.rate").value(), 5);
}

TEST(Config, ObserverMayBeRegisteredForAKeyThatAppearsLater) {
  Config c;
  Mailbox mail;
  ASSERT_TRUE(c.start().ok());
  const auto sub = c.observe("later.key", "", [&](const Notice& n) { mail.put(n); });
  ASSERT_TRUE(c.set("later.key", "1", "window").ok());
  ASSERT_EQ(mail.notices().size(), 1u);
  EXPECT_EQ(mail.notices()[0].changes[0].kind, ChangeKind::Added);
}

TEST(Config, ObserverMayReadSetAndObserveFromItsCallback) {
  Config c;
  Mailbox mail;
  ASSERT_TRUE(c.start().ok());
  const auto a = c.observe("a", "", [&](const Notice& n) { EXPECT_TRUE(c.set("b", n.changes[0].after->to_text(), "observer").ok()); });
  const auto b = c.observe("b", "", [&](const Notice& n) { mail.put(n); });
  ASSERT_TRUE(c.set("a", "7", "window").ok());
  ASSERT_TRUE(mail.wait(1));
  EXPECT_EQ(c.get<int>("b").value(), 7);
}

TEST(Config, AppliedWaitsForAHoldThatAnotherThreadReleases) {
  Config c;
  ASSERT_TRUE(c.start().ok());
  std::thread worker;
  const auto sub = c.observe("a", "slow reader", [&](const Notice& n) {
    worker = std::thread([hold = n.hold]() mutable { hold.reset(); });
  });
  auto record = c.set("a", "1", "window");
  worker.join();
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->waiting, 0u);
  ASSERT_EQ(record->applied.size(), 1u);
  EXPECT_EQ(record->applied[0].reader, "slow reader");
}

TEST(Config, AnObserverThatThrowsIsRecordedAndTheNextOneStillRuns) {
  Config c;
  Mailbox mail;
  ASSERT_TRUE(c.start().ok());
  const auto a = c.observe("a", "broken", [](const Notice&) { throw std::runtime_error("no room"); });
  const auto b = c.observe("a", "fine", [&](const Notice& n) { mail.put(n); });
  auto record = c.set("a", "1", "window");
  ASSERT_TRUE(record.ok());
  ASSERT_EQ(record->applied.size(), 2u);
  EXPECT_EQ(record->applied[0].error, "no room");
  EXPECT_EQ(mail.notices().size(), 1u);
}

TEST(Config, AnEndedSubscriptionIsNotCalledAgain) {
  Config c;
  int calls = 0;
  ASSERT_TRUE(c.start().ok());
  {
    const auto sub = c.observe("a", "", [&](const Notice&) { ++calls; });
    ASSERT_TRUE(c.set("a", "1", "window").ok());
  }
  ASSERT_TRUE(c.set("a", "2", "window").ok());
  EXPECT_EQ(calls, 1);
}

TEST(Config, SetThatDoesNotFitChangesNothingAndSaysTheFix) {
  Config c;
  ASSERT_TRUE(c.define("gateway", rate_limit()).ok());
  ASSERT_TRUE(c.start().ok());
  const auto version = c.version();
  auto r = c.set("gateway.timeout.after", "2x", "window");
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().message(), "gateway.timeout.after: \"2x\" is not a duration (use 250ms, 2s, 1m)");
  r = c.set("gateway.rate_limt.rate", "1", "window");
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().message(), "gateway.rate_limt.rate: unknown key (did you mean gateway.rate_limit.rate?)");
  EXPECT_EQ(c.version(), version);
}

TEST(Config, UndoAndRedoWalkTheEditsOfAnyLayer) {
  Folder folder;
  folder.write("service.yaml", "gateway:\n  rate_limit:\n    rate: 10 # ten\n");
  Config c;
  ASSERT_TRUE(c.define("gateway", rate_limit()).ok());
  ASSERT_TRUE(c.add_source(std::make_unique<FileSource>(folder.file("service.yaml"), FileSource::Options{.name = "config/service.yaml"})).ok());
  ASSERT_TRUE(c.start().ok());
  ASSERT_TRUE(c.set("gateway.rate_limit.rate", "20", "window", "config/service.yaml").ok());
  EXPECT_EQ(content(folder.file("service.yaml")), "gateway:\n  rate_limit:\n    rate: 20 # ten\n");
  ASSERT_TRUE(c.set("gateway.rate_limit.rate", "5", "window").ok());
  ASSERT_TRUE(c.undo("window").ok());
  EXPECT_EQ(c.get<int>("gateway.rate_limit.rate").value(), 20);
  ASSERT_TRUE(c.undo("window").ok());
  EXPECT_EQ(content(folder.file("service.yaml")), "gateway:\n  rate_limit:\n    rate: 10 # ten\n");
  EXPECT_EQ(c.undo("window").error().reason(), "NOTHING_TO_UNDO");
  ASSERT_TRUE(c.redo("window").ok());
  ASSERT_TRUE(c.redo("window").ok());
  EXPECT_EQ(c.get<int>("gateway.rate_limit.rate").value(), 5);
  EXPECT_EQ(c.redo("window").error().reason(), "NOTHING_TO_REDO");
}

TEST(Config, AWholeNumberOfACommandLineStaysWhole) {
  Config config({.watch_files = false});
  ASSERT_TRUE(config.add_source(std::make_unique<CommandLineSource>(std::vector<std::pair<std::string, std::string>>{{"a.rate", "700"}, {"a.share", "0.5"}})).ok());
  ASSERT_TRUE(config.define("a", {{.prefix = "a", .keys = {{.name = "rate", .type = KeyType::Float}, {.name = "share", .type = KeyType::Float}}}}).ok());
  ASSERT_TRUE(config.start().ok());
  EXPECT_EQ(config.snapshot()->find("a.rate")->text(), "700");
  EXPECT_EQ(config.get_or<double>("a.rate", 0), 700);
  EXPECT_EQ(config.snapshot()->find("a.share")->text(), "0.5");
}

TEST(Config, SourcesOfARankAreReplacedInOnePublish) {
  const auto memory = [](const std::string& name, std::int64_t x, const char* only) {
    Document d;
    d.root.set_path("a.x", Value(x));
    d.root.set_path(std::string("a.") + only, Value(x));
    return std::make_unique<MemorySource>(name, Rank::File, std::move(d));
  };
  const auto list = [](auto... sources) {
    std::vector<std::unique_ptr<Source>> out;
    (out.push_back(std::move(sources)), ...);
    return out;
  };
  Config config({.watch_files = false});
  ASSERT_TRUE(config.set_sources(Rank::File, list(memory("one", 1, "p"), memory("two", 2, "q"))).ok());
  ASSERT_TRUE(config.add_source(std::make_unique<CommandLineSource>(std::vector<std::pair<std::string, std::string>>{})).ok());
  ASSERT_TRUE(config.start().ok());
  EXPECT_EQ(config.get_or<int>("a.x", 0), 2);
  std::vector<int> seen;
  auto watching = config.observe("a.x", "test", [&](const Notice& n) { seen.push_back(n.snapshot->get_or<int>("a.x", 0)); });
  const auto version = config.version();
  ASSERT_TRUE(config.set_sources(Rank::File, list(memory("three", 3, "r"), memory("two", 99, "never"), memory("one", 99, "never"))).ok());
  config.flush();
  EXPECT_EQ(config.version(), version + 1);
  EXPECT_EQ(seen, std::vector<int>{1});            // "one" lies above now, as it was read before
  EXPECT_EQ(config.get_or<int>("a.r", 0), 3);
  EXPECT_EQ(config.get_or<int>("a.never", 0), 0);  // those of known names stay as they are
  ASSERT_TRUE(config.set_sources(Rank::File, {}).ok());
  EXPECT_EQ(config.get_or<int>("a.x", 0), 0);
  auto twice = config.set_sources(Rank::File, list(memory("one", 1, "p"), memory("one", 1, "p")));
  ASSERT_FALSE(twice.ok());
  EXPECT_EQ(twice.error().reason(), "LAYER_EXISTS");
}

TEST(Config, RevertPutsTheOverridesBackToAVersion) {
  Config c;
  ASSERT_TRUE(c.start().ok());
  const auto first = c.set("a", "1", "window")->version;
  ASSERT_TRUE(c.set("a", "2", "window").ok());
  ASSERT_TRUE(c.set("b", "3", "window").ok());
  ASSERT_TRUE(c.revert_to(first, "window").ok());
  EXPECT_EQ(c.get<int>("a").value(), 1);
  EXPECT_FALSE(c.get<int>("b").ok());
  EXPECT_EQ(c.revert_to(first, "window").error().reason(), "NOTHING_TO_REVERT");
  EXPECT_EQ(c.history().size(), 4u);
  EXPECT_EQ(c.history()[0].who, "window");
}

TEST(Config, RevertTakesBackOneChangeAloneAndLeavesWhatCameLater) {
  Config c;
  ASSERT_TRUE(c.define("gateway", rate_limit()).ok());
  ASSERT_TRUE(c.start().ok());
  const auto both = c.edit({{"gateway.rate_limit.rate", false, 5}, {"b", false, 1}}, "window")->version;
  const auto later = c.set("gateway.rate_limit.burst", "7", "window")->version;
  const auto again = c.set("b", "2", "window")->version;
  auto one = c.revert(both, "window", "gateway.rate_limit.rate");
  ASSERT_TRUE(one.ok()) << one.error().to_string();
  EXPECT_EQ(one->text(), "gateway.rate_limit.rate: 5 -> 2000 (overrides)");
  const auto snapshot = c.snapshot();
  const auto* rate = snapshot->find("gateway.rate_limit.rate");
  EXPECT_EQ(snapshot->layers()[rate->stack[static_cast<std::size_t>(rate->winner)].layer], "defaults") << "not overridden before, so it falls back";
  EXPECT_EQ(c.get<int>("b").value(), 2);
  EXPECT_EQ(c.get<int>("gateway.rate_limit.burst").value(), 7);
  EXPECT_EQ(c.revert(both, "window", "gateway.rate_limit.rate").error().reason(), "NOTHING_TO_REVERT");
  ASSERT_TRUE(c.revert(again, "window").ok());
  EXPECT_EQ(c.get<int>("b").value(), 1);
  ASSERT_TRUE(c.revert(later, "window").ok());
  ASSERT_TRUE(c.revert(both, "window").ok());
  EXPECT_FALSE(c.get<int>("b").ok());
  ASSERT_TRUE(c.undo("window").ok());
  EXPECT_EQ(c.get<int>("b").value(), 1) << "a step of undo, as any edit";
  EXPECT_EQ(c.revert(99, "window").error().reason(), "NO_SUCH_VERSION");
}

// An override that changes no value (the file says the same) is not in the history, and no other version is blamed for it.
TEST(Config, RevertTakesBackOnlyWhatItsVersionDid) {
  Config c;
  Document d;
  d.root = Value::object({{"x", 5}});
  ASSERT_TRUE(c.add_source(std::make_unique<MemorySource>("file", Rank::File, d)).ok());
  ASSERT_TRUE(c.start().ok());
  ASSERT_TRUE(c.set("x", "5", "window").ok());
  const auto version = c.set("y", "7", "window")->version;
  ASSERT_TRUE(c.revert(version, "window").ok());
  EXPECT_FALSE(c.get<int>("y").ok());
  const auto snapshot = c.snapshot();
  const auto* x = snapshot->find("x");
  EXPECT_EQ(snapshot->layers()[x->stack[static_cast<std::size_t>(x->winner)].layer], "overrides");
}

TEST(Config, OverridesPersistInTheirFile) {
  Folder folder;
  {
    Config c;
    ASSERT_TRUE(c.add_source(make_overrides(folder.file("deep/overrides.yaml"))).ok());
    ASSERT_TRUE(c.start().ok());
    ASSERT_TRUE(c.set("gateway.rate_limit.rate", "5", "window").ok());
  }
  EXPECT_EQ(content(folder.file("deep/overrides.yaml")), "gateway:\n  rate_limit:\n    rate: 5\n");
  Config c;
  ASSERT_TRUE(c.add_source(make_overrides(folder.file("deep/overrides.yaml"))).ok());
  ASSERT_TRUE(c.start().ok());
  EXPECT_EQ(c.get<int>("gateway.rate_limit.rate").value(), 5);
  ASSERT_TRUE(c.unset("gateway.rate_limit.rate", "window").ok());
  EXPECT_EQ(content(folder.file("deep/overrides.yaml")), "");
}

TEST(Config, StartListsEveryProblemAndKeepsWhatIsValid) {
  Folder folder;
  folder.write("a.yaml", "gateway:\n  timeout: { after: 2x }\n  rate_limit: { rate: 7 }\n");
  folder.write("b.toml", "[gateway\n");
  Config c;
  ASSERT_TRUE(c.define("gateway", rate_limit()).ok());
  ASSERT_TRUE(c.add_source(std::make_unique<FileSource>(folder.file("a.yaml"), FileSource::Options{.name = "config/a.yaml"})).ok());
  ASSERT_TRUE(c.add_source(std::make_unique<FileSource>(folder.file("b.toml"), FileSource::Options{.name = "config/b.toml"})).ok());
  const auto s = c.start();
  ASSERT_FALSE(s.ok());
  EXPECT_NE(s.error().message().find("config/a.yaml:2:21: gateway.timeout.after: \"2x\" is not a duration (use 250ms, 2s, 1m)"), std::string::npos) << s.error().message();
  EXPECT_NE(s.error().message().find("config/b.toml:1:"), std::string::npos) << s.error().message();
  EXPECT_EQ(c.problems().size(), 2u);
  EXPECT_EQ(c.get<int>("gateway.rate_limit.rate").value(), 7);
}

TEST(Config, FileEditReachesObserversAndABrokenOneKeepsTheLastGood) {
  Folder folder;
  folder.write("service.toml", "[gateway.rate_limit]\nrate = 10\n");
  Config c;
  Mailbox mail;
  ASSERT_TRUE(c.define("gateway", rate_limit()).ok());
  ASSERT_TRUE(c.add_source(std::make_unique<FileSource>(folder.file("service.toml"), FileSource::Options{.name = "config/service.toml"})).ok());
  ASSERT_TRUE(c.start().ok());
  const auto sub = c.observe("", "", [&](const Notice& n) { mail.put(n); });
  folder.write("service.toml", "[gateway.rate_limit]\nrate = 11\n");
  ASSERT_TRUE(mail.wait(1));
  EXPECT_EQ(c.get<int>("gateway.rate_limit.rate").value(), 11);
  EXPECT_EQ(c.history()[0].who, "file");
  EXPECT_EQ(c.history()[0].source, "config/service.toml");

  folder.write("service.toml", "[gateway.rate_limit]\nrate = fast\n");
  EXPECT_FALSE(c.reload("config/service.toml").ok());
  EXPECT_EQ(c.get<int>("gateway.rate_limit.rate").value(), 11);
  ASSERT_EQ(c.problems().size(), 1u);
  EXPECT_EQ(c.problems()[0].text().find("config/service.toml:2:"), 0u) << c.problems()[0].text();

  folder.write("service.toml", "[gateway.rate_limit]\nrate = \"fast\"\n");
  EXPECT_FALSE(c.reload("config/service.toml").ok());
  EXPECT_EQ(c.problems()[0].text(), "config/service.toml:2:8: gateway.rate_limit.rate: \"fast\" is not a number (use 1.5)");
  EXPECT_EQ(c.get<int>("gateway.rate_limit.rate").value(), 11);

  folder.write("service.toml", "[gateway.rate_limit]\nrate = 12\n");
  ASSERT_TRUE(mail.wait(2));
  EXPECT_TRUE(c.problems().empty());
}

// Three files written over and over without a pause: what belongs together is one publish, heard once, with the last values.
TEST(Config, WritesCloseTogetherAreOnePublish) {
  Folder folder;
  const auto write_all = [&](int n) {
    for (const std::string name : {"a", "b", "c"}) {  // replaced without waiting for the disk, which may take its time
      std::ofstream(folder.file(name + ".new~")) << name << ": " << n << "\n";
      fs::rename(folder.file(name + ".new~"), folder.file(name + ".yaml"));
    }
  };
  write_all(0);
  Config c(ConfigOptions{.debounce = 1500ms, .debounce_limit = 60s});
  Mailbox mail;
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(c.add_source(std::make_unique<FileSource>(folder.file(std::string(name) + ".yaml"))).ok());
  ASSERT_TRUE(c.start().ok());
  const auto sub = c.observe("", "all", [&](const Notice& n) { mail.put(n); });
  const auto version = c.snapshot()->version();
  for (int n = 1; n <= 20; ++n) write_all(n);
  ASSERT_TRUE(mail.wait(1));
  c.flush();
  const auto notices = mail.notices();
  ASSERT_EQ(notices.size(), 1u);
  ASSERT_EQ(notices[0].changes.size(), 3u);
  for (const auto& change : notices[0].changes) EXPECT_EQ(change.after->as_int(), 20) << change.key;
  EXPECT_EQ(c.snapshot()->version(), version + 1);
}

// Whoever writes without end is heard all the same, as often as the limit says.
TEST(Config, AFileThatIsWrittenWithoutEndIsHeardWithinTheLimit) {
  Folder folder;
  folder.write("a.yaml", "a: 0\n");
  Config c(ConfigOptions{.debounce = 60s, .debounce_limit = 50ms});
  Mailbox mail;
  ASSERT_TRUE(c.add_source(std::make_unique<FileSource>(folder.file("a.yaml"))).ok());
  ASSERT_TRUE(c.start().ok());
  const auto sub = c.observe("a", "a", [&](const Notice& n) { mail.put(n); });
  std::atomic<bool> enough{false};
  std::thread writer([&] {
    for (int n = 1; !enough; ++n) folder.write("a.yaml", "a: " + std::to_string(n) + "\n");
  });
  EXPECT_TRUE(mail.wait(3));
  enough = true;
  writer.join();
}

TEST(Config, RemovedKeyOfAFileFallsBack) {
  Config c;
  Document d;
  d.root = Value::object({{"gateway.rate_limit.rate", 5}});
  auto source = std::make_unique<MemorySource>("remote", Rank::Remote, d);
  MemorySource* memory = source.get();
  ASSERT_TRUE(c.define("gateway", rate_limit()).ok());
  ASSERT_TRUE(c.add_source(std::move(source)).ok());
  ASSERT_TRUE(c.start().ok());
  EXPECT_EQ(c.get<int>("gateway.rate_limit.rate").value(), 5);
  memory->replace({});
  c.flush();
  EXPECT_EQ(c.get<int>("gateway.rate_limit.rate").value(), 2000);
}

TEST(Config, TemplateIsResolvedAgainWhenWhatItNamesChanges) {
  Config c;
  Document d;
  d.root = Value::object({{"url", "http://${host:localhost}:${port:80}"}});
  ASSERT_TRUE(c.add_source(std::make_unique<MemorySource>("file", Rank::File, d)).ok());
  ASSERT_TRUE(c.start().ok());
  const auto url = c.bind<std::string>("url", "");
  EXPECT_EQ(*url.get(), "http://localhost:80");
  ASSERT_TRUE(c.set("port", "81", "window").ok());
  EXPECT_EQ(*url.get(), "http://localhost:81");
}

TEST(Config, AnEditThatWouldBreakATemplateIsRefused) {
  Config c;
  ASSERT_TRUE(c.start().ok());
  ASSERT_TRUE(c.set("host", "a", "window").ok());
  ASSERT_TRUE(c.set("url", "http://${host}", "window").ok());
  EXPECT_FALSE(c.unset("host", "window").ok());
  EXPECT_EQ(c.get<std::string>("url").value(), "http://a");
  EXPECT_FALSE(c.set("host", "${url}", "window").ok());
}

TEST(Config, DefinedSectionsComeAndGo) {
  Config c;
  Document d;
  d.root = Value::object({{"gateway.rate_limit.rate", "fast"}});
  ASSERT_TRUE(c.add_source(std::make_unique<MemorySource>("file", Rank::File, d)).ok());
  ASSERT_TRUE(c.start().ok());
  const auto s = c.define("gateway", rate_limit());
  ASSERT_FALSE(s.ok());
  EXPECT_EQ(s.error().message(), "file: gateway.rate_limit.rate: \"fast\" is not a number (use 1.5)");
  EXPECT_EQ(c.get<int>("gateway.rate_limit.rate").value(), 2000);
  c.undefine("gateway");
  EXPECT_EQ(c.get<std::string>("gateway.rate_limit.rate").value(), "fast");
  EXPECT_TRUE(c.problems().empty());
}

TEST(Config, ReadersOnOtherThreadsSeeWholeSnapshotsWhileItChanges) {
  Config c;
  ASSERT_TRUE(c.edit({{"a", false, 0}, {"b", false, 0}}, "test").ok());
  ASSERT_TRUE(c.start().ok());
  std::atomic<bool> stop{false};
  std::atomic<int> torn{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t)
    readers.emplace_back([&] {
      while (!stop) {
        const auto s = c.snapshot();
        if (s->get_or<int>("a", -1) != s->get_or<int>("b", -2)) ++torn;
        static_cast<void>(c.get_or<int>("a", -1));
      }
    });
  for (int i = 1; i <= 200; ++i) ASSERT_TRUE(c.edit({{"a", false, i}, {"b", false, i}}, "test").ok());
  stop = true;
  for (auto& r : readers) r.join();
  EXPECT_EQ(torn, 0);
  EXPECT_EQ(c.get<int>("a").value(), 200);
}

// A source whose reading takes as long as the test likes.
class SlowSource final : public Source {
 public:
  SlowSource(std::latch& reading, std::shared_future<void> go_on) : Source("slow", Rank::File), reading_(reading), go_on_(std::move(go_on)) {}
  Result<Document> load() override {
    if (loads_++ > 0) {
      reading_.count_down();
      go_on_.wait();
    }
    return Document{.root = Value::object({{"a", loads_}})};
  }

 private:
  std::latch& reading_;
  std::shared_future<void> go_on_;
  int loads_ = 0;
};

// While a source is being read, a writer stands in line behind it and an observer takes its time, every kind of read goes on.
TEST(Config, ReadsWaitForNeitherWritersNorObservers) {
  std::latch reading(1), observing(1);
  std::promise<void> go_on;
  const std::shared_future<void> released = go_on.get_future().share();
  Config c;
  ASSERT_TRUE(c.add_source(std::make_unique<SlowSource>(reading, released)).ok());
  ASSERT_TRUE(c.start().ok());
  const auto sub = c.observe("b", "slow observer", [&](const Notice& n) {
    if (n.changes.front().kind == ChangeKind::Added) observing.count_down();
    released.wait();
  });
  const auto bound = c.bind<int>("a", 0, "handle");
  std::thread first([&] { EXPECT_TRUE(c.set("b", "1", "test").ok()); });
  observing.wait();
  std::thread reload([&] { EXPECT_TRUE(c.reload("slow").ok()); });
  reading.wait();
  std::thread second([&] { EXPECT_TRUE(c.set("b", "2", "test").ok()); });
  auto reads = std::async(std::launch::async, [&] {
    int sum = 0;
    for (int i = 0; i < 1000; ++i) sum += *bound + c.get_or<int>("a", 0) + c.snapshot()->get_or<int>("a", 0);
    return sum;
  });
  EXPECT_EQ(reads.wait_for(20s), std::future_status::ready);
  go_on.set_value();
  EXPECT_EQ(reads.get(), 3000);
  for (auto* t : {&first, &reload, &second}) t->join();
  EXPECT_EQ(c.get_or<int>("a", 0), 2);
  EXPECT_EQ(c.get_or<int>("b", 0), 2);
}

TEST(CommandLineSource, ParsesPairsAndRefusesOthers) {
  EXPECT_EQ(CommandLineSource::parse("a.b=c=d").value(), (std::pair<std::string, std::string>{"a.b", "c=d"}));
  EXPECT_FALSE(CommandLineSource::parse("a.b").ok());
}

}  // namespace
