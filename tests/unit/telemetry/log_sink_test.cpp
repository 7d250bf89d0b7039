// Console and file sinks on real pipes and files.
#include "slipway/telemetry/log_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

#include "slipway/telemetry/log_repeat.h"
#include "tests/support/folder.h"

namespace slipway::telemetry {
namespace {

namespace fs = std::filesystem;

std::string content(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++n;
  return n;
}

struct Pipe {
  Pipe() { EXPECT_EQ(pipe(ends), 0); }
  ~Pipe() {
    close_writer();
    close(ends[0]);
  }
  void close_writer() {
    if (ends[1] >= 0) close(ends[1]);
    ends[1] = -1;
  }
  std::string rest() {
    close_writer();
    std::string out;
    char buffer[4096];
    for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) out.append(buffer, static_cast<std::size_t>(n));
    return out;
  }
  int ends[2];
};

TEST(ConsoleSink, HasWrittenEverythingWhenItIsGone) {
  Pipe pipe;
  {
    Log log;
    log.add_sink(console_sink(LogFormat::Json, pipe.ends[1]));
    log.logger("a").info("one");
    log.logger("a").info("two");
  }
  const std::string out = pipe.rest();
  EXPECT_NE(out.find("\"message\":\"one\""), std::string::npos);
  EXPECT_NE(out.find("\"message\":\"two\""), std::string::npos);
}

// Nobody reads the pipe: once it is full the writer hangs in it, the queue fills, and log calls still return.
TEST(ConsoleSink, NeverMakesALogCallWaitAndTellsWhatItDropped) {
  Pipe pipe;
  const int size = fcntl(pipe.ends[1], F_SETPIPE_SZ, 4096);
  ASSERT_GT(size, 0);
  QueueOptions options;
  options.most_waiting = 10;
  Log log;
  auto sink = console_sink(options, pipe.ends[1]);
  log.add_sink(sink);
  const int lines = size / 1000 + 100;
  for (int i = 0; i < lines; ++i) log.logger("a").info(std::string(1000, 'x'));
  const auto dropped = sink->counts().dropped;
  EXPECT_GE(dropped, 1u);
  EXPECT_LT(dropped, static_cast<std::uint64_t>(lines));

  auto reader = std::async(std::launch::async, [&pipe] {
    std::string got;
    char buffer[4096];
    for (ssize_t n; (n = read(pipe.ends[0], buffer, sizeof buffer)) > 0;) got.append(buffer, static_cast<std::size_t>(n));
    return got;
  });
  sink->flush();
  EXPECT_EQ(sink->counts().dropped, dropped);
  EXPECT_EQ(sink->counts().failed, 0u);
  log.remove_sink(sink.get());
  sink.reset();
  pipe.close_writer();
  const std::string out = reader.get();
  std::uint64_t told = 0;
  const std::string what = " lines were dropped: they came faster than they could be written";
  for (std::size_t at = 0; (at = out.find(what, at)) != std::string::npos; ++at) told += static_cast<std::uint64_t>(std::atoi(out.c_str() + out.rfind(' ', at - 1) + 1));
  EXPECT_EQ(told, dropped);
  EXPECT_EQ(count(out, "x\n"), static_cast<std::size_t>(lines) - dropped);
}

FileOptions in(const tests::Folder& folder) {
  FileOptions o;
  o.path = folder.path() + "/logs/orders.log";
  return o;
}

TEST(FileSink, MakesItsFolderAndAppends) {
  tests::Folder folder;
  for (const char* text : {"one", "two"}) {
    Log log;
    auto sink = file_sink(in(folder));
    ASSERT_TRUE(sink.ok()) << sink.error().to_string();
    log.add_sink(*sink);
    log.logger("a").info(text);
  }
  const std::string all = content(in(folder).path);
  EXPECT_NE(all.find("  one\n"), std::string::npos) << all;
  EXPECT_NE(all.find("  two\n"), std::string::npos) << all;
  struct stat s {};
  ASSERT_EQ(stat(in(folder).path.c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 07, 0u) << "not for everybody's eyes";
}

TEST(FileSink, RotatesBySizeKeepsSoManyAndCutsNoLine) {
  tests::Folder folder;
  FileOptions o = in(folder);
  o.max_size = 1000;
  o.backups = 2;
  Log log;
  auto sink = file_sink(o);
  ASSERT_TRUE(sink.ok());
  log.add_sink(*sink);
  for (int i = 0; i < 100; ++i) log.logger("a").info("line", "number", i);
  (*sink)->flush();
  EXPECT_EQ((*sink)->counts().written, 100u);
  std::vector<int> numbers;
  for (const std::string& path : {o.path + ".2", o.path + ".1", o.path}) {
    const std::string text = content(path);
    EXPECT_LE(text.size(), 1000u) << path;
    EXPECT_TRUE(text.ends_with('\n')) << path;
    for (std::size_t at = 0; (at = text.find("number=", at)) != std::string::npos; ++at) numbers.push_back(std::atoi(text.c_str() + at + 7));
  }
  EXPECT_FALSE(fs::exists(o.path + ".3"));
  ASSERT_GT(numbers.size(), 20u);
  for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], 100 - static_cast<int>(numbers.size() - i)) << "the newest lines, in order";
}

