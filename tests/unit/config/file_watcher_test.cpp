#include "slipway/config/file_watcher.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>

#include "slipway/config/atomic_file.h"

namespace {

using namespace slipway;
using namespace slipway::config;
namespace fs = std::filesystem;

class FileWatcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("slipway-watch-" + std::to_string(::getpid()) + "-" +
                                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override {
    watcher_.reset();
    fs::remove_all(folder_);
  }
  void start() {
    watcher_ = std::make_unique<FileWatcher>(FileWatcher::Options{5ms, 50ms}, [this](const std::vector<std::string>& paths) {
      std::lock_guard lock(mutex_);
      for (const auto& p : paths) seen_.insert(fs::path(p).filename().string());
      cv_.notify_all();
    });
  }
  // Waits until `name` was reported, and forgets it.
  bool reported(const std::string& name) {
    std::unique_lock lock(mutex_);
    return cv_.wait_for(lock, 20s, [&] { return seen_.contains(name); }) && seen_.erase(name);
  }
  bool nothing_else() {
    std::lock_guard lock(mutex_);
    return seen_.empty();
  }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  void plain_write(const std::string& name, const std::string& text) { std::ofstream(at(name)) << text; }

  fs::path folder_;
  std::unique_ptr<FileWatcher> watcher_;
  std::mutex mutex_;
  std::condition_variable cv_;
  std::set<std::string> seen_;
};

TEST_F(FileWatcherTest, SeesWritesReplacementsRemovalAndReturn) {
  plain_write("a.yaml", "1");
  start();
  ASSERT_TRUE(watcher_->add(at("a.yaml")).ok());
  plain_write("a.yaml", "2");
  EXPECT_TRUE(reported("a.yaml"));
  ASSERT_TRUE(write_file(at("a.yaml"), "3").ok());  // temporary file and rename, as editors do
  EXPECT_TRUE(reported("a.yaml"));
  fs::remove(at("a.yaml"));
  EXPECT_TRUE(reported("a.yaml"));
  plain_write("a.yaml", "4");
  EXPECT_TRUE(reported("a.yaml"));
}

TEST_F(FileWatcherTest, SameBytesAndOtherFilesAreNoChange) {
  plain_write("a.yaml", "1");
  plain_write("b.yaml", "1");
  start();
  ASSERT_TRUE(watcher_->add(at("a.yaml")).ok());
  ASSERT_TRUE(watcher_->add(at("b.yaml")).ok());
  plain_write("a.yaml", "1");
  plain_write(".a.yaml.swp", "x");
  plain_write("a.yaml~", "x");
  plain_write("b.yaml", "2");
  EXPECT_TRUE(reported("b.yaml"));
  EXPECT_TRUE(nothing_else());
}

TEST_F(FileWatcherTest, KnownContentIsNotReported) {
  plain_write("a.yaml", "1");
  plain_write("b.yaml", "1");
  start();
  ASSERT_TRUE(watcher_->add(at("b.yaml")).ok());
  plain_write("a.yaml", "2");
  ASSERT_TRUE(watcher_->add(at("a.yaml")).ok());
  ASSERT_TRUE(write_file(at("a.yaml"), "2").ok());
  watcher_->known(at("a.yaml"));
  plain_write("b.yaml", "2");
  EXPECT_TRUE(reported("b.yaml"));
  EXPECT_TRUE(nothing_else());
}

TEST_F(FileWatcherTest, FollowsAFolderThatAppearsLater) {
  start();
  ASSERT_TRUE(watcher_->add(at("later/deep/a.yaml")).ok());
  fs::create_directories(folder_ / "later" / "deep");
  plain_write("later/deep/a.yaml", "1");
  EXPECT_TRUE(reported("a.yaml"));
  plain_write("later/deep/a.yaml", "2");
  EXPECT_TRUE(reported("a.yaml"));
}

TEST_F(FileWatcherTest, SeesAKubernetesLinkSwapOnce) {
  fs::create_directories(folder_ / "..v1");
  plain_write("..v1/service.toml", "a = 1");
  fs::create_directory_symlink("..v1", folder_ / "..data");
  fs::create_symlink("..data/service.toml", folder_ / "service.toml");
  start();
  ASSERT_TRUE(watcher_->add(at("service.toml")).ok());
  for (const std::string version : {"..v2", "..v3"}) {
    fs::create_directories(folder_ / version);
    plain_write(version + "/service.toml", "a = '" + version + "'");
    fs::create_directory_symlink(version, folder_ / "..data_tmp");
    fs::rename(folder_ / "..data_tmp", folder_ / "..data");
    EXPECT_TRUE(reported("service.toml")) << version;
  }
}

TEST_F(FileWatcherTest, FollowsATreeWithNewFoldersAndFiles) {
  fs::create_directories(folder_ / "requests");
  plain_write("requests/a.http", "1");
  start();
  ASSERT_TRUE(watcher_->add_tree(folder_.string(), [](const std::string& path) { return path.ends_with(".http"); }).ok());
  plain_write("requests/a.http", "2");
  EXPECT_TRUE(reported("a.http"));
  fs::create_directories(folder_ / "requests" / "new");
  plain_write("requests/new/b.http", "1");
  EXPECT_TRUE(reported("b.http"));
  plain_write("requests/new/note.txt", "1");
  fs::remove(at("requests/new/b.http"));
  EXPECT_TRUE(reported("b.http"));
  EXPECT_TRUE(nothing_else());
}

}  // namespace
