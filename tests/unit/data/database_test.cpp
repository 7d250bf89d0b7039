#include "slipway/data/database.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/support/folder.h"
#include "tests/support/loop.h"

using namespace slipway;
using namespace slipway::data;
using slipway::context::Cancellation;
using slipway::context::Context;

namespace {

class DatabaseTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    auto opened = Database::open(GetParam() ? ":memory:" : folder_ / "test.db");
    ASSERT_TRUE(opened) << opened.error().to_string();
    db_ = std::move(*opened);
    ASSERT_TRUE(
        db_->exec_script("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT UNIQUE, x REAL, b BLOB);"));
  }
  std::int64_t count() { return db_->query({}, "SELECT count(*) AS n FROM t")->at(0, "n").as_int(); }
  tests::Folder folder_;
  std::unique_ptr<Database> db_;
};

INSTANTIATE_TEST_SUITE_P(Where, DatabaseTest, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "InMemory" : "InAFile"; });

// Keeps the writer busy until let go.
class BusyWriter {
 public:
  explicit BusyWriter(Database& db) {
    thread_ = std::thread([this, &db] {
      (void)db.transaction({}, [this](Transaction&) -> Status {
        inside_.set_value();
        go_on_.get_future().wait();
        return {};
      });
    });
    inside_.get_future().wait();
  }
  void let_go() {
    go_on_.set_value();
    thread_.join();
  }

 private:
  std::promise<void> inside_, go_on_;
  std::thread thread_;
};

}  // namespace

TEST_P(DatabaseTest, ReadsBackEveryKindOfValue) {
  const auto done = db_->execute({}, "INSERT INTO t (name, x, b) VALUES (?, ?, ?)", {"é\"'", 1.5, nullptr});
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(done->changes, 1);
  EXPECT_EQ(done->last_id, 1);
  const auto rows = db_->query({}, "SELECT id, name, x, b, ? AS list, ? AS yes FROM t WHERE name = ?",
                               {Value::array({1, 2}), true, "é\"'"});
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_EQ(rows->to_value(),
            Value::array({Value::object(
                {{"id", 1}, {"name", "é\"'"}, {"x", 1.5}, {"b", nullptr}, {"list", "[1,2]"}, {"yes", 1}})}));
  EXPECT_EQ(rows->columns.front(), "id");
  EXPECT_TRUE(rows->at(3, "id").is_null());
  EXPECT_TRUE(rows->at(0, "nope").is_null());
}

TEST_P(DatabaseTest, ParametersAreNeverPartOfTheStatement) {
  const std::string evil = "x'); DROP TABLE t; --";
  ASSERT_TRUE(db_->execute({}, "INSERT INTO t (name) VALUES (?)", {evil}));
  EXPECT_EQ(db_->query({}, "SELECT name FROM t")->at(0, "name").as_string(), evil);
}

TEST_P(DatabaseTest, ReturningGivesRowsThroughQueryAndExecute) {
  const auto rows = db_->query({}, "INSERT INTO t (name) VALUES (?), (?) RETURNING id, name", {"a", "b"});
  ASSERT_TRUE(rows) << rows.error().to_string();
  EXPECT_EQ(rows->size(), 2u);
  const auto gone = db_->execute({}, "DELETE FROM t WHERE name = ? RETURNING id", {"a"});
  EXPECT_EQ(gone->changes, 1);
  EXPECT_EQ(gone->returned.at(0, "id").as_int(), 1);
  EXPECT_EQ(db_->execute({}, "DELETE FROM t WHERE name = 'none'")->changes, 0);
}

