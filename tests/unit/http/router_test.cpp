#include "slipway/http/router.h"

#include <gtest/gtest.h>

namespace slipway::http {
namespace {

Route route(std::string method, std::string pattern) {
  Route r;
  r.method = std::move(method);
  r.pattern = std::move(pattern);
  r.handler = [](middleware::Call&) -> middleware::Outcome { return {}; };
  return r;
}

std::shared_ptr<const Router> router_of(std::initializer_list<std::pair<const char*, const char*>> routes) {
  Router::Builder builder("test");
  for (const auto& [method, pattern] : routes) {
    const auto added = builder.add(route(method, pattern));
    EXPECT_TRUE(added.ok()) << (added.ok() ? "" : added.error().message());
  }
  return builder.build();
}

// "GET /orders/{id} id=7", or "-" without a route, with what would be allowed.
std::string find(const Router& router, std::string_view method, std::string_view path) {
  Router::Match match;
  router.match(method, path, match);
  if (match.route->pattern.empty()) return "-" + (match.allow.empty() ? std::string() : " " + std::string(match.allow));
  std::string out = match.route->operation.name;
  for (std::size_t i = 0; i < match.param_count; ++i) out += " " + match.route->params[i] + "=" + std::string(match.values[i]);
  return out;
}

TEST(Router, ALiteralWinsOverAParameterAndThatOverTheRest) {
  const auto router = router_of({{"GET", "/files/*"}, {"GET", "/files/{id}"}, {"GET", "/files/new"}, {"GET", "/"}});
  EXPECT_EQ(find(*router, "GET", "/"), "GET /");
  EXPECT_EQ(find(*router, "GET", "/files/new"), "GET /files/new");
  EXPECT_EQ(find(*router, "GET", "/files/7"), "GET /files/{id} id=7");
  EXPECT_EQ(find(*router, "GET", "/files/7/8"), "GET /files/* *=7/8");
  EXPECT_EQ(find(*router, "GET", "/files/new/8"), "GET /files/* *=new/8");
  EXPECT_EQ(find(*router, "GET", "/files"), "-");
  EXPECT_EQ(find(*router, "GET", "/files/"), "-");
}

TEST(Router, GoesBackWhenAPathEndsInNothing) {
  const auto router = router_of({{"GET", "/a/b/c"}, {"GET", "/{x}/b/d"}, {"GET", "/{x}/{y...}"}});
  EXPECT_EQ(find(*router, "GET", "/a/b/c"), "GET /a/b/c");
  EXPECT_EQ(find(*router, "GET", "/a/b/d"), "GET /{x}/b/d x=a");
  EXPECT_EQ(find(*router, "GET", "/a/b/e"), "GET /{x}/{y...} x=a y=b/e");
}

TEST(Router, MethodsOfOtherPatternsThatMatchAreTaken) {
  const auto router = router_of({{"GET", "/users/me"}, {"DELETE", "/users/{id}"}});
  EXPECT_EQ(find(*router, "DELETE", "/users/me"), "DELETE /users/{id} id=me");
}

TEST(Router, AKnownPathSaysWhatItTakes) {
  const auto router = router_of({{"GET", "/orders"}, {"POST", "/orders"}, {"PUT", "/orders/{id}"}});
  EXPECT_EQ(find(*router, "DELETE", "/orders"), "- GET, HEAD, OPTIONS, POST");
  EXPECT_EQ(find(*router, "GET", "/orders/1"), "- OPTIONS, PUT");
  EXPECT_EQ(find(*router, "GET", "/nothing"), "-");
}

TEST(Router, GetAnswersHeadUnlessHeadHasItsOwn) {
  EXPECT_EQ(find(*router_of({{"GET", "/a"}}), "HEAD", "/a"), "GET /a");
  EXPECT_EQ(find(*router_of({{"GET", "/a"}, {"HEAD", "/a"}}), "HEAD", "/a"), "HEAD /a");
}

TEST(Router, ASegmentIsComparedDecoded) {
  EXPECT_FALSE(Router::Builder().add(route("GET", "/a b")).ok());
  EXPECT_EQ(find(*router_of({{"GET", "/ab/{x}"}, {"GET", "/{x}"}}), "GET", "/%61b/c%2Fd"), "GET /ab/{x} x=c%2Fd");
  EXPECT_EQ(find(*router_of({{"GET", "/a/b"}, {"GET", "/{x}"}}), "GET", "/a%2Fb"), "GET /{x} x=a%2Fb");
}

TEST(Router, RefusesTwoRoutesForTheSameRequests) {
  Router::Builder builder;
  ASSERT_TRUE(builder.add(route("GET", "/orders/{id}")).ok());
  ASSERT_TRUE(builder.add(route("POST", "/orders/{other}")).ok());
  const auto again = builder.add(route("GET", "/orders/{name}"));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().reason(), "ROUTE_CONFLICT");
  EXPECT_NE(again.error().message().find("/orders/{id}"), std::string::npos);
  EXPECT_NE(again.error().message().find("/orders/{name}"), std::string::npos);
  EXPECT_EQ(builder.routes().size(), 2u);
}

TEST(Router, RefusesPatternsThatAreNone) {
  Router::Builder builder;
  for (const char* bad : {"", "orders", "/a/{", "/a/{}", "/a/x{id}", "/{a}/{a}", "/*/a", "/{a...}/b", "/a?b", "/{a.b}"}) {
    const auto added = builder.add(route("GET", bad));
    ASSERT_FALSE(added.ok()) << bad;
    EXPECT_EQ(added.error().reason(), "PATTERN_INVALID") << bad;
  }
  EXPECT_FALSE(builder.add(route("G T", "/a")).ok());
}

TEST(Router, AGroupPrefixesItsRoutesAndIsAddedWholeOrNotAtAll) {
  Router::Builder builder;
  ASSERT_TRUE(builder.add_group("/v1", {}, {route("GET", "/"), route("GET", "/orders")}).ok());
  EXPECT_EQ(find(*builder.build(), "GET", "/v1"), "GET /v1");
  EXPECT_EQ(find(*builder.build(), "GET", "/v1/orders"), "GET /v1/orders");
  EXPECT_FALSE(builder.add_group("/v1", {}, {route("GET", "/new"), route("GET", "/orders")}).ok());
  EXPECT_EQ(find(*builder.build(), "GET", "/v1/new"), "-");
}

TEST(Router, OperationsAreNumberedDensely) {
  const auto router = router_of({{"GET", "/a"}, {"GET", "/b"}});
  EXPECT_EQ(router->routes()[0]->operation.index, 0u);
  EXPECT_EQ(router->routes()[1]->operation.index, 1u);
  EXPECT_EQ(router->operation_count(), 3u);
}

TEST(PercentDecode, RefusesBrokenEscapesAndNul) {
  std::string out;
  EXPECT_TRUE(percent_decode("a%20b%C3%A9+", out));
  EXPECT_EQ(out, "a b\xC3\xA9+");
  for (const char* bad : {"%", "%2", "%zz", "%00"}) {
    out.clear();
    EXPECT_FALSE(percent_decode(bad, out)) << bad;
  }
}

}  // namespace
}  // namespace slipway::http
