#include "workbench/behaviour/template.h"

#include "slipway/codec/codec.h"
#include "slipway/values/values.h"

namespace workbench::behaviour {

using slipway::Result;
using slipway::Value;
using slipway::middleware::Call;
namespace values = slipway::values;

namespace {

void append_escaped(std::string& out, const Value& v, Escape escape) {
  switch (escape) {
    case Escape::Text: values::append_text(out, v); break;
    case Escape::Json: values::append_json_text(out, v); break;
    case Escape::Url: values::append_url(out, v); break;
    case Escape::Html: values::append_html(out, v); break;
  }
}

std::string_view cpp_appender(Escape escape) {
  switch (escape) {
    case Escape::Text: return "values::append_text";
    case Escape::Json: return "values::append_json_text";
    case Escape::Url: return "values::append_url";
    case Escape::Html: return "values::append_html";
  }
  return {};
}

}  // namespace

Result<TextTemplate> TextTemplate::compile(std::string_view text, Escape escape, const Names& names) {
  TextTemplate t;
  t.escape_ = escape;
  while (!text.empty()) {
    const auto open = text.find("{{");
    if (open != 0) t.parts_.push_back({std::string(text.substr(0, open)), nullptr});
    if (open == std::string_view::npos) break;
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos)
      return slipway::bad_request("\"" + std::string(text.substr(open)) + "\": {{ is not closed by }}", "TEMPLATE_INVALID").with_mark(names.where);
    auto e = compile_expression(text.substr(open + 2, close - open - 2), names);
    if (!e.ok()) return e.error();
    t.parts_.push_back({{}, *e});
    text.remove_prefix(close + 2);
  }
  return t;
}

void TextTemplate::append(std::string& out, Call& call, const Variables& variables) const {
  for (const Part& p : parts_) {
    if (p.expression)
      append_escaped(out, p.expression->eval(call, variables), escape_);
    else
      out += p.text;
  }
}

std::string TextTemplate::render(Call& call, const Variables& variables) const {
  std::string out;
  append(out, call, variables);
  return out;
}

bool TextTemplate::constant() const { return parts_.empty() || (parts_.size() == 1 && !parts_[0].expression); }

std::string TextTemplate::cpp_append(std::string_view target, std::string_view indent) const {
  std::string out;
  for (const Part& p : parts_) {
    out += indent;
    if (p.expression)
      out += std::string(cpp_appender(escape_)) + "(" + std::string(target) + ", " + p.expression->cpp() + ");\n";
    else
      out += std::string(target) + " += " + cpp_string(p.text) + ";\n";
  }
  return out;
}

std::string TextTemplate::cpp_expression() const {
  if (parts_.empty()) return "std::string()";
  if (constant()) return "std::string(" + cpp_string(parts_[0].text) + ")";
  std::string out = "[&] { std::string text; ";
  for (const Part& p : parts_)
    out += p.expression ? std::string(cpp_appender(escape_)) + "(text, " + p.expression->cpp() + "); " : "text += " + cpp_string(p.text) + "; ";
  return out + "return text; }()";
}

Result<ValueTemplate> ValueTemplate::compile(const Value& value, const Names& names) {
  ValueTemplate t;
  auto root = build(value, names);
  if (!root.ok()) return root.error();
  t.root_ = std::move(*root);
  t.flatten(t.root_);
  return t;
}

Result<ValueTemplate::Node> ValueTemplate::build(const Value& value, const Names& names) {
  Names here = names;
  if (value.line > 0) {
    here.where.line = value.line;
    here.where.column = value.column;
  }
  Node n;
  if (value.is_map()) {
    n.kind = Node::Kind::Map;
    for (const auto& [k, v] : value.as_map()) {
      auto child = build(v, here);
      if (!child.ok()) return child;
      n.map.emplace_back(k, std::move(*child));
    }
  } else if (value.is_list()) {
    n.kind = Node::Kind::List;
    for (const auto& v : value.as_list()) {
      auto child = build(v, here);
      if (!child.ok()) return child;
      n.list.push_back(std::move(*child));
    }
  } else if (value.is_string() && value.as_string().find("{{") != std::string::npos) {
    auto text = TextTemplate::compile(value.as_string(), Escape::Text, here);
    if (!text.ok()) return text.error();
    if (text->parts_.size() == 1) {
      n.kind = Node::Kind::Expression;
      n.expression = text->parts_[0].expression;
    } else {
      n.kind = Node::Kind::Text;
      n.text = std::move(*text);
    }
  } else {
    n.constant = value;
  }
  return n;
}

