#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "slipway/base/json_text.h"
#include "slipway/base/utf8.h"

using namespace slipway;

TEST(Utf8, RefusesOverlongSurrogatesAndBeyondTheLast) {
  EXPECT_TRUE(valid_utf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3", "\xE2\x82", "\xC3x"})
    EXPECT_FALSE(valid_utf8(bad)) << static_cast<int>(static_cast<unsigned char>(bad[0]));
}

TEST(Utf8, EncodesWhatItAccepts) {
  for (const unsigned c : {0x24u, 0xE9u, 0x20ACu, 0x1F600u, 0x10FFFFu}) {
    std::string out;
    append_utf8(out, c);
    EXPECT_EQ(utf8_length(out, 0), out.size());
  }
}

TEST(JsonText, BrokenUtf8BecomesTheReplacementCharacter) {
  std::string out;
  write_json_string(out, "a\xFF\xC3z");
  EXPECT_EQ(out, "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"");
}

TEST(JsonText, NumbersReadBackAsTheSameDouble) {
  for (const double d : {0.1, 1.0 / 3, 1e300, 5e-324, -0.0, 123456789.125}) {
    std::string out;
    write_json_number(out, d);
    EXPECT_EQ(std::strtod(out.c_str(), nullptr), d) << out;
    EXPECT_NE(out.find_first_of(".e"), std::string::npos) << out;
  }
  std::string out;
  write_json_number(out, NAN);
  EXPECT_EQ(out, "null");
}
