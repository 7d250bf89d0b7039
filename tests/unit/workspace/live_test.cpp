#include "workbench/workspace/live.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "tests/unit/workspace/folder.h"

namespace workbench::workspace {
namespace {

class LiveTest : public ::testing::Test {
 protected:
  void open() {
    auto live = LiveWorkspace::open(folder_.str(), [this](const Changed& c) {
      std::lock_guard lock(mutex_);
      changes_.push_back(c);
      cv_.notify_all();
    });
    ASSERT_TRUE(live.ok()) << live.error().to_string();
    live_ = std::move(*live);
  }
  // The first change for which `wanted` holds; later calls see only what came after it.
  template <class F>
  std::optional<Changed> wait(F wanted) {
    std::unique_lock lock(mutex_);
    std::optional<Changed> found;
    cv_.wait_for(lock, std::chrono::seconds(20), [&] {
      for (; seen_ < changes_.size() && !found; ++seen_)
        if (wanted(changes_[seen_])) found = changes_[seen_];
      return found.has_value();
    });
    return found;
  }

  Folder folder_;
  std::mutex mutex_;
  std::condition_variable cv_;
  std::vector<Changed> changes_;
  std::size_t seen_ = 0;
  std::unique_ptr<LiveWorkspace> live_;
};

TEST_F(LiveTest, ReportsWhichPartsChanged) {
  folder_.hello();
  open();
  folder_.write("services/hello.yaml", folder_.read("services/hello.yaml") + "about: greets\n");
  auto c = wait([](const Changed& c) { return !c.services.empty(); });
  ASSERT_TRUE(c);
  EXPECT_EQ(c->services, std::vector<std::string>{"hello"});
  EXPECT_FALSE(c->requests);
  EXPECT_EQ(live_->current()->find("hello")->doc, "greets");
  folder_.write("requests/a.http", "GET {{hello}}/hello/x\n");
  c = wait([](const Changed& c) { return c.requests; });
  ASSERT_TRUE(c);
  EXPECT_TRUE(c->services.empty());
  EXPECT_EQ(live_->current()->requests().size(), 1u);
}

TEST_F(LiveTest, KeepsTheLastGoodWorkspaceWhileAFileIsBroken) {
  folder_.hello();
  open();
  const auto good = live_->current();
  const std::string text = folder_.read("services/hello.yaml");
  folder_.write("services/hello.yaml", "service: hello\nhttp: {\n");
  auto c = wait([](const Changed& c) { return c.problems; });
  ASSERT_TRUE(c);
  EXPECT_EQ(c->before, c->after);
  EXPECT_EQ(live_->current(), good);
  EXPECT_FALSE(live_->problems().empty());
  folder_.write("services/hello.yaml", text);
  c = wait([](const Changed& c) { return c.problems; });
  ASSERT_TRUE(c);
  EXPECT_TRUE(live_->problems().empty());
}

TEST_F(LiveTest, RefreshLoadsAtOnce) {
  folder_.hello();
  open();
  folder_.write("services/billing.yaml", "service: billing\nhttp: { port: 8085 }\nroutes:\n  - GET /:\n      - echo\n");
  live_->refresh();
  EXPECT_NE(live_->current()->find("billing"), nullptr);
}

TEST(Live, RefusesABrokenFolderWithEveryProblem) {
  Folder f;
  f.write("workspace.yaml", "nam: x\n");
  auto live = LiveWorkspace::open(f.str(), nullptr);
  ASSERT_FALSE(live.ok());
  EXPECT_EQ(live.error().reason(), "BAD_WORKSPACE");
}

}  // namespace
}  // namespace workbench::workspace
