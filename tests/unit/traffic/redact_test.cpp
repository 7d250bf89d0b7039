#include "workbench/traffic/redact.h"

#include <gtest/gtest.h>

namespace workbench::traffic {
namespace {

Exchange secretive() {
  Exchange x;
  x.request.url = "{{gateway}}/login?api_key=hush-1&page=2";
  x.request.headers = {{"Authorization", "Bearer hush-2"}, {"Accept", "*/*"}};
  x.request.body = R"({"user": "ann", "password": "hush-3"})";
  x.url = "http://ann:hush-4@127.0.0.1:8080/login?api_key=hush-1&page=2";
  x.sent_headers = {{"authorization", "Bearer hush-2"}, {"content-type", "application/x-www-form-urlencoded"}};
  x.sent_body = "user=ann&password=hush-5&page=2";
  x.headers = {{"Set-Cookie", "session=hush-6"}, {"content-type", "application/json"}};
  x.body = R"({"items": [{"name": "ann", "access_token": "hush-7"}], "page": 2})";
  x.assertions = {{"body.token exists", true, "Bearer hush-8-0123456789abcdef"}};
  x.error = "http://ann:hush-9@host refused";
  return x;
}

std::string everything(const Exchange& x) {
  std::string all = x.request.url + x.request.body + x.url + x.sent_body + x.body + x.error;
  for (const auto* pairs : {&x.request.headers, &x.sent_headers, &x.headers})
    for (const auto& [k, v] : *pairs) all += k + v;
  for (const auto& a : x.assertions) all += a.text + a.found;
  return all;
}

TEST(Redact, LeavesNoSecretAndEverythingElse) {
  ASSERT_NE(everything(secretive()).find("hush"), std::string::npos);
  const Exchange x = redacted(secretive());
  EXPECT_EQ(everything(x).find("hush"), std::string::npos) << everything(x);
  EXPECT_EQ(x.request.url, "{{gateway}}/login?api_key=***&page=2");
  EXPECT_EQ(x.sent_body, "user=ann&password=***&page=2");
  EXPECT_EQ(x.body, R"({"items":[{"name":"ann","access_token":"***"}],"page":2})");
  EXPECT_EQ(x.request.headers[1].second, "*/*");
}

TEST(Redact, WhatHoldsNoSecretStaysAsItWasWritten) {
  Exchange x;
  x.body = "{ \"page\":  2 }\n";
  x.sent_body = std::string("\0\xff binary", 9);
  const Exchange kept = redacted(x);
  EXPECT_EQ(kept.body, x.body);
  EXPECT_EQ(kept.sent_body, x.sent_body);
}

TEST(Redact, ABodyEndsAt64KiBAndSaysSo) {
  Exchange x;
  x.body = std::string(100'000, 'a');
  const std::string kept = redacted(x).body;
  EXPECT_EQ(kept.substr(0, kKeptBody), x.body.substr(0, kKeptBody));
  EXPECT_EQ(kept.substr(kKeptBody), "\n(the first 65536 of 100000 bytes)");
  x.body = std::string(kKeptBody, 'a');
  EXPECT_EQ(redacted(x).body, x.body);
}

}  // namespace
}  // namespace workbench::traffic