TEST_P(DatabaseTest, ErrorsSayWhatButKeepTheSchemaInside) {
  const auto wrong = db_->query({}, "SELECT nope FROM secret_table");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().reason(), "SQL_ERROR");
  EXPECT_EQ(wrong.error().to_json().find("secret_table"), std::string::npos);
  EXPECT_NE(wrong.error().to_string().find("no such table: secret_table"), std::string::npos);

  ASSERT_TRUE(db_->execute({}, "INSERT INTO t (name) VALUES ('a')"));
  const auto twice = db_->execute({}, "INSERT INTO t (name) VALUES ('a')");
  EXPECT_EQ(twice.error().code(), 409);
  EXPECT_EQ(twice.error().reason(), "DB_CONSTRAINT");

  EXPECT_NE(db_->query({}, "SELECT ? + ?", {1}).error().to_string().find("takes 2 parameters, 1 were given"),
            std::string::npos);
  EXPECT_NE(
      db_->execute({}, "DELETE FROM t; DELETE FROM t").error().to_string().find("one statement at a time"),
      std::string::npos);
  EXPECT_NE(db_->query({}, "  ").error().to_string().find("empty"), std::string::npos);
  EXPECT_NE(db_->execute({}, "BEGIN").error().to_string().find("transaction()"), std::string::npos);
  EXPECT_FALSE(db_->query({}, "SELECT \"no_such_column\" FROM t"));
}

TEST_P(DatabaseTest, TransactionCommitsAllOrNothing) {
  ASSERT_TRUE(db_->transaction({}, [](Transaction& tx) -> Status {
    if (auto a = tx.execute("INSERT INTO t (name) VALUES ('a')"); !a) return a.error();
    return tx.query("SELECT count(*) AS n FROM t")->at(0, "n") == Value(1)
               ? Status()
               : Status(internal_error("not seen inside"));
  }));
  EXPECT_EQ(count(), 1);

  const Status refused = db_->transaction({}, [](Transaction& tx) -> Status {
    (void)tx.execute("DELETE FROM t");
    return conflict("changed my mind", "MINE");
  });
  EXPECT_EQ(refused.error().reason(), "MINE");
  EXPECT_EQ(count(), 1);

  const Status threw = db_->transaction({}, [](Transaction& tx) -> Status {
    (void)tx.execute("DELETE FROM t");
    throw std::runtime_error("secret");
  });
  EXPECT_EQ(threw.error().reason(), "DB_BODY");
  EXPECT_EQ(threw.error().to_json().find("secret"), std::string::npos);
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, CallingTheDatabaseFromInsideATransactionIsAnErrorNotADeadlock) {
  Status inner;
  ASSERT_TRUE(db_->transaction({}, [&](Transaction&) -> Status {
    auto r = db_->execute({}, "INSERT INTO t (name) VALUES ('a')");
    inner = r ? Status() : Status(r.error());
    return {};
  }));
  EXPECT_EQ(inner.error().reason(), "DB_REENTERED");
}

TEST_P(DatabaseTest, WritesThatQueueUpAreCommittedTogetherAndFailAlone) {
  BusyWriter busy(*db_);
  std::vector<std::future<Result<ExecInfo>>> writes;
  for (int i = 0; i < 50; ++i) {
    const std::string name = i == 20 ? "n5" : "n" + std::to_string(i);  // one breaks the UNIQUE
    writes.push_back(std::async(std::launch::async, [this, name] {
      return db_->execute({}, "INSERT INTO t (name) VALUES (?)", {name});
    }));
  }
  while (db_->stats().queued < 50) std::this_thread::yield();
  const auto before = db_->stats();
  busy.let_go();
  int failed = 0;
  for (auto& w : writes) failed += w.get() ? 0 : 1;
  EXPECT_EQ(failed, 1);
  const auto after = db_->stats();
  EXPECT_EQ(count(), 49);
  EXPECT_EQ(after.largest_group, 50u);
  EXPECT_EQ(after.commits - before.commits, 2u);  // the busy one, and the group
}

