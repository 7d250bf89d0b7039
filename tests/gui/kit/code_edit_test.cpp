#include "panels/kit/code_edit.h"

#include <gtest/gtest.h>

namespace panels::kit {
namespace {

// The pieces of a line as "kind:text".
std::vector<std::string> pieces(const char* line, Syntax syntax) {
  static const char* const kNames[] = {"key", "string", "number", "word", "variable", "comment"};
  const QString text = QString::fromUtf8(line);
  std::vector<std::string> out;
  for (const Lexeme& l : lex_line(text, syntax)) out.push_back(std::string(kNames[int(l.kind)]) + ":" + text.mid(l.start, l.length).toStdString());
  std::sort(out.begin(), out.end());
  return out;
}
using Pieces = std::vector<std::string>;

TEST(Lexer, YamlKnowsKeysCommentsAndTemplates) {
  EXPECT_EQ(pieces("  rate: 2000   # per key", Syntax::Yaml), (Pieces{"comment:# per key", "key:rate", "number:2000"}));
  EXPECT_EQ(pieces("- POST /orders:", Syntax::Yaml), (Pieces{"key:POST /orders"}));
  EXPECT_EQ(pieces("    - delay: 5ms", Syntax::Yaml), (Pieces{"key:delay", "number:5ms"}));
  EXPECT_EQ(pieces("url: http://a#b", Syntax::Yaml), (Pieces{"key:url"}));
  const auto mixed = pieces("text: \"{{body.sku}}\"", Syntax::Yaml);
  EXPECT_NE(std::find(mixed.begin(), mixed.end(), "variable:{{body.sku}}"), mixed.end());
  const auto flow = pieces("http: { address: 127.0.0.1, port: 8080 }", Syntax::Yaml);
  EXPECT_NE(std::find(flow.begin(), flow.end(), "key:port"), flow.end());
  EXPECT_NE(std::find(flow.begin(), flow.end(), "number:8080"), flow.end());
}

TEST(Lexer, TomlKnowsTablesAndKeys) {
  EXPECT_EQ(pieces("[gateway.rate_limit]", Syntax::Toml), (Pieces{"key:[gateway.rate_limit]"}));
  EXPECT_EQ(pieces("max = 16", Syntax::Toml), (Pieces{"key:max", "number:16"}));
  const auto key = pieces("key = \"${JWT_KEY}\"  # secret", Syntax::Toml);
  EXPECT_NE(std::find(key.begin(), key.end(), "variable:${JWT_KEY}"), key.end());
  EXPECT_NE(std::find(key.begin(), key.end(), "comment:# secret"), key.end());
}

TEST(Syntax, GoesByTheExtension) {
  EXPECT_EQ(syntax_of(QStringLiteral("config/a.toml")), Syntax::Toml);
  EXPECT_EQ(syntax_of(QStringLiteral("services/a.yml")), Syntax::Yaml);
  EXPECT_EQ(syntax_of(QStringLiteral("README")), Syntax::Plain);
}

}  // namespace
}  // namespace panels::kit
