// SQL within the limits of its context: whatever it waits for or does, it ends when the context gives up, and the connections live on.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <future>
#include <latch>
#include <thread>

#include "slipway/data/database.h"
#include "tests/support/eventually.h"
#include "tests/support/folder.h"
#include "tests/support/loop.h"

using namespace slipway;
using namespace slipway::data;
using slipway::context::Cancellation;
using slipway::context::Context;

namespace {

constexpr const char* kEndless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
constexpr const char* kEndlessWrite = "INSERT INTO t SELECT i FROM (WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n)";

// The writer is in a transaction until let go.
class BusyWriter {
 public:
  explicit BusyWriter(Database& db) {
    thread_ = std::thread([this, &db] {
      (void)db.transaction({}, [this](Transaction&) -> Status {
        inside_.count_down();
        go_on_.wait();
        return {};
      });
    });
    inside_.wait();
  }
  ~BusyWriter() {
    go_on_.count_down();
    thread_.join();
  }

 private:
  std::latch inside_{1}, go_on_{1};
  std::thread thread_;
};

// Each in a file, with one reader, and in memory, where the writer reads.
class SqlLimits : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    auto opened = Database::open(GetParam() ? ":memory:" : folder_ / "test.db", {.readers = 1});
    ASSERT_TRUE(opened) << opened.error().to_string();
    db_ = std::move(*opened);
    ASSERT_TRUE(db_->exec_script("CREATE TABLE t (x INTEGER PRIMARY KEY)"));
    // What kinds of statement these are is known from here on.
    ASSERT_FALSE(db_->query(Context().with_timeout(1ms), kEndless));
    ASSERT_TRUE(db_->execute({}, "INSERT INTO t VALUES (1)"));
  }
  std::int64_t count() { return db_->query({}, "SELECT count(*) AS n FROM t")->at(0, "n").as_int(); }
  // Runs an endless read until cancelled: then whoever reads next has to wait.
  std::future<Result<Rows>> read_on(const std::shared_ptr<Cancellation>& until) {
    const auto begin = [this, until] { return std::async(std::launch::async, [this, until] { return db_->query(Context().with_cancellation(until), kEndless); }); };
    if (!GetParam()) {
      const auto before = db_->stats().reads;
      auto reading = begin();
      EXPECT_TRUE(tests::eventually([&] { return db_->stats().reads > before; }));
      return reading;
    }
    // In memory it waits behind a transaction; when it has left the queue, it is what the writer does next.
    std::future<Result<Rows>> reading;
    {
      BusyWriter busy(*db_);
      reading = begin();
      EXPECT_TRUE(tests::eventually([&] { return db_->stats().queued == 1; }));
    }
    EXPECT_TRUE(tests::eventually([&] { return db_->stats().queued == 0; }));
    return reading;
  }

  tests::Folder folder_;
  std::unique_ptr<Database> db_;
};

INSTANTIATE_TEST_SUITE_P(Where, SqlLimits, testing::Values(false, true), [](const auto& info) { return info.param ? "InMemory" : "InAFile"; });

}  // namespace

TEST_P(SqlLimits, AnEndlessReadEndsAtItsDeadlineAndWhenCancelled) {
  EXPECT_EQ(db_->query(Context().with_timeout(20ms), kEndless).error().reason(), "DEADLINE_EXCEEDED");
  auto cancellation = std::make_shared<Cancellation>();
  auto reading = read_on(cancellation);
  cancellation->cancel(client_closed("hung up"));
  EXPECT_EQ(reading.get().error().message(), "hung up");
  EXPECT_EQ(count(), 1);  // the same connection: there is only one
}