TEST(FileSink, ALineLongerThanAFileGetsOneOfItsOwn) {
  tests::Folder folder;
  FileOptions o = in(folder);
  o.max_size = 200;
  Log log;
  auto sink = file_sink(o);
  ASSERT_TRUE(sink.ok());
  log.add_sink(*sink);
  log.logger("a").info("before");
  log.logger("a").info(std::string(500, 'x'));
  log.logger("a").info("after");
  (*sink)->flush();
  EXPECT_NE(content(o.path).find("after"), std::string::npos);
  EXPECT_EQ(count(content(o.path + ".1"), "x"), 500u);
  EXPECT_NE(content(o.path + ".2").find("before"), std::string::npos);
}

TEST(FileSink, WithoutBackupsAFullFileIsDeleted) {
  tests::Folder folder;
  FileOptions o = in(folder);
  o.max_size = 200;
  o.backups = 0;
  Log log;
  auto sink = file_sink(o);
  ASSERT_TRUE(sink.ok());
  log.add_sink(*sink);
  for (int i = 0; i < 20; ++i) log.logger("a").info("line");
  (*sink)->flush();
  EXPECT_LE(fs::file_size(o.path), 200u);
  EXPECT_FALSE(fs::exists(o.path + ".1"));
}

TEST(FileSink, BeginsANewFileAtMidnight) {
  tests::Folder folder;
  ManualClock clock;
  FileOptions o = in(folder);
  o.daily = true;
  o.queue.clock = &clock;
  Log log(clock);
  auto sink = file_sink(o);
  ASSERT_TRUE(sink.ok());
  log.add_sink(*sink);
  log.logger("a").info("today");
  (*sink)->flush();
  log.logger("a").info("still today");
  (*sink)->flush();
  EXPECT_FALSE(fs::exists(o.path + ".1"));
  clock.advance(24h);
  log.logger("a").info("tomorrow");
  (*sink)->flush();
  EXPECT_NE(content(o.path).find("tomorrow"), std::string::npos);
  EXPECT_EQ(content(o.path).find("today\n"), std::string::npos);
  EXPECT_NE(content(o.path + ".1").find("still today"), std::string::npos);
}

TEST(FileSink, AFileThatWasMovedAwayIsMadeAnew) {
  tests::Folder folder;
  const FileOptions o = in(folder);
  Log log;
  auto sink = file_sink(o);
  ASSERT_TRUE(sink.ok());
  log.add_sink(*sink);
  log.logger("a").info("one");
  (*sink)->flush();
  fs::rename(o.path, o.path + ".moved");
  log.logger("a").info("two");
  (*sink)->flush();
  EXPECT_NE(content(o.path + ".moved").find("one"), std::string::npos);
  EXPECT_NE(content(o.path).find("two"), std::string::npos);
}

