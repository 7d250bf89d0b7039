// What a vector of config and instances wants of Slipway, and where a difference must be written down.
#pragma once

#include <gtest/gtest.h>

#include "slipway/config/convert.h"
#include "tests/support/guide.h"
#include "tests/support/vectors.h"

namespace tests {

// `ours` where we mean to differ, else what the other does.
inline slipway::Value expected(const slipway::Value& vector) {
  return vector.as_map().contains("ours") ? vector["ours"] : vector["is"];
}

inline void expect_read(const slipway::Value& given, const std::string& type, const slipway::Value& want) {
  using namespace slipway;
  const auto shown = [&] { return given.to_text() + " (" + std::string(Value::kind_name(given.kind())) + ") as " + type; };
  const auto check = [&](const auto& got) {
    if (want == Value("error")) {
      EXPECT_FALSE(got.ok()) << shown();
    } else if (!got) {
      ADD_FAILURE() << shown() << ": " << got.error().message();
    } else if constexpr (std::is_same_v<std::decay_t<decltype(*got)>, Duration>) {
      EXPECT_EQ(got->count(), want.as_int()) << shown();
    } else if constexpr (std::is_same_v<std::decay_t<decltype(*got)>, std::vector<int>>) {
      ASSERT_EQ(got->size(), want.as_list().size()) << shown();
      for (std::size_t i = 0; i < got->size(); ++i) EXPECT_EQ((*got)[i], want.as_list()[i].as_int()) << shown();
    } else {
      EXPECT_EQ(Value(*got), want) << shown();
    }
  };
  if (type == "bool") return check(config::convert_to<bool>(given, "k"));
  if (type == "int") return check(config::convert_to<std::int64_t>(given, "k"));
  if (type == "float") return check(config::convert_to<double>(given, "k"));
  if (type == "string") return check(config::convert_to<std::string>(given, "k"));
  if (type == "duration") return check(config::convert_to<Duration>(given, "k"));
  if (type == "ints") return check(config::convert_to<std::vector<int>>(given, "k"));
  ADD_FAILURE() << "no such type: " << type;
}

inline void collect_whys(const slipway::Value& v, std::vector<std::string>& out, int& differences) {
  if (v.is_list())
    for (const auto& item : v.as_list()) collect_whys(item, out, differences);
  if (!v.is_map()) return;
  if (v.as_map().contains("ours")) ++differences;
  if (v["why"].is_string()) out.push_back(v["why"].as_string());
  for (const auto& [key, item] : v.as_map()) collect_whys(item, out, differences);
}

// Every vector with `ours` says `why`, which is the first cell of a row of docs/deviations.md.
inline void expect_deviations_written(const std::string& vectors) {
  std::vector<std::string> whys;
  int differences = 0;
  collect_whys(read_vectors(vectors), whys, differences);
  EXPECT_EQ(static_cast<int>(whys.size()), differences) << vectors << ": a vector that differs says why";
  const std::string page = text_of("docs/deviations.md");
  for (const auto& why : whys) EXPECT_NE(page.find("\n| " + why + " |"), std::string::npos) << "docs/deviations.md has no row \"" << why << "\"";
}

}  // namespace tests
