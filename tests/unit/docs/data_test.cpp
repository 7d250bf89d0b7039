// The C++ of docs/guide/data.md, compiled and run over the schema that stands there. Every block there stands here, line for line.
#include <gtest/gtest.h>

#include "slipway/data/database.h"
#include "slipway/http/client.h"
#include "slipway/http/typed.h"
#include "tests/support/folder.h"
#include "tests/support/guide.h"

using namespace slipway;

namespace {

// The ```sql block of the page.
std::string schema_of_the_page() {
  const std::string page = tests::text_of("docs/guide/data.md");
  const auto from = page.find("```sql\n") + 7;
  return page.substr(from, page.find("```", from) - from);
}

TEST(GuideToData, StatementsAndTransactions) {
  tests::Folder folder;
  const std::string schema = folder.write("schema.sql", schema_of_the_page());
  context::Context context;
  auto opened = data::Database::open(folder / "stock.db");        // made when it is not there
  if (!opened) FAIL() << opened.error().message();                // DB_OPEN, with what to do
  data::Database& db = **opened;
  if (auto s = db.exec_file(schema); !s) FAIL() << s.error().to_string();   // "schema.sql:2:14: near …"

  auto saved = db.execute(context, "INSERT INTO stock (sku, qty) VALUES (?, ?)", {"A-1", 3});
  EXPECT_EQ(saved->changes, 1);                                   // last_id is the id of the row
  auto rows = db.query(context, "SELECT sku, qty FROM stock WHERE qty >= ?", {1});
  EXPECT_EQ(rows->at(0, "qty").as_int(), 3);
  EXPECT_EQ(rows->to_value().to_text(), R"([{"sku":"A-1","qty":3}])");
  EXPECT_TRUE(db.execute(context, "INSERT INTO stock VALUES (?, ?)", {"A-1", 1}).error().is(409, "DB_CONSTRAINT"));
  EXPECT_EQ(db.query(context, "SELECT ? AS yes, ? AS list", {true, Value::array({1, 2})})->to_value().to_text(), R"([{"yes":1,"list":"[1,2]"}])");

  transport::Workers workers({});
  http::Server server(workers, {.service = "stock"});
  auto added = server.get("/stock/{sku}", [&db](middleware::Call& call) -> Task<Status> {
    auto reading = db.query_async(call.context, "SELECT sku, qty FROM stock WHERE sku = ?", data::parameters(call.request.param("sku")));
    auto rows = co_await reading;
    if (!rows) co_return rows.error();
    if (rows->empty()) {
      const Error missing = not_found("there is no such article", "SKU_NOT_FOUND");
      co_return missing;
    }
    const Status written = call.set_body(rows->row(0));
    co_return written;
  });
  ASSERT_TRUE(added.ok() && server.start().ok());
  http::Client client(workers, {.service = "tests"});
  EXPECT_EQ(client.send_blocking(context, {.url = server.endpoint().url() + "/stock/A-1"})->body, R"({"sku":"A-1","qty":3})");
  EXPECT_EQ(client.send_blocking(context, {.url = server.endpoint().url() + "/stock/Z-9"})->status, 404);

  const Status moved = db.transaction(context, [](data::Transaction& t) -> Status {
    auto taken = t.execute("UPDATE stock SET qty = qty - ? WHERE sku = ?", {2, "A-1"});
    if (!taken) return taken.error();
    auto put = t.execute("INSERT INTO stock VALUES (?, ?) ON CONFLICT (sku) DO UPDATE SET qty = qty + excluded.qty", {"B-7", 2});
    return put ? Status() : Status(put.error());
  });
  EXPECT_TRUE(moved.ok());
  EXPECT_EQ(db.query(context, "SELECT sum(qty) AS n FROM stock")->at(0, "n").as_int(), 3);
  EXPECT_EQ(db.query(context, "SELECT qty FROM stock WHERE sku = 'B-7'")->at(0, "qty").as_int(), 2);
  server.stop();
}

TEST(GuideToData, Errors) {
  tests::Folder folder;
  context::Context context;
  EXPECT_TRUE(data::Database::open(folder / "no/such/stock.db").error().is(503, "DB_OPEN"));
  auto opened = data::Database::open(folder / "stock.db");
  ASSERT_TRUE(opened.ok());
  data::Database& db = **opened;
  ASSERT_TRUE(db.exec_script(schema_of_the_page()).ok() && db.exec_script(schema_of_the_page()).ok());
  EXPECT_TRUE(db.exec_file(folder / "none.sql").error().is(404, "FILE_UNREADABLE"));
  EXPECT_TRUE(db.exec_script("CREATE TABEL x").error().is(400, "SQL_ERROR"));

  const auto wrong = db.query(context, "SELECT weight FROM stock");
  EXPECT_TRUE(wrong.error().is(500, "SQL_ERROR"));
  EXPECT_EQ(wrong.error().to_json().find("weight"), std::string::npos);
  EXPECT_NE(wrong.error().to_string().find("no such column: weight"), std::string::npos);
  EXPECT_TRUE(db.execute(context, "BEGIN").error().is(500, "SQL_ERROR"));
  EXPECT_TRUE(db.execute(context, "INSERT INTO stock VALUES ('A-1', -1)").error().is(409, "DB_CONSTRAINT"));

  const Status thrown = db.transaction(context, [](data::Transaction& t) -> Status {
    if (auto put = t.execute("INSERT INTO stock VALUES ('A-1', 1)"); !put) return put.error();
    throw std::runtime_error("a secret");
  });
  EXPECT_TRUE(thrown.error().is(500, "DB_BODY"));
  Status within;
  ASSERT_TRUE(db.transaction(context, [&](data::Transaction&) -> Status {
                  within = db.transaction(context, [](data::Transaction&) { return Status(); });
                  return {};
                }).ok());
  EXPECT_TRUE(within.error().is(500, "DB_REENTERED"));
  EXPECT_TRUE(db.query(context, "SELECT * FROM stock")->empty());
  EXPECT_TRUE(db.query(context.with_timeout(-1s), "SELECT 1").error().is(504, "DEADLINE_EXCEEDED"));

  auto narrow = data::Database::open(folder / "narrow.db", {.max_queue = 0});
  ASSERT_TRUE(narrow.ok());
  EXPECT_TRUE((*narrow)->execute(context, "CREATE TABLE a (x)").error().is(503, "DB_OVERLOADED"));
}

TEST(GuideToData, ItsTableHoldsTheDefaults) {
  const std::string page = tests::text_of("docs/guide/data.md");
  const auto expect = [&](const std::string& name, const std::string& fallback) {
    EXPECT_NE(page.find("| `" + name + "` | `" + fallback + "` |"), std::string::npos) << name << " " << fallback;
  };
  const data::Options o;
  EXPECT_EQ(o.durability, data::Durability::Normal);
  expect("durability", "Normal");
  expect("readers", std::to_string(o.readers));
  expect("busy_timeout", format_duration(o.busy_timeout));
  expect("statement_cache", std::to_string(o.statement_cache));
  expect("max_queue", std::to_string(o.max_queue));
}

TEST(GuideToData, EveryBlockOfItIsCompiledHere) { tests::expect_blocks_compiled("docs/guide/data.md", "tests/unit/docs/data_test.cpp", 4); }

}  // namespace
