#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "slipway/codec/codec.h"

using namespace slipway;
using namespace slipway::codec;

TEST(Codecs, AreFoundByNameExtensionAndMediaType) {
  const auto name = [](std::string_view asked) {
    const Codec* c = find_codec(asked);
    return c ? std::string(c->name()) : "none";
  };
  EXPECT_EQ(name("json"), "json");
  EXPECT_EQ(name(".YML"), "yaml");
  EXPECT_EQ(name("application/json; charset=utf-8"), "json");
  EXPECT_EQ(name("Application/JSON"), "json");
  EXPECT_EQ(name("application/problem+json"), "json");
  EXPECT_EQ(name("application/x-yaml"), "yaml");
  EXPECT_EQ(name("application/x-www-form-urlencoded"), "form");
  EXPECT_EQ(name("toml"), "toml");
  EXPECT_EQ(name("text/plain"), "none");
  EXPECT_EQ(name(""), "none");
}

TEST(Codecs, EveryOneReadsBackWhatItWrites) {
  const Value nested = Value::object({{"a", "x"}, {"b", Value::object({{"c", "12"}})}});
  for (const Codec* codec : codecs()) {
    const Value v = codec->name() == "env" ? Value::object({{"a", "x"}, {"b", "12"}}) : nested;  // .env files are flat
    std::string text;
    ASSERT_TRUE(codec->encode(v, text)) << codec->name();
    const auto back = codec->decode(text);
    ASSERT_TRUE(back) << codec->name() << text;
    EXPECT_EQ(*back, v) << codec->name();
    EXPECT_EQ(find_codec(codec->content_type()), codec);
    EXPECT_EQ(find_codec(codec->name()), codec);
  }
}

class ReadDocument : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "slipway-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }
  std::string folder_;
};

TEST_F(ReadDocument, ChoosesTheFormatByExtension) {
  EXPECT_EQ(read_document(write("a.yaml", "a: 1"))->at_path("a")->as_int(), 1);
  EXPECT_EQ(read_document(write("a.json", "{\"a\":2}"))->at_path("a")->as_int(), 2);
  EXPECT_EQ(read_document(write("a.toml", "a = 3"))->at_path("a")->as_int(), 3);
}

TEST_F(ReadDocument, ErrorsNameFileLineAndColumn) {
  const std::string path = write("service.yaml", "a: 1\nb: 010\n");
  const auto value = read_document(path);
  ASSERT_FALSE(value);
  EXPECT_TRUE(value.error().to_string().starts_with(path + ":2:4: not valid YAML: 010 starts with 0"))
      << value.error().to_string();
}

TEST_F(ReadDocument, MissingUnknownAndFolderAreClear) {
  EXPECT_EQ(read_document(folder_ + "/none.yaml").error().to_string(),
            folder_ + "/none.yaml: cannot be read: No such file or directory");
  EXPECT_EQ(read_document(write("x.xml", "")).error().reason(), "UNKNOWN_FORMAT");
  EXPECT_EQ(read_document(write("plain", "")).error().reason(), "UNKNOWN_FORMAT");
  std::filesystem::create_directory(folder_ + "/d.yaml");
  EXPECT_EQ(read_document(folder_ + "/d.yaml").error().reason(), "NOT_A_FILE");
}
