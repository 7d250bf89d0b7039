#include "slipway/telemetry/log.h"

#include <gtest/gtest.h>

#include "slipway/codec/codec.h"
#include "slipway/telemetry/log_mask.h"
#include "slipway/telemetry/log_sink.h"

namespace slipway::telemetry {
namespace {

struct Fixture {
  Fixture() { log.add_sink(ring); }
  Log log;
  std::shared_ptr<LogRing> ring = std::make_shared<LogRing>();
};

TEST(Log, WritesWhatReachesTheLevelAndTheLevelCanChange) {
  Fixture f;
  Logger& orders = f.log.logger("orders");
  EXPECT_EQ(&orders, &f.log.logger("orders"));
  orders.debug("hidden");
  orders.set_level(Level::Debug);
  orders.debug("seen", "id", 7);
  const auto lines = f.ring->lines(10);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].text, "seen");
  f.log.set_level(Level::Off);
  orders.error("hidden");
  f.log.logger("later").error("hidden");
  EXPECT_EQ(f.ring->lines(10).size(), 1u);
}

TEST(Log, LevelsHoldForALoggerAndThoseBelowIt) {
  Fixture f;
  Logger& early = f.log.logger("orders/stock");
  f.log.set_levels(Level::Warning, {{"orders", Level::Debug}, {"orders/sql", Level::Off}});
  EXPECT_EQ(early.level(), Level::Debug);
  EXPECT_EQ(f.log.logger("orders").level(), Level::Debug);
  EXPECT_EQ(f.log.logger("orders/sql/reader").level(), Level::Off);
  EXPECT_EQ(f.log.logger("ordersX").level(), Level::Warning);
  f.log.set_levels(Level::Error, {});
  EXPECT_EQ(early.level(), Level::Error);
}

TEST(Log, FieldsKeepTheirKinds) {
  Fixture f;
  const std::string owned = "text";
  f.log.logger("a").info("m", "b", true, "i", -3, "u", std::uint64_t{1} << 63, "d", 2.5, "s", owned, "view", std::string_view("v"), "time", Duration(2'500'000), "tree",
                         Value::object({{"x", 1}}), "error", not_found("no such file").wrap("reading"));
  const auto line = f.ring->lines(1).at(0);
  auto parsed = codec::parse_json(line.to_json());
  ASSERT_TRUE(parsed.ok()) << line.to_json();
  const Value& v = *parsed;
  EXPECT_TRUE(v["b"].as_bool());
  EXPECT_EQ(v["i"].as_int(), -3);
  EXPECT_EQ(v["u"].as_double(), 9223372036854775808.0);
  EXPECT_EQ(v["d"].as_double(), 2.5);
  EXPECT_EQ(v["s"].as_string(), "text");
  EXPECT_EQ(v["view"].as_string(), "v");
  EXPECT_EQ(v["time_"].as_string(), "2.5ms") << "the line has a time of its own";
  EXPECT_EQ(v["tree"]["x"].as_int(), 1);
  EXPECT_EQ(v["error"].as_string(), "reading: no such file");
}

struct Errand {
  int id = 0;
};
Origin log_origin(const Errand&) { return {context::TraceIdentity::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), "POST /orders", "orders"}; }

