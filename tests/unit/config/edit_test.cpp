#include "slipway/config/edit.h"

#include <gtest/gtest.h>

#include "slipway/codec/codec.h"

namespace {

using slipway::Value;
using slipway::config::set_in_text;
using slipway::config::unset_in_text;

std::string set(std::string_view text, std::string_view format, std::string_view path, const Value& value) {
  auto r = set_in_text(text, format, path, value);
  return r ? *r : "error: " + r.error().to_string();
}
std::string unset(std::string_view text, std::string_view format, std::string_view path) {
  auto r = unset_in_text(text, format, path);
  return r ? *r : "error: " + r.error().to_string();
}

constexpr std::string_view kYaml = R"(# orders
gateway:
  rate_limit:   # per second
    rate: 2000  # raised in May
    burst: 50

  timeout: { after: 2s, grace: 1s }
# the end
orders.http.port: 8081
)";

TEST(YamlEdit, ReplacesOneScalarAndKeepsEveryComment) {
  std::string expected(kYaml);
  expected.replace(expected.find("2000"), 4, "5");
  EXPECT_EQ(set(kYaml, "yaml", "gateway.rate_limit.rate", 5), expected);
}

TEST(YamlEdit, AddsAKeyAfterTheLastOfItsSection) {
  std::string expected(kYaml);
  const std::string after = "    burst: 50\n";
  expected.insert(expected.find(after) + after.size(), "    key: x-api-key\n");
  EXPECT_EQ(set(kYaml, "yaml", "gateway.rate_limit.key", "x-api-key"), expected);
}

TEST(YamlEdit, EditsInsideAFlowMap) {
  std::string expected(kYaml);
  expected.replace(expected.find("after: 2s"), 9, "after: 250ms");
  EXPECT_EQ(set(kYaml, "yaml", "gateway.timeout.after", "250ms"), expected);
  expected = kYaml;
  expected.insert(expected.find(" }"), ", tries: 3");
  EXPECT_EQ(set(kYaml, "yaml", "gateway.timeout.tries", 3), expected);
}

TEST(YamlEdit, FindsKeysWrittenWithDots) {
  std::string expected(kYaml);
  expected.replace(expected.find("8081"), 4, "9000");
  EXPECT_EQ(set(kYaml, "yaml", "orders.http.port", 9000), expected);
}

TEST(YamlEdit, MakesMissingParentsAtTheEnd) {
  EXPECT_EQ(set(kYaml, "yaml", "pricing.work.service_time", "8ms"),
            std::string(kYaml) + "pricing:\n  work:\n    service_time: 8ms\n");
}

TEST(YamlEdit, WritesIntoAnEmptyOrCommentedDocument) {
  EXPECT_EQ(set("", "yaml", "a.b", 1), "a:\n  b: 1\n");
  EXPECT_EQ(set("# nothing yet", "yaml", "a", true), "# nothing yet\na: true\n");
  EXPECT_EQ(set("a:\n# later\nb: 1\n", "yaml", "a.c", 2), "a:\n  c: 2\n# later\nb: 1\n");
}

TEST(YamlEdit, QuotesTextThatWouldReadBackAsAnotherType) {
  for (const char* text : {"true", "123", "1.5", "null", "", " x", "a: b", "#x", "[x]", "yes", "0x10", "2024-01-31", "a\nb"}) {
    const std::string out = set("k: old\n", "yaml", "k", text);
    auto read = slipway::codec::parse_yaml(out);
    ASSERT_TRUE(read.ok()) << out;
    EXPECT_EQ((*read)["k"], Value(text)) << out;
    EXPECT_TRUE((*read)["k"].is_string()) << out;
  }
}

