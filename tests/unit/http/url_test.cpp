#include "slipway/http/url.h"

#include <gtest/gtest.h>

namespace slipway::http {
namespace {

TEST(Url, ReadsHostPortAndTarget) {
  const auto url = parse_url("http://127.0.0.1:8081/orders?limit=3#top");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->authority(), "127.0.0.1:8081");
  EXPECT_EQ(url->target, "/orders?limit=3");
  EXPECT_EQ(parse_url("http://host")->target, "/");
  EXPECT_EQ(parse_url("http://host?x=1")->target, "/?x=1");
  EXPECT_EQ(parse_url("http://host")->port, 80);
  EXPECT_EQ(parse_url("http://[::1]:90/")->authority(), "[::1]:90");
}

TEST(Url, ReadsServices) {
  const auto url = parse_url("discovery:///pricing/quote?sku=A-1");
  ASSERT_TRUE(url.ok());
  EXPECT_TRUE(url->discovery);
  EXPECT_EQ(url->host, "pricing");
  EXPECT_EQ(url->target, "/quote?sku=A-1");
}

TEST(Url, RefusesWhatCouldReachTheWireWrongly) {
  for (const char* bad : {"", "ftp://a", "https://a/", "http://", "http:///x", "http://a:0/", "http://a:99999/", "http://a:8x/", "http://a b/", "http://a/\r\nX: y",
                          "http://user@host/", "http://[::1", "discovery:///", "http://a/\xC3\xA9"}) {
    const auto url = parse_url(bad);
    ASSERT_FALSE(url.ok()) << bad;
    EXPECT_EQ(url.error().reason(), "URL_INVALID") << bad;
  }
}

}  // namespace
}  // namespace slipway::http