TEST(FileSink, WhatCannotBeWrittenIsCountedAndTold) {
  FileOptions full;
  full.path = "/dev/full";
  auto sink = file_sink(full);
  ASSERT_TRUE(sink.ok()) << sink.error().to_string();
  Log log;
  log.add_sink(*sink);
  log.logger("a").info("lost");
  (*sink)->flush();
  EXPECT_EQ((*sink)->counts().failed, 1u);
  EXPECT_EQ((*sink)->counts().written, 0u);
}

TEST(FileSink, APathThatCannotBeOpenedIsAnError) {
  tests::Folder folder;
  FileOptions o;
  o.path = folder.path();
  auto sink = file_sink(o);
  ASSERT_FALSE(sink.ok());
  EXPECT_EQ(sink.error().reason(), "LOG_FILE");
  EXPECT_TRUE(sink.error().message().starts_with("opening the log file " + o.path + ": ")) << sink.error().message();
}

TEST(FileSink, RepeatsAreWrittenOnceAndThenCounted) {
  tests::Folder folder;
  ManualClock clock;
  FileOptions o = in(folder);
  o.queue.repeats = 5s;
  o.queue.clock = &clock;
  Log log(clock);
  {
    auto sink = file_sink(o);
    ASSERT_TRUE(sink.ok());
    log.add_sink(*sink);
    for (int i = 0; i < 13; ++i) log.logger("a").warning("pricing is down", "try", i);
    log.logger("a").warning("inventory is down");
    (*sink)->flush();
    EXPECT_EQ(count(content(o.path), "pricing is down"), 1u);
    clock.advance(5s);
    (*sink)->flush();
    EXPECT_EQ(count(content(o.path), "pricing is down (repeated 12 times)  try=12\n"), 1u) << content(o.path);
    EXPECT_EQ((*sink)->counts().repeated, 12u);
    log.logger("a").warning("pricing is down", "try", 13);
    log.remove_sink(sink->get());
  }
  EXPECT_EQ(count(content(o.path), "pricing is down (repeated once)  try=13\n"), 1u) << "told at the end\n" << content(o.path);
  EXPECT_EQ(count(content(o.path), "inventory is down"), 1u);
}

TEST(RepeatFilter, ALineThatCameBackAfterTheWindowIsNew) {
  ManualClock clock;
  RepeatFilter filter(1s, 2);
  LogLine line;
  line.text = "a";
  EXPECT_TRUE(filter.passes(line, clock.now()));
  EXPECT_FALSE(filter.passes(line, clock.now()));
  line.operation = "GET /";
  EXPECT_TRUE(filter.passes(line, clock.now())) << "another operation";
  line.text = "b";
  EXPECT_TRUE(filter.passes(line, clock.now())) << "more lines than are watched pass";
  EXPECT_TRUE(filter.passes(line, clock.now()));
  clock.advance(1s);
  EXPECT_EQ(filter.due(clock.now()).size(), 1u);
  clock.advance(1s);
  EXPECT_TRUE(filter.due(clock.now()).empty());
  EXPECT_EQ(filter.next(), TimePoint::max());
  line.operation.clear();
  line.text = "a";
  EXPECT_TRUE(filter.passes(line, clock.now()));
}

TEST(FileSink, ManyThreadsLoseNothing) {
  tests::Folder folder;
  FileOptions o = in(folder);
  o.max_size = 20'000;
  o.backups = 100;
  o.queue.most_waiting = 100'000;
  Log log;
  auto sink = file_sink(o);
  ASSERT_TRUE(sink.ok());
  log.add_sink(*sink);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&log, t] {
      Logger& logger = log.logger("t" + std::to_string(t));
      for (int i = 0; i < 500; ++i) {
        logger.info("line", "i", i);
        if (i % 100 == 0) log.set_level(Level::Info);
      }
    });
  for (auto& t : threads) t.join();
  (*sink)->flush();
  EXPECT_EQ((*sink)->counts().written, 2000u);
  std::size_t lines = 0;
  for (const auto& entry : fs::directory_iterator(fs::path(o.path).parent_path())) lines += count(content(entry.path().string()), "\n");
  EXPECT_EQ(lines, 2000u);
}

}  // namespace
}  // namespace slipway::telemetry