TEST(YamlEdit, ReplacesBlockTextsAndBlockLists) {
  EXPECT_EQ(set("a: |\n  one\n  two\nb: 1\n", "yaml", "a", "x"), "a: x\nb: 1\n");
  EXPECT_EQ(set("a:\n  - one # first\n  - two\nb: 1\n", "yaml", "a", Value::array({"p", "q"})), "a:\n  - p\n  - q\nb: 1\n");
  EXPECT_EQ(set("a: 'it''s' # why\nb: 1\n", "yaml", "a", 2), "a: 2 # why\nb: 1\n");
  EXPECT_EQ(set("a: two\n  words\nb: 1\n", "yaml", "a", 2), "a: 2\nb: 1\n");
  EXPECT_EQ(set("a:\n  b:\n    c: 1\nd: 2\n", "yaml", "a.b", 7), "a:\n  b: 7\nd: 2\n");
}

TEST(YamlEdit, KeepsCarriageReturnsAndByteOrderMark) {
  EXPECT_EQ(set("\xEF\xBB\xBF" "a: 1\r\nb: 2\r\n", "yaml", "c", 3), "\xEF\xBB\xBF" "a: 1\r\nb: 2\r\nc: 3\r\n");
}

TEST(YamlEdit, KeepsBytesAfterWideCharacters) {
  EXPECT_EQ(set("größe: { ä: 1, ö: 2 }\n", "yaml", "größe.ö", 3), "größe: { ä: 1, ö: 3 }\n");
}

TEST(YamlEdit, RemovesAKeyAndTheParentsItLeavesEmpty) {
  EXPECT_EQ(unset("a:\n  b:\n    c: 1 # gone\nd: 2\n", "yaml", "a.b.c"), "d: 2\n");
  EXPECT_EQ(unset("a: { b: 1, c: 2 }\n", "yaml", "a.b"), "a: { c: 2 }\n");
  EXPECT_EQ(unset("a: { b: 1, c: 2 }\n", "yaml", "a.c"), "a: { b: 1 }\n");
  EXPECT_EQ(unset("a:\n  - 1\n  - 2\nb: 3\n", "yaml", "a"), "b: 3\n");
  EXPECT_EQ(unset("a: 1\n", "yaml", "a"), "");
}

TEST(YamlEdit, SaysWhenThereIsNothingToRemove) {
  auto r = unset_in_text("a: 1\n", "yaml", "b");
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().reason(), "CONFIG_KEY_NOT_FOUND");
}

TEST(YamlEdit, RefusesToSetBelowAValue) {
  auto r = set_in_text("a: 1\n", "yaml", "a.b", 2);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().reason(), "KEY_CONFLICT");
}

TEST(YamlEdit, RefusesAnEditThatWouldChangeAnotherKey) {
  // The alias shares the section: an edit below it cannot be told from one of its anchor.
  auto r = set_in_text("a: &x { k: 1 }\nb: *x\n", "yaml", "b.k", 2);
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().code(), 409) << r.error().to_string();
}

constexpr std::string_view kToml = R"(# service
name = "orders" # shown

[http]
port = 8081
timeout = "2s"   # per call

[http.limits]
body = "1MiB"
list = [
  1, # one
  2,
]

[db]
pool = { max = 8, idle = "1m" }
)";

TEST(TomlEdit, ReplacesOneValueAndKeepsEveryComment) {
  std::string expected(kToml);
  expected.replace(expected.find("\"2s\""), 4, "\"250ms\"");
  EXPECT_EQ(set(kToml, "toml", "http.timeout", "250ms"), expected);
}

TEST(TomlEdit, AddsAKeyToItsTable) {
  std::string expected(kToml);
  const std::string after = "timeout = \"2s\"   # per call\n";
  expected.insert(expected.find(after) + after.size(), "idle = \"1m\"\n");
  EXPECT_EQ(set(kToml, "toml", "http.idle", "1m"), expected);
}

TEST(TomlEdit, AddsARootKeyBeforeTheFirstTable) {
  std::string expected(kToml);
  const std::string after = "name = \"orders\" # shown\n";
  expected.insert(expected.find(after) + after.size(), "debug = true\n");
  EXPECT_EQ(set(kToml, "toml", "debug", true), expected);
}

