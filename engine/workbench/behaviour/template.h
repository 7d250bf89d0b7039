// Templates: texts and trees with {{expressions}} in them, compiled once.
// A string that is one expression and nothing else keeps the expression's type ("{{body.qty}}" stays a number); any other
// mixture is text, escaped for the place it goes to.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "workbench/behaviour/expression.h"

namespace workbench::behaviour {

enum class Escape { Text, Json, Url, Html };

// Text with expressions, e.g. a URL path or a text body.
class TextTemplate {
 public:
  static slipway::Result<TextTemplate> compile(std::string_view text, Escape escape, const Names& names);
  void append(std::string& out, slipway::middleware::Call& call, const Variables& variables) const;
  std::string render(slipway::middleware::Call& call, const Variables& variables) const;
  bool constant() const;
  // Statements that append to the C++ string variable `target`.
  std::string cpp_append(std::string_view target, std::string_view indent) const;
  // A C++ expression of type std::string.
  std::string cpp_expression() const;

 private:
  struct Part {
    std::string text;          // when there is no expression
    ExpressionPtr expression;
  };
  friend class ValueTemplate;
  Escape escape_ = Escape::Text;
  std::vector<Part> parts_;
};

// A tree with expressions in its strings, e.g. a JSON body or SQL parameters.
class ValueTemplate {
 public:
  static slipway::Result<ValueTemplate> compile(const slipway::Value& value, const Names& names);
  slipway::Value eval(slipway::middleware::Call& call, const Variables& variables) const;
  // The same as JSON text, without building a tree.
  void append_json(std::string& out, slipway::middleware::Call& call, const Variables& variables) const;
  std::string cpp_append_json(std::string_view target, std::string_view indent) const;
  std::string cpp_expression() const;

 private:
  struct Node {
    slipway::Value constant;                         // when nothing else is set
    ExpressionPtr expression;                        // a whole string that is one expression
    TextTemplate text;                               // a mixture
    std::vector<std::pair<std::string, Node>> map;
    std::vector<Node> list;
    enum class Kind { Constant, Expression, Text, Map, List } kind = Kind::Constant;
  };
  // JSON as it is written: pieces of text and what stands between them.
  struct Piece {
    std::string text;
    ExpressionPtr value;   // appended as a JSON value
    ExpressionPtr inside;  // appended inside a JSON string
  };
  static slipway::Result<Node> build(const slipway::Value& value, const Names& names);
  static slipway::Value eval(const Node& node, slipway::middleware::Call& call, const Variables& variables);
  static std::string cpp(const Node& node);
  void flatten(const Node& node);
  void add_text(std::string_view text);
  Node root_;
  std::vector<Piece> pieces_;
};

}  // namespace workbench::behaviour
