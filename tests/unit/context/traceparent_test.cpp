#include <gtest/gtest.h>

#include "slipway/context/context.h"
#include "tests/support/vectors.h"

using slipway::Value;
using slipway::context::TraceIdentity;

TEST(Traceparent, ReadsTheValidVectors) {
  const Value vectors = tests::read_vectors("traceparent");
  for (const Value& v : vectors["valid"].as_list()) {
    const auto id = TraceIdentity::parse(v["header"].as_string());
    ASSERT_TRUE(id.valid()) << v.to_text();
    EXPECT_EQ(id.trace.hex(), v["trace"].as_string());
    EXPECT_EQ(slipway::span_hex(id.span), v["span"].as_string());
    EXPECT_EQ(id.sampled, v["sampled"].as_bool());
  }
}

TEST(Traceparent, RefusesTheInvalidVectors) {
  const Value vectors = tests::read_vectors("traceparent");
  for (const Value& v : vectors["invalid"].as_list())
    EXPECT_FALSE(TraceIdentity::parse(v.as_string()).valid()) << v.as_string();
}

TEST(Traceparent, WhatIsWrittenReadsBack) {
  TraceIdentity id;
  id.trace = {0x1234, 0x5678};
  id.span = 0x9ABC;
  id.sampled = true;
  const auto back = TraceIdentity::parse(id.traceparent());
  EXPECT_EQ(back.trace, id.trace);
  EXPECT_EQ(back.span, id.span);
  EXPECT_TRUE(back.sampled);
}