TEST(TomlEdit, EditsInlineTablesAndArrays) {
  std::string expected(kToml);
  expected.replace(expected.find("max = 8"), 7, "max = 16");
  EXPECT_EQ(set(kToml, "toml", "db.pool.max", 16), expected);
  expected = kToml;
  expected.insert(expected.find(" }"), ", min = 1");
  EXPECT_EQ(set(kToml, "toml", "db.pool.min", 1), expected);
  expected = kToml;
  const std::size_t list = expected.find("[\n");
  expected.replace(list, expected.find("\n]") + 2 - list, "[3]");
  EXPECT_EQ(set(kToml, "toml", "http.limits.list", Value::array({3})), expected);
}

TEST(TomlEdit, MakesANewTableAtTheEnd) {
  EXPECT_EQ(set(kToml, "toml", "cache.local.ttl", "30s"), std::string(kToml) + "\n[cache.local]\nttl = \"30s\"\n");
  EXPECT_EQ(set("", "toml", "a", 1), "a = 1\n");
  EXPECT_EQ(set("a.b = 1\n", "toml", "a.c", 2.0), "a.b = 1\na.c = 2.0\n");
}

TEST(TomlEdit, RemovesKeysAndEmptyTables) {
  std::string expected(kToml);
  const std::string line = "timeout = \"2s\"   # per call\n";
  expected.erase(expected.find(line), line.size());
  EXPECT_EQ(unset(kToml, "toml", "http.timeout"), expected);
  EXPECT_EQ(unset("[a]\nx = 1\n\n[b]\ny = 2\n", "toml", "b.y"), "[a]\nx = 1\n\n");
  EXPECT_EQ(unset("p = { max = 8, idle = 1 }\n", "toml", "p.max"), "p = { idle = 1 }\n");
  EXPECT_EQ(unset("p = { max = 8, idle = 1 }\n", "toml", "p.idle"), "p = { max = 8 }\n");
}

TEST(TomlEdit, HasNoNull) {
  EXPECT_FALSE(set_in_text("", "toml", "a", Value()).ok());
}

TEST(JsonEdit, KeepsTheOrderOfKeys) {
  EXPECT_EQ(set(R"({"z": 1, "a": {"k": 2}})", "json", "a.k", 3), "{\n  \"z\": 1,\n  \"a\": {\n    \"k\": 3\n  }\n}\n");
  EXPECT_EQ(unset(R"({"z": 1, "a": {"k": 2}})", "json", "a.k"), "{\n  \"z\": 1\n}\n");
}

// Any sequence of edits leaves a document that reads back as the edits say; set_in_text itself checks that, so every
// success is right and what is counted here is that ordinary documents are never refused.
TEST(Edit, RandomEditsOfOrdinaryDocumentsAreNeverRefused) {
  for (const std::string format : {"yaml", "toml", "json"}) {
    std::string text = format == "json" ? "{}" : "# head\n";
    std::uint32_t seed = 7;
    const auto draw = [&](std::uint32_t n) { return (seed = seed * 1664525u + 1013904223u) / 65536u % n; };
    std::vector<std::string> keys;
    for (int i = 0; i < 300; ++i) {
      // Levels have names of their own, so that no key is both a value and a section.
      std::string key = "s" + std::to_string(draw(3));
      for (std::uint32_t d = 0, depth = draw(3); d < depth; ++d) key += ".t" + std::to_string(draw(3));
      key += ".k" + std::to_string(draw(4));
      if (draw(4) == 0) {
        auto r = unset_in_text(text, format, key);
        if (r) text = *r;
        else EXPECT_EQ(r.error().code(), 404) << format << ' ' << key << '\n' << r.error().to_string() << '\n' << text;
      } else {
        const Value values[] = {5, true, "250ms", "a: b # c", 2.5, Value::array({"x", 1}), "${a.b:c}"};
        auto r = set_in_text(text, format, key, values[draw(7)]);
        ASSERT_TRUE(r.ok()) << format << ' ' << key << '\n' << r.error().to_string() << '\n' << text;
        text = *r;
      }
    }
  }
}

