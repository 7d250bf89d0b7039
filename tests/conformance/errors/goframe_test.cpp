// GoFrame's semantics of errors and codes, from fixtures/vectors/errors_goframe.yaml.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "slipway/base/code_registry.h"
#include "slipway/base/stack.h"
#include "tests/support/vectors.h"

namespace slipway {
namespace {

Code code_numbered(std::int64_t number) {
  for (const Code& c : goframe_codes())
    if (c.number == number) return c;
  ADD_FAILURE() << "GoFrame has no code " << number;
  return codes::kNil;
}

// A text alone is New or Wrap, which keeps the code below; with a code it is NewCode or WrapCode.
Error build(const Value& chain) {
  std::optional<Error> e;
  for (const Value& level : chain.as_list()) {
    const std::string text = level.is_map() ? level["text"].is_string() ? level["text"].as_string() : "" : level.as_string();
    const Code code = level.is_map() ? code_numbered(level["code"].as_int()) : codes::kNil;
    if (!e)
      e.emplace(code, text);
    else
      e = level.is_map() ? e->wrap(code, text) : e->wrap(text);
  }
  return *e;
}

TEST(CompatGoFrameErrors, TextsOfAChain) {
  const Value vectors = tests::read_vectors("errors_goframe");
  for (const Value& v : vectors["texts"].as_list()) {
    const Error e = build(v["chain"]);
    EXPECT_EQ(e.to_string(), v["all"].as_string());
    EXPECT_EQ(e.message(), v["this"].as_string());
    EXPECT_EQ(e.root().message(), v["root"].as_string());
    EXPECT_EQ(e.cause() ? e.cause()->to_string() : "", v["below"].as_string());
  }
}

TEST(CompatGoFrameErrors, CodeIsTheOutermostAndHasCodeLooksThroughAll) {
  const Value vectors = tests::read_vectors("errors_goframe");
  for (const Value& v : vectors["has_code"].as_list()) {
    const Error e = build(v["chain"]);
    EXPECT_EQ(e.code(), v["code"].as_int());
    for (const Value& c : v["has"].as_list()) EXPECT_TRUE(e.has_code(static_cast<int>(c.as_int()))) << e.to_string() << c.to_text();
    for (const Value& c : v["has_not"].as_list()) EXPECT_FALSE(e.has_code(static_cast<int>(c.as_int()))) << e.to_string() << c.to_text();
  }
}

TEST(CompatGoFrameErrors, EqualIsSameCodeAndSameText) {
  const Error one(codes::kNotFound, "gone");
  EXPECT_TRUE(one.equals(Error(codes::kNotFound, "gone")));
  EXPECT_FALSE(one.equals(Error(codes::kNotFound, "lost")));
  EXPECT_FALSE(one.equals(Error(codes::kInvalidRequest, "gone")));
}

TEST(CompatGoFrameErrors, CodesAsText) {
  const Value vectors = tests::read_vectors("errors_goframe");
  for (const Value& v : vectors["code_texts"].as_list()) {
    const Code c = Code{static_cast<int>(v["number"].as_int()), v["text"].as_string()}.with_detail(v["detail"].as_string());
    EXPECT_EQ(c.to_string(), v["as"].as_string());
  }
}

TEST(CompatGoFrameErrors, NumbersAndTextsAreRegistered) {
  const Value vectors = tests::read_vectors("errors_goframe");
  for (const Value& v : vectors["codes"].as_list()) {
    const auto found = CodeRegistry::system().find(static_cast<int>(v.as_list()[0].as_int()));
    ASSERT_TRUE(found) << v.to_text();
    EXPECT_EQ(found->text, v.as_list()[1].as_string());
    EXPECT_EQ(found->owner, "goframe");
  }
}

TEST(CompatGoFrameErrors, FullFormIsTheChainThenNumberedLevelsThenFrames) {
  set_stack_capture(StackCapture::All);
  const std::string text = Error(codes::kNotFound, "1").wrap("2").wrap("3").to_full_string(Error::Frames::All);
  set_stack_capture(StackCapture::Internal);
  EXPECT_TRUE(text.starts_with("3: 2: 1\n1. 3")) << text;
  EXPECT_NE(text.find("\n2. 2"), std::string::npos) << text;
  const auto deepest = text.find("\n3. 1");
  ASSERT_NE(deepest, std::string::npos) << text;
  EXPECT_NE(text.find("\n   1).  ", deepest), std::string::npos) << text;
  EXPECT_NE(text.find("\n        ", deepest), std::string::npos) << text;
  // What a deeper level shows is left out above it.
  std::vector<std::string> places;
  for (std::size_t at = 0; (at = text.find("\n        ", at)) != std::string::npos; ++at) places.push_back(text.substr(at, text.find('\n', at + 1) - at));
  std::sort(places.begin(), places.end());
  EXPECT_GE(places.size(), 3u) << text;
}

}  // namespace
}  // namespace slipway