Value ValueTemplate::eval(const Node& node, Call& call, const Variables& variables) {
  switch (node.kind) {
    case Node::Kind::Constant: return node.constant;
    case Node::Kind::Expression: return node.expression->eval(call, variables);
    case Node::Kind::Text: return Value(node.text.render(call, variables));
    case Node::Kind::Map: {
      Value::Map m;
      for (const auto& [k, child] : node.map) m[k] = eval(child, call, variables);
      return Value(std::move(m));
    }
    case Node::Kind::List: {
      Value::List l;
      for (const auto& child : node.list) l.push_back(eval(child, call, variables));
      return Value(std::move(l));
    }
  }
  return {};
}

Value ValueTemplate::eval(Call& call, const Variables& variables) const { return eval(root_, call, variables); }

void ValueTemplate::add_text(std::string_view text) {
  if (pieces_.empty() || pieces_.back().value || pieces_.back().inside) pieces_.push_back({});
  pieces_.back().text += text;
}

void ValueTemplate::flatten(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Constant: {
      std::string t;
      slipway::codec::append_json(t, node.constant);
      add_text(t);
      break;
    }
    case Node::Kind::Expression: pieces_.push_back({{}, node.expression, nullptr}); break;
    case Node::Kind::Text:
      add_text("\"");
      for (const auto& p : node.text.parts_) {
        if (p.expression) {
          pieces_.push_back({{}, nullptr, p.expression});
        } else {
          std::string t;
          values::append_json_text(t, Value(p.text));
          add_text(t);
        }
      }
      add_text("\"");
      break;
    case Node::Kind::Map: {
      add_text("{");
      bool first = true;
      for (const auto& [k, child] : node.map) {
        std::string key = first ? "" : ",";
        slipway::codec::append_json_string(key, k);
        add_text(key + ":");
        flatten(child);
        first = false;
      }
      add_text("}");
      break;
    }
    case Node::Kind::List: {
      add_text("[");
      bool first = true;
      for (const auto& child : node.list) {
        if (!first) add_text(",");
        flatten(child);
        first = false;
      }
      add_text("]");
      break;
    }
  }
}

void ValueTemplate::append_json(std::string& out, Call& call, const Variables& variables) const {
  for (const Piece& p : pieces_) {
    if (p.value)
      values::append_json(out, p.value->eval(call, variables));
    else if (p.inside)
      values::append_json_text(out, p.inside->eval(call, variables));
    else
      out += p.text;
  }
}

std::string ValueTemplate::cpp_append_json(std::string_view target, std::string_view indent) const {
  std::string out;
  for (const Piece& p : pieces_) {
    out += indent;
    if (p.value)
      out += "values::append_json(" + std::string(target) + ", " + p.value->cpp() + ");\n";
    else if (p.inside)
      out += "values::append_json_text(" + std::string(target) + ", " + p.inside->cpp() + ");\n";
    else
      out += std::string(target) + " += " + cpp_string(p.text) + ";\n";
  }
  return out;
}

std::string ValueTemplate::cpp(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Constant: return cpp_value(node.constant);
    case Node::Kind::Expression: return "Value(" + node.expression->cpp() + ")";
    case Node::Kind::Text: return "Value(" + node.text.cpp_expression() + ")";
    case Node::Kind::Map: {
      std::string out = "Value::object({";
      bool first = true;
      for (const auto& [k, child] : node.map) {
        out += std::string(first ? "" : ", ") + "{" + cpp_string(k) + ", " + cpp(child) + "}";
        first = false;
      }
      return out + "})";
    }
    case Node::Kind::List: {
      std::string out = "Value::array({";
      bool first = true;
      for (const auto& child : node.list) {
        out += std::string(first ? "" : ", ") + cpp(child);
        first = false;
      }
      return out + "})";
    }
  }
  return {};
}

std::string ValueTemplate::cpp_expression() const { return cpp(root_); }

}  // namespace workbench::behaviour