TEST_P(DatabaseTest, AFailureThatRollsTheGroupBackHurtsNobodyElse) {
  BusyWriter busy(*db_);
  std::vector<std::future<Result<ExecInfo>>> writes;
  const auto write = [&](std::string sql) {
    const auto queued = db_->stats().queued;
    writes.push_back(std::async(std::launch::async, [this, sql] { return db_->execute({}, sql); }));
    while (db_->stats().queued == queued) std::this_thread::yield();
  };
  write("INSERT INTO t (id, name) VALUES (1, 'a')");
  write("INSERT OR ROLLBACK INTO t (id, name) VALUES (1, 'b')");
  write("INSERT INTO t (id, name) VALUES (2, 'c')");
  busy.let_go();
  EXPECT_TRUE(writes[0].get());
  EXPECT_EQ(writes[1].get().error().reason(), "DB_CONSTRAINT");
  EXPECT_TRUE(writes[2].get());
  EXPECT_EQ(count(), 2);
}

TEST_P(DatabaseTest, AFullQueueRefusesAndACancelledWriteIsSkipped) {
  auto opened = Database::open(GetParam() ? ":memory:" : folder_ / "small.db", {.max_queue = 1});
  ASSERT_TRUE(opened);
  Database& db = **opened;
  ASSERT_TRUE(db.exec_script("CREATE TABLE t (x)"));
  // Both statements' kinds are known before the writer is held up.
  ASSERT_TRUE(db.execute({}, "INSERT INTO t VALUES (1)"));
  BusyWriter busy(db);
  auto cancellation = std::make_shared<Cancellation>();
  auto waiting = std::async(std::launch::async, [&] {
    return db.execute(Context().with_cancellation(cancellation), "INSERT INTO t VALUES (1)");
  });
  while (db.stats().queued < 1) std::this_thread::yield();
  EXPECT_EQ(db.execute({}, "INSERT INTO t VALUES (1)").error().reason(), "DB_OVERLOADED");
  cancellation->cancel(client_closed("went away"));
  busy.let_go();
  EXPECT_EQ(waiting.get().error().reason(), "CLIENT_CLOSED");
  EXPECT_EQ(db.query({}, "SELECT * FROM t")->size(), 1u);
}

TEST_P(DatabaseTest, PassedDeadlineRunsNothing) {
  const Context late = Context().with_deadline(Clock::system().now() - 1s);
  EXPECT_EQ(db_->execute(late, "INSERT INTO t (name) VALUES ('a')").error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(db_->query(late, "SELECT 1").error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(count(), 0);
}

TEST_P(DatabaseTest, SuspendedStatementsResumeWhereTheyBegan) {
  tests::Loop loop;
  const auto work = [](Database& db, tests::Loop& home) -> Task<std::string> {
    auto done = co_await db.execute_async({}, "INSERT INTO t (name) VALUES (?)", parameters("a"));
    if (!done || !home.is_current()) co_return "insert";
    auto rows = co_await db.query_async({}, "SELECT name FROM t WHERE id = ?", parameters(done->last_id));
    if (!rows || !home.is_current()) co_return "select";
    auto back = co_await db.query_async({}, "DELETE FROM t RETURNING name");
    if (!back || back->size() != 1) co_return "returning";
    Status status = co_await db.transaction_async({}, [](Transaction& tx) -> Status {
      auto r = tx.execute("INSERT INTO t (name) VALUES ('tx')");
      return r ? Status() : Status(r.error());
    });
    if (!status || !home.is_current()) co_return "transaction";
    auto wrong = co_await db.query_async({}, "SELECT * FROM nothing");
    if (wrong) co_return "wrong";
    co_return rows->at(0, "name").as_string();
  };
  EXPECT_EQ(loop.await(work(*db_, loop)), "a");
  EXPECT_EQ(count(), 1);
}

TEST_P(DatabaseTest, ScriptIsAllOrNothingAndErrorsNameFileLineAndColumn) {
  const std::string script =
      "-- schema\nCREATE TABLE a (x);\n\nINSERT INTO a VALUES (1);\nINSERT INTO a\n  VALUS (2);\n";
  const auto status = db_->exec_file(folder_.write("schema.sql", script));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().to_string(), folder_ / "schema.sql" + ":6:3: near \"VALUS\": syntax error");
  EXPECT_FALSE(db_->query({}, "SELECT * FROM a"));
  ASSERT_TRUE(db_->exec_script("CREATE TABLE a (x); INSERT INTO a VALUES ('a;b'); -- the end"));
  EXPECT_EQ(db_->query({}, "SELECT * FROM a")->at(0, "x").as_string(), "a;b");
  EXPECT_EQ(db_->exec_file(folder_ / "none.sql").error().reason(), "FILE_UNREADABLE");
}

TEST_P(DatabaseTest, KnowsWhichStatementsOnlyRead) {
  EXPECT_TRUE(db_->reads_only("SELECT * FROM t"));
  EXPECT_FALSE(db_->reads_only("INSERT INTO t (name) VALUES ('a') RETURNING id"));
  EXPECT_FALSE(db_->reads_only("SELECT * FROM later"));
  ASSERT_TRUE(db_->exec_script("CREATE TABLE later (x)"));
  EXPECT_TRUE(db_->reads_only("SELECT * FROM later"));
}

TEST_P(DatabaseTest, ForeignKeysHold) {
  ASSERT_TRUE(db_->exec_script("CREATE TABLE child (t REFERENCES t(id))"));
  EXPECT_EQ(db_->execute({}, "INSERT INTO child VALUES (99)").error().reason(), "DB_CONSTRAINT");
}

TEST_P(DatabaseTest, MoreStatementsThanTheCacheHoldsStillWork) {
  auto opened = Database::open(":memory:", {.statement_cache = 2});
  ASSERT_TRUE(opened);
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 10; ++i)
      EXPECT_EQ((*opened)->query({}, "SELECT " + std::to_string(i) + " AS n")->at(0, "n").as_int(), i);
}