TEST_P(SqlLimits, AnEndlessWriteEndsAndIsUndone) {
  EXPECT_EQ(db_->execute(Context().with_timeout(20ms), kEndlessWrite).error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(count(), 1);
  EXPECT_TRUE(db_->execute({}, "INSERT INTO t VALUES (2)"));
}

TEST_P(SqlLimits, AWriteThatIsCutHurtsNoneOfThoseCommittedWithIt) {
  std::vector<std::future<Result<ExecInfo>>> writes;
  {
    BusyWriter busy(*db_);
    const auto queue = [&](const Context& context, const std::string& sql) {
      const auto before = db_->stats().queued;
      writes.push_back(std::async(std::launch::async, [this, context, sql] { return db_->execute(context, sql); }));
      EXPECT_TRUE(tests::eventually([&] { return db_->stats().queued > before; }));
    };
    queue({}, "INSERT INTO t VALUES (2)");
    queue(Context().with_timeout(1s), kEndlessWrite);  // long enough to be queued in
    queue({}, "INSERT INTO t VALUES (3)");
  }
  EXPECT_TRUE(writes[0].get());
  EXPECT_EQ(writes[1].get().error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_TRUE(writes[2].get());
  EXPECT_EQ(count(), 3);
}

TEST_P(SqlLimits, ATransactionThatIsCutIsRolledBack) {
  const Status cut = db_->transaction(Context().with_timeout(50ms), [](Transaction& t) -> Status {
    if (auto s = t.execute("INSERT INTO t VALUES (2)"); !s) return s.error();
    if (auto s = t.execute(kEndlessWrite); !s) return s.error();
    return {};
  });
  EXPECT_EQ(cut.error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(count(), 1);
  // One whose body swallows it is not committed either.
  auto cancellation = std::make_shared<Cancellation>();
  const Status late = db_->transaction(Context().with_cancellation(cancellation), [&](Transaction& t) -> Status {
    auto inserted = t.execute("INSERT INTO t VALUES (2)");
    cancellation->cancel(client_closed("hung up"));
    return inserted ? Status() : Status(inserted.error());
  });
  EXPECT_EQ(late.error().reason(), "CLIENT_CLOSED");
  EXPECT_EQ(count(), 1);
}

TEST_P(SqlLimits, WhoWaitsForAConnectionLeaves) {
  auto cancellation = std::make_shared<Cancellation>();
  auto reading = read_on(cancellation);
  EXPECT_EQ(db_->query(Context().with_timeout(10ms), "SELECT 1").error().reason(), "DEADLINE_EXCEEDED");
  auto mine = std::make_shared<Cancellation>();
  auto waiting = std::async(std::launch::async, [&] { return db_->query(Context().with_cancellation(mine), "SELECT 1"); });
  mine->cancel(client_closed("hung up"));
  EXPECT_EQ(waiting.get().error().reason(), "CLIENT_CLOSED");
  tests::Loop loop;
  EXPECT_EQ(loop.await(db_->query_async(Context().with_timeout(10ms), "SELECT 1")).error().reason(), "DEADLINE_EXCEEDED");
  cancellation->cancel(client_closed("enough"));
  EXPECT_FALSE(reading.get());
  EXPECT_TRUE(db_->query({}, "SELECT 1"));
}

TEST_P(SqlLimits, WhoWaitsInTheQueueOfWritesLeavesAndItNeverRuns) {
  {
    BusyWriter busy(*db_);
    EXPECT_EQ(db_->execute(Context().with_timeout(10ms), "INSERT INTO t VALUES (2)").error().reason(), "DEADLINE_EXCEEDED");
    tests::Loop loop;
    EXPECT_EQ(loop.await(db_->execute_async(Context().with_timeout(10ms), "INSERT INTO t VALUES (3)")).error().reason(), "DEADLINE_EXCEEDED");
    // The body of a transaction refers to what its caller has on the stack.
    {
      bool ran = false;
      const Status left = db_->transaction(Context().with_timeout(10ms), [&ran](Transaction&) -> Status {
        ran = true;
        return {};
      });
      EXPECT_EQ(left.error().reason(), "DEADLINE_EXCEEDED");
      EXPECT_FALSE(ran);
    }
    auto cancellation = std::make_shared<Cancellation>();
    auto waiting = std::async(std::launch::async, [&] {
      return loop.await(db_->transaction_async(Context().with_cancellation(cancellation), [](Transaction& t) -> Status {
        auto inserted = t.execute("INSERT INTO t VALUES (4)");
        return inserted ? Status() : Status(inserted.error());
      }));
    });
    EXPECT_TRUE(tests::eventually([&] { return db_->stats().queued == 4; }));
    cancellation->cancel(client_closed("hung up"));
    EXPECT_EQ(waiting.get().error().reason(), "CLIENT_CLOSED");
  }
  EXPECT_TRUE(db_->execute({}, "INSERT INTO t VALUES (9)"));
  EXPECT_EQ(count(), 2);
}

TEST_P(SqlLimits, AStatementSeenForTheFirstTimeLeavesTheQueueOfWritesToo) {
  BusyWriter busy(*db_);
  tests::Loop loop;
  // A reader has to find out first that it writes.
  EXPECT_EQ(loop.await(db_->query_async(Context().with_timeout(20ms), "INSERT INTO t VALUES (5) RETURNING x")).error().reason(), "DEADLINE_EXCEEDED");
}

TEST(SqlQueue, WhatWasLeftTakesNoRoom) {
  auto db = Database::open(":memory:", {.max_queue = 2});
  ASSERT_TRUE(db);
  ASSERT_TRUE((*db)->exec_script("CREATE TABLE t (x)"));
  BusyWriter busy(**db);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ((*db)->execute(Context().with_timeout(2ms), "INSERT INTO t VALUES (1)").error().reason(), "DEADLINE_EXCEEDED") << i;
}

TEST(SqlFile, WhoWaitsForAnotherProcessLeaves) {
  const tests::Folder folder;
  auto db = Database::open(folder / "a.db", {.busy_timeout = 1h});
  ASSERT_TRUE(db);
  ASSERT_TRUE((*db)->exec_script("CREATE TABLE t (x)"));
  sqlite3* other = nullptr;  // stands for another process: SQLite makes no difference
  ASSERT_EQ(sqlite3_open((folder / "a.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ((*db)->execute(Context().with_timeout(20ms), "INSERT INTO t VALUES (1)").error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_EQ((*db)->transaction(Context().with_timeout(20ms), [](Transaction&) { return Status(); }).error().reason(), "DEADLINE_EXCEEDED");
  ASSERT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  EXPECT_TRUE((*db)->execute({}, "INSERT INTO t VALUES (1)"));
}

TEST(SqlFile, AnotherProcessIsWaitedForAsLongAsWasSaid) {
  const tests::Folder folder;
  auto db = Database::open(folder / "a.db", {.busy_timeout = 30ms});
  ASSERT_TRUE(db);
  ASSERT_TRUE((*db)->exec_script("CREATE TABLE t (x)"));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open((folder / "a.db").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ((*db)->execute({}, "INSERT INTO t VALUES (1)").error().reason(), "DB_BUSY");
  sqlite3_close(other);
  EXPECT_TRUE((*db)->execute({}, "INSERT INTO t VALUES (1)"));
}