TEST(Log, LinesOfACallSayWhichOne) {
  Fixture f;
  f.log.logger("orders").warning(Errand{}, "slow", "ms", 7);
  f.log.logger("sql").warning(Errand{}, "slow");
  const auto lines = f.ring->lines(2);
  EXPECT_EQ(lines[1].trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(lines[1].operation, "POST /orders");
  EXPECT_EQ(lines[1].service, "") << "the logger's name says it";
  EXPECT_EQ(lines[0].service, "orders");
  EXPECT_TRUE(lines[1].to_text().ends_with("slow  operation=POST /orders  ms=7  trace=0af7651916cd43dd8448eb211c80319c")) << lines[1].to_text();
  context::Context context;
  f.log.logger("sql").info(context, "no trace");
  EXPECT_EQ(f.ring->lines(1)[0].trace_id, "");
}

TEST(Log, CallersAreNotedWhenAskedFor) {
  Fixture f;
  f.log.logger("a").info("without");
  EXPECT_EQ(f.ring->lines(1)[0].caller, "");
  f.log.set_callers(true);
  f.log.logger("a").info("with");
  EXPECT_EQ(f.ring->lines(1)[0].caller, "log_test.cpp:" + std::to_string(__LINE__ - 1));
}

TEST(Log, SinksAreReplacedInOneStep) {
  Fixture f;
  auto other = std::make_shared<LogRing>();
  f.log.logger("a").info("one");
  f.log.replace_sinks({f.ring}, {other});
  f.log.logger("a").info("two");
  EXPECT_EQ(f.ring->lines(5).size(), 1u);
  ASSERT_EQ(other->lines(5).size(), 1u);
  f.log.remove_sink(other.get());
  f.log.logger("a").info("three");
  EXPECT_EQ(other->lines(5).size(), 1u);
}

TEST(Log, OneLineOfTextStaysOneLine) {
  LogLine line;
  line.logger = "a";
  line.text = "first\nsecond";
  line.operation = "GET /\r\nforged";
  line.fields = {{"k", Value("v\r\nforged")}};
  EXPECT_EQ(line.to_text().find('\n'), std::string::npos);
  EXPECT_EQ(line.to_text().find('\r'), std::string::npos);
}

TEST(Masking, SecretsAreMaskedBeforeAnySink) {
  Fixture f;
  f.log.logger("a").info("login", "user", "ann", "Password", "1234", "x-api-key", "k", "refresh_token", "t");
  const std::string text = f.ring->lines(1)[0].to_json();
  EXPECT_EQ(text.find("1234"), std::string::npos);
  const auto parsed = codec::parse_json(text);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ((*parsed)["user"].as_string(), "ann");
  EXPECT_EQ((*parsed)["x-api-key"].as_string(), "***");
  EXPECT_EQ((*parsed)["refresh_token"].as_string(), "***");
}

TEST(Masking, ReachesIntoTrees) {
  Fixture f;
  f.log.logger("a").info("login", "request", Value::object({{"user", "ann"}, {"headers", Value::array({Value::object({{"Cookie", "s=1"}})})}}));
  EXPECT_TRUE(f.ring->lines(1)[0].to_text().ends_with(R"(request={"user":"ann","headers":[{"Cookie":"***"}]})")) << f.ring->lines(1)[0].to_text();
}

TEST(Masking, BearerTokensAndPasswordsInUrlsAreFoundInTexts) {
  const auto m = Masking::standard();
  EXPECT_EQ(m->text("sent Authorization: Bearer abcdef0123456789.x-y_z= twice: bearer 0123456789"), "sent Authorization: Bearer *** twice: bearer ***");
  EXPECT_EQ(m->text("opening redis://app:s3cret@127.0.0.1:6379/0"), "opening redis://app:***@127.0.0.1:6379/0");
  EXPECT_EQ(m->text("GET http://127.0.0.1:8000/a@b"), "GET http://127.0.0.1:8000/a@b");
  EXPECT_EQ(m->text(""), "");
}

TEST(Masking, KeysAndValuesOfOnesOwn) {
  auto m = Masking::make({.keys = {"iban", "*_pin"}, .values = {R"(\b\d{16}\b)", "card=([0-9]+)", "x*"}});
  ASSERT_TRUE(m.ok());
  EXPECT_TRUE((*m)->secret("customer.IBAN"));
  EXPECT_TRUE((*m)->secret("card-pin"));
  EXPECT_FALSE((*m)->secret("pin"));
  EXPECT_EQ((*m)->text("paid by 4111111111111111, card=77 and card=8"), "paid by ***, card=*** and card=***");
  EXPECT_EQ((*m)->text("axxb"), "a***b");
  Fixture f;
  f.log.set_masking(*m);
  f.log.logger("a").info("paid by 4111111111111111", "note", "4111111111111111", "sim_pin", 1234);
  EXPECT_TRUE(f.ring->lines(1)[0].to_text().ends_with("paid by ***  note=***  sim_pin=***")) << f.ring->lines(1)[0].to_text();
}

TEST(Masking, APatternThatIsNoneIsAnError) {
  auto m = Masking::make({.keys = {}, .values = {"(unclosed"}});
  ASSERT_FALSE(m.ok());
  EXPECT_EQ(m.error().message(), "log masking: \"(unclosed\" is not a regular expression: missing ): (unclosed (use RE2's syntax)");
}

TEST(LogRing, KeepsTheNewest) {
  LogRing ring(2);
  for (const char* t : {"a", "b", "c"}) {
    LogLine line;
    line.text = t;
    ring.write(line);
  }
  const auto lines = ring.lines(5);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].text, "c");
  EXPECT_EQ(lines[1].text, "b");
}

TEST(Levels, AreReadByName) {
  EXPECT_EQ(*parse_level("warn"), Level::Warning);
  EXPECT_EQ(parse_level("loud").error().reason(), "BAD_LEVEL");
}

}  // namespace
}  // namespace slipway::telemetry