TEST(Database, ReadsGoOnWhileAWriteIsUnderWay) {
  const tests::Folder folder;
  auto db = Database::open(folder / "a.db");
  ASSERT_TRUE(db);
  ASSERT_TRUE((*db)->exec_script("CREATE TABLE t (x)"));
  BusyWriter busy(**db);
  EXPECT_EQ((*db)->query({}, "SELECT count(*) AS n FROM t")->at(0, "n").as_int(), 0);
  busy.let_go();
}

TEST(Database, ALongReadIsInterruptedAtTheDeadline) {
  const tests::Folder folder;
  auto db = Database::open(folder / "a.db");
  ASSERT_TRUE(db);
  const auto rows = (*db)->query(Context().with_timeout(30ms),
                                 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                                 "1000000000) SELECT sum(i) FROM n");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().reason(), "DEADLINE_EXCEEDED");
  EXPECT_TRUE((*db)->query({}, "SELECT 1"));
}

TEST(Database, WhatWasAcknowledgedIsThereAfterReopening) {
  const tests::Folder folder;
  for (const auto durability : {Durability::Normal, Durability::Full}) {
    const std::string path = folder / (durability == Durability::Full ? "full.db" : "normal.db");
    {
      auto db = Database::open(path, {.durability = durability});
      ASSERT_TRUE(db);
      ASSERT_TRUE((*db)->exec_script("CREATE TABLE t (x)"));
      ASSERT_TRUE((*db)->execute({}, "INSERT INTO t VALUES (7)"));
    }
    auto again = Database::open(path);
    ASSERT_TRUE(again);
    EXPECT_EQ((*again)->query({}, "SELECT x FROM t")->at(0, "x").as_int(), 7);
  }
}

TEST(Database, AFileThatIsNoDatabaseAndAMissingFolderAreClear) {
  const tests::Folder folder;
  const auto text = Database::open(folder.write("a.db", std::string(4096, 'x')));
  ASSERT_FALSE(text);
  EXPECT_NE(text.error().to_string().find("is it an SQLite file?"), std::string::npos);
  const auto missing = Database::open(folder / "no/such/a.db");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message().find("does not exist: create it"), std::string::npos);
}

TEST(QuoteIdentifier, DoublesQuotesAndRefusesNothing) {
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
  EXPECT_THROW(quote_identifier(""), std::logic_error);
}
