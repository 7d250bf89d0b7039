#include "slipway/data/statement_notes.h"

#include <gtest/gtest.h>

#include "slipway/data/database.h"

using namespace slipway;
using namespace slipway::data;

TEST(StatementTitle, IsVerbAndTable) {
  EXPECT_EQ(statement_title("select * from orders where id = ?"), "SELECT orders");
  EXPECT_EQ(statement_title("INSERT INTO \"odd name\" (a) VALUES ('from x')"), "INSERT odd name");
  EXPECT_EQ(statement_title("INSERT OR IGNORE INTO stock VALUES (1)"), "INSERT stock");
  EXPECT_EQ(statement_title("UPDATE stock SET n = 1"), "UPDATE stock");
  EXPECT_EQ(statement_title("/* why */ DELETE FROM t -- from x"), "DELETE t");
  EXPECT_EQ(statement_title("CREATE TABLE IF NOT EXISTS a (x)"), "CREATE a");
  EXPECT_EQ(statement_title("SELECT 1"), "SELECT");
  EXPECT_EQ(statement_title(""), "SQL");
  EXPECT_EQ(statement_title("SELECT 'unclosed from"), "SELECT");
}

TEST(SqlSpans, AStatementIsASpanOfItsCall) {
  auto db = Database::open(":memory:");
  ASSERT_TRUE(db);
  ASSERT_TRUE((*db)->exec_script("CREATE TABLE orders (x UNIQUE)"));
  telemetry::CallTrace trace;
  context::TraceIdentity identity{{1, 2}, 3, true};
  trace.begin(identity, 0, telemetry::intern("orders"), telemetry::intern("GET /"));
  context::Context context;
  context.set_call_trace(&trace);
  ASSERT_TRUE((*db)->execute(context, "INSERT INTO orders VALUES (?)", {1}));
  ASSERT_FALSE((*db)->execute(context, "INSERT INTO orders VALUES (?)", {1}));
  ASSERT_EQ(trace.size(), 2u);
  EXPECT_EQ(telemetry::name_of(trace.span(0).name), "INSERT orders");
  EXPECT_EQ(trace.span(0).kind, telemetry::SpanKind::Sql);
  EXPECT_EQ(trace.span(0).status, telemetry::SpanStatus::Ok);
  EXPECT_GE(trace.span(0).end, trace.span(0).start);
  EXPECT_EQ(trace.span(1).status, telemetry::SpanStatus::Error);
  bool statement = false;
  for (const auto& a : trace.attributes())
    statement = statement || a.value == "INSERT INTO orders VALUES (?)";
  EXPECT_TRUE(statement);
}