constexpr std::string_view kIni = R"(; orders
name = orders

[http]
port = 8081   ; in the lab
timeout = "2s"  # quoted

[http.tls]
on = false
)";

TEST(IniEdit, ReplacesTheValueAndKeepsTheCommentBehindIt) {
  std::string expected(kIni);
  expected.replace(expected.find("8081"), 4, "9000");
  EXPECT_EQ(set(kIni, "ini", "http.port", 9000), expected);
  expected = kIni;
  expected.replace(expected.find("\"2s\""), 4, "\"a;b\"");
  EXPECT_EQ(set(kIni, "ini", "http.timeout", "a;b"), expected);
}

TEST(IniEdit, AddsAKeyToItsSectionOrToANewOne) {
  std::string expected(kIni);
  const std::string after = "# quoted\n";
  expected.insert(expected.find(after) + after.size(), "idle = 60s\n");
  EXPECT_EQ(set(kIni, "ini", "http.idle", "60s"), expected);
  EXPECT_EQ(set(kIni, "ini", "grpc.port", 9), std::string(kIni) + "\n[grpc]\nport = 9\n");
  expected = kIni;
  expected.insert(expected.find("\n[http]"), "top = true\n");
  EXPECT_EQ(set(kIni, "ini", "top", true), expected);
}

TEST(IniEdit, RemovesAKeyOrAWholeSection) {
  std::string expected(kIni);
  expected.erase(expected.find("port = "), std::string("port = 8081   ; in the lab\n").size());
  EXPECT_EQ(unset(kIni, "ini", "http.port"), expected);
  EXPECT_EQ(unset("[a]\nx = 1\ny = 2\n[b]\nz = 3\n", "ini", "a"), "[a]\n[b]\nz = 3\n");
}

TEST(IniEdit, RefusesListsAndNamesAFormatThatHasThem) {
  const std::string text = set(kIni, "ini", "http.hosts", Value::array({1, 2}));
  EXPECT_NE(text.find("cannot be written into ini (use yaml, toml or json)"), std::string::npos) << text;
}

TEST(PropertiesEdit, ReplacesAValueThatRunsOverLines) {
  const std::string text = "# c\na.list : x, \\\n   y\nb=1\n";
  EXPECT_EQ(set(text, "properties", "a.list", "z"), "# c\na.list : z\nb=1\n");
  EXPECT_EQ(set(text, "properties", "b", "two words"), "# c\na.list : x, \\\n   y\nb=two words\n");
  EXPECT_EQ(set(text, "properties", "c.d", 3), text + "c.d=3\n");
  EXPECT_EQ(unset(text, "properties", "a.list"), "# c\nb=1\n");
  EXPECT_EQ(set("p=C:\\\\\nq=1\n", "properties", "p", "D"), "p=D\nq=1\n");
}

TEST(DotenvEdit, KeepsExportsCommentsAndTheOthers) {
  const std::string text = "# secrets\nexport A=1 # first\nB=\"x\ny\"\n";
  EXPECT_EQ(set(text, "env", "A", "2"), "# secrets\nexport A=\"2\" # first\nB=\"x\ny\"\n");
  EXPECT_EQ(set(text, "env", "B", "z"), "# secrets\nexport A=1 # first\nB=\"z\"\n");
  EXPECT_EQ(set(text, "env", "C", "#"), text + "C=\"#\"\n");
  EXPECT_EQ(unset(text, "env", "B"), "# secrets\nexport A=1 # first\n");
}

TEST(LineEdit, KeepsTheLineEndsOfTheFile) {
  EXPECT_EQ(set("[a]\r\nx = 1\r\n", "ini", "a.y", 2), "[a]\r\nx = 1\r\ny = 2\r\n");
  EXPECT_EQ(set("a=1\r\n", "properties", "b", 2), "a=1\r\nb=2\r\n");
}

}  // namespace
