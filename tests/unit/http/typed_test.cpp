#include "slipway/http/typed.h"

#include <gtest/gtest.h>

namespace {
struct Search {
  std::string sku;
  int limit = 20;
  std::vector<std::string> tag;
  std::optional<bool> open;
};
BOOST_DESCRIBE_STRUCT(Search, (), (sku, limit, tag, open))

struct Found {
  std::string text;
  int status;
};
BOOST_DESCRIBE_STRUCT(Found, (), (text, status))
}  // namespace

namespace slipway::http {
namespace {

struct Bound {
  middleware::Call call;
  std::vector<middleware::PathParam> params;
  Result<Search> operator()(std::vector<middleware::PathParam> path, std::string_view query, std::string_view body) {
    call.reset();
    params = std::move(path);
    call.request.params = params;
    call.request.query = query;
    call.request.body = body;
    return bind_request<Search>(call);
  }
};

TEST(Bind, PathWinsOverQueryAndThatOverTheBody) {
  Bound bind;
  const auto r = bind({{"sku", "path"}}, "limit=5&sku=query", R"({"limit": 6, "open": true, "tag": ["a"]})");
  ASSERT_TRUE(r.ok()) << r.error().message();
  EXPECT_EQ(r->sku, "path");
  EXPECT_EQ(r->limit, 5);
  EXPECT_EQ(r->open, true);
  EXPECT_EQ(r->tag, std::vector<std::string>{"a"});
}

TEST(Bind, QueryIsDecodedAndMayRepeat) {
  Bound bind;
  const auto r = bind({}, "s%6Bu=a+b%26c&tag=x&tag=y&open=false", "");
  ASSERT_TRUE(r.ok()) << r.error().message();
  EXPECT_EQ(r->sku, "a b&c");
  EXPECT_EQ(r->tag, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(r->limit, 20);
  EXPECT_EQ(r->open, false);
}

TEST(Bind, SaysEverythingThatIsWrong) {
  Bound bind;
  const auto missing = bind({}, "", "{}");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code(), 400);
  EXPECT_TRUE(missing.error().metadata().contains("sku"));
  const auto wrong = bind({{"sku", "a"}}, "limit=many&open=maybe", "");
  ASSERT_FALSE(wrong.ok());
  EXPECT_TRUE(wrong.error().metadata().contains("limit"));
  EXPECT_TRUE(wrong.error().metadata().contains("open"));
  const auto both = bind({}, "limit=many", R"({"open": "perhaps"})");
  ASSERT_FALSE(both.ok());
  for (const char* field : {"limit", "open", "sku"}) EXPECT_TRUE(both.error().metadata().contains(field)) << field;
  EXPECT_FALSE(bind({}, "", "[1]").ok());
  EXPECT_FALSE(bind({}, "", "{not json").ok());
}

TEST(Bind, NumbersInABodyMustBeNumbers) {
  Bound bind;
  EXPECT_FALSE(bind({{"sku", "a"}}, "", R"({"limit": "5"})").ok());
}

Status run(const middleware::Handler& handler, middleware::Call& call) {
  auto outcome = handler(call);
  if (!outcome.suspended()) return outcome.status();
  Status status = internal_error("it did not end");
  start(std::move(outcome.task()), [&](Status s) { status = std::move(s); });
  return status;
}

TEST(TypedHandler, TakesAndGivesWhatItsSignatureSays) {
  middleware::Call call;
  call.request.query = "sku=x&tag=t";
  ASSERT_TRUE(run(typed_handler([](const Search& s) -> Result<Found> { return Found{s.sku, s.limit}; }), call).ok());
  EXPECT_EQ(call.reply.body, R"({"text":"x","status":20})");
  ASSERT_TRUE(run(typed_handler([](middleware::Call& c, Search s) {
                    c.reply.status = 201;
                    return Found{s.sku, 1};
                  }),
                  call)
                  .ok());
  EXPECT_EQ(call.reply.status, 201);
  ASSERT_TRUE(run(typed_handler([](Search s) -> Task<Result<Found>> { co_return Found{s.sku + "!", 2}; }), call).ok());
  EXPECT_EQ(call.reply.body, R"({"text":"x!","status":2})");
  EXPECT_EQ(run(typed_handler([](const Search&) -> Status { return not_found("no"); }), call).error().code(), 404);
}

}  // namespace
}  // namespace slipway::http
