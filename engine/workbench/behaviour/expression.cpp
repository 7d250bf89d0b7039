#include "workbench/behaviour/expression.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "slipway/codec/codec.h"
#include "slipway/config/schema.h"
#include "slipway/values/values.h"

namespace workbench::behaviour {

using slipway::Result;
using slipway::Value;
using slipway::middleware::Call;
namespace values = slipway::values;

namespace {

enum class Root { Path, Query, Header, Body, Now, Uuid, TraceId, Variable };

class Name final : public Expression {
 public:
  Name(Root root, std::string name, std::string path) : root_(root), name_(std::move(name)), path_(std::move(path)) {}
  Value eval(Call& call, const Variables& variables) const override {
    switch (root_) {
      case Root::Path: return values::path(call, path_);
      case Root::Query: return values::query(call, path_);
      case Root::Header: return values::header(call, path_);
      case Root::Body: return values::body(call, path_);
      case Root::Now: return values::now(call);
      case Root::Uuid: return values::uuid(call);
      case Root::TraceId: return values::trace_id(call);
      case Root::Variable: return values::at(variables.values[name_], path_);
    }
    return {};
  }
  std::string cpp() const override {
    switch (root_) {
      case Root::Path: return "values::path(call, " + cpp_string(path_) + ")";
      case Root::Query: return "values::query(call, " + cpp_string(path_) + ")";
      case Root::Header: return "values::header(call, " + cpp_string(path_) + ")";
      case Root::Body: return path_.empty() ? "values::body(call)" : "values::body(call, " + cpp_string(path_) + ")";
      case Root::Now: return "values::now(call)";
      case Root::Uuid: return "values::uuid(call)";
      case Root::TraceId: return "values::trace_id(call)";
      case Root::Variable:
        return path_.empty() ? cpp_variable(name_) : "values::at(" + cpp_variable(name_) + ", " + cpp_string(path_) + ")";
    }
    return {};
  }

 private:
  Root root_;
  std::string name_, path_;
};

class Literal final : public Expression {
 public:
  explicit Literal(Value value) : value_(std::move(value)) {}
  Value eval(Call&, const Variables&) const override { return value_; }
  std::string cpp() const override { return cpp_value(value_); }

 private:
  Value value_;
};

struct Function {
  std::string_view name;
  std::size_t arity;
  std::string_view cpp;
  Value (*run)(const std::vector<Value>&);
};

const Function kFunctions[] = {
    {"add", 2, "add", [](const std::vector<Value>& a) { return values::add(a[0], a[1]); }},
    {"sub", 2, "sub", [](const std::vector<Value>& a) { return values::sub(a[0], a[1]); }},
    {"mul", 2, "mul", [](const std::vector<Value>& a) { return values::mul(a[0], a[1]); }},
    {"int", 1, "to_int", [](const std::vector<Value>& a) { return values::to_int(a[0]); }},
    {"len", 1, "length", [](const std::vector<Value>& a) { return values::length(a[0]); }},
    {"default", 2, "first_of", [](const std::vector<Value>& a) { return Value(values::first_of(a[0], a[1])); }},
    {"upper", 1, "upper", [](const std::vector<Value>& a) { return values::upper(a[0]); }},
    {"lower", 1, "lower", [](const std::vector<Value>& a) { return values::lower(a[0]); }},
    {"sum", 2, "sum", [](const std::vector<Value>& a) { return values::sum(a[0], values::text(a[1])); }},
};

class FunctionCall final : public Expression {
 public:
  FunctionCall(const Function& f, std::vector<ExpressionPtr> args) : f_(&f), args_(std::move(args)) {}
  Value eval(Call& call, const Variables& variables) const override {
    std::vector<Value> a;
    a.reserve(args_.size());
    for (const auto& arg : args_) a.push_back(arg->eval(call, variables));
    return f_->run(a);
  }
  std::string cpp() const override {
    std::string out = "values::" + std::string(f_->cpp) + "(";
    for (std::size_t i = 0; i < args_.size(); ++i) {
      if (i) out += ", ";
      std::string arg = args_[i]->cpp();
      // sum's second argument is a path, not a Value.
      if (f_->name == "sum" && i == 1) arg = "values::text(" + arg + ")";
      out += arg;
    }
    return out + ")";
  }

 private:
  const Function* f_;
  std::vector<ExpressionPtr> args_;
};

class Parser {
 public:
  Parser(std::string_view text, const Names& names) : text_(text), names_(names) {}
  Result<ExpressionPtr> whole() {
    auto e = expression();
    if (!e.ok()) return e;
    skip();
    if (at_ < text_.size()) return fail("unexpected '" + std::string(text_.substr(at_)) + "'");
    return e;
  }

 private:
  slipway::Error fail(const std::string& what) const {
    return slipway::bad_request("{{" + std::string(text_) + "}}: " + what, "TEMPLATE_INVALID").with_mark(names_.where);
  }
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  static bool word_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' || c == '$'; }

  Result<ExpressionPtr> expression() {
    skip();
    if (at_ >= text_.size()) return fail("an expression is missing (for example {{body.sku}})");
    const char c = text_[at_];
    if (c == '"' || c == '\'') return quoted(c);
    std::size_t end = at_;
    while (end < text_.size() && word_char(text_[end])) ++end;
    std::string word(text_.substr(at_, end - at_));
    if (word.empty()) return fail("unexpected '" + std::string(1, c) + "'");
    at_ = end;
    skip();
    if (at_ < text_.size() && text_[at_] == '(') return function(word);
    if (std::isdigit(static_cast<unsigned char>(word[0])) || word[0] == '-') return number(word);
    if (word == "true" || word == "false") return ExpressionPtr(std::make_shared<Literal>(Value(word == "true")));
    if (word == "null") return ExpressionPtr(std::make_shared<Literal>(Value()));
    return name(word);
  }
  Result<ExpressionPtr> quoted(char quote) {
    const auto end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) return fail("the text is not closed");
    Value v(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return ExpressionPtr(std::make_shared<Literal>(std::move(v)));
  }
  Result<ExpressionPtr> number(const std::string& word) {
    auto parsed = slipway::codec::parse_json(word);
    if (!parsed.ok()) return fail("'" + word + "' is not a number");
    return ExpressionPtr(std::make_shared<Literal>(*parsed));
  }
  Result<ExpressionPtr> function(const std::string& word) {
    const Function* f = nullptr;
    std::vector<std::string> known;
    for (const auto& candidate : kFunctions) {
      known.emplace_back(candidate.name);
      if (candidate.name == word) f = &candidate;
    }
    if (!f) {
      const std::string near = nearest(word, known);
      return fail("there is no function '" + word + "'" + (near.empty() ? " (add, sub, mul, int, len, sum, default, upper, lower)" : "; did you mean '" + near + "'?"));
    }
    ++at_;
    std::vector<ExpressionPtr> args;
    skip();
    while (at_ < text_.size() && text_[at_] != ')') {
      auto a = expression();
      if (!a.ok()) return a;
      args.push_back(*a);
      skip();
      if (at_ < text_.size() && text_[at_] == ',') ++at_;
      skip();
    }
    if (at_ >= text_.size()) return fail("a ')' is missing");
    ++at_;
    if (args.size() != f->arity)
      return fail(word + " takes " + std::to_string(f->arity) + " arguments, not " + std::to_string(args.size()));
    return ExpressionPtr(std::make_shared<FunctionCall>(*f, std::move(args)));
  }
  Result<ExpressionPtr> name(const std::string& word) {
    const auto dot = word.find('.');
    const std::string root = word.substr(0, dot);
    const std::string rest = dot == std::string::npos ? "" : word.substr(dot + 1);
    auto make = [&](Root r) { return ExpressionPtr(std::make_shared<Name>(r, root, rest)); };
    if (names_.variables.count(root)) return make(Root::Variable);
    if (root == "body") return make(Root::Body);
    if (rest.empty()) {
      if (root == "now" || root == "$now" || root == "$timestamp") return make(Root::Now);
      if (root == "uuid" || root == "$uuid") return make(Root::Uuid);
      if (root == "trace_id") return make(Root::TraceId);
      if (root == "path" || root == "query" || root == "header") return fail(root + " needs a name: {{" + root + ".x}}");
    } else {
      if (root == "query") return make(Root::Query);
      if (root == "header") return make(Root::Header);
      if (root == "path") {
        if (names_.path_params.count(rest)) return make(Root::Path);
        std::vector<std::string> known(names_.path_params.begin(), names_.path_params.end());
        const std::string near = nearest(rest, known);
        return fail("the route has no parameter {" + rest + "}" + (near.empty() ? "" : "; did you mean path." + near + "?"));
      }
    }
    std::vector<std::string> known(names_.variables.begin(), names_.variables.end());
    for (const char* k : {"path", "query", "header", "body", "now", "uuid", "trace_id"}) known.emplace_back(k);
    const std::string near = nearest(root, known);
    return fail("there is no name '" + word + "'" +
                (near.empty() ? " (path.x, query.x, header.x, body.x, now, uuid, trace_id, or what an earlier step made with `as:`)"
                              : "; did you mean '" + near + "'?"));
  }

  std::string_view text_;
  const Names& names_;
  std::size_t at_ = 0;
};

}  // namespace

Result<ExpressionPtr> compile_expression(std::string_view text, const Names& names) { return Parser(text, names).whole(); }

std::string cpp_string(std::string_view text) {
  // Raw strings read better where there are quotes; they must not contain their own end.
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c != 0x7f; });
  if (plain && text.find_first_of("\"\\") != std::string_view::npos && text.find(")\"") == std::string_view::npos && text.size() < 200)
    return "R\"(" + std::string(text) + ")\"";
  std::string out = "\"";
  for (unsigned char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\t': out += "\\t"; break;
      case '\r': out += "\\r"; break;
      default:
        if (c < 0x20 || c == 0x7f) {
          char octal[8];
          snprintf(octal, sizeof octal, "\\%03o", c);
          out += octal;
        } else {
          out += static_cast<char>(c);
        }
    }
  }
  return out + "\"";
}

std::string cpp_value(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::Null: return "Value()";
    case Value::Kind::Bool: return value.as_bool() ? "Value(true)" : "Value(false)";
    case Value::Kind::Int: return "Value(std::int64_t{" + std::to_string(value.as_int()) + "})";
    case Value::Kind::Double: {
      std::string t;
      slipway::codec::append_json(t, value);
      return "Value(double{" + t + "})";
    }
    case Value::Kind::String: return "Value(" + cpp_string(value.as_string()) + ")";
    case Value::Kind::List: {
      std::string out = "Value::array({";
      bool first = true;
      for (const Value& v : value.as_list()) {
        out += std::string(first ? "" : ", ") + cpp_value(v);
        first = false;
      }
      return out + "})";
    }
    case Value::Kind::Map: {
      std::string out = "Value::object({";
      bool first = true;
      for (const auto& [k, v] : value.as_map()) {
        out += std::string(first ? "" : ", ") + "{" + cpp_string(k) + ", " + cpp_value(v) + "}";
        first = false;
      }
      return out + "})";
    }
  }
  return "Value()";
}

std::string cpp_variable(std::string_view name) {
  std::string out;
  for (char c : name) out += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  if (out.empty() || std::isdigit(static_cast<unsigned char>(out[0]))) out.insert(0, "v_");
  static const std::set<std::string> kTaken = {"call", "service", "values", "new", "delete", "class", "int", "double", "return",
                                               "default", "register", "operator", "auto", "status", "out", "for", "if", "this"};
  return kTaken.count(out) ? out + "_value" : out;
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  const auto near = slipway::config::nearest_names(word, candidates, 1);
  return near.empty() ? std::string() : near.front();
}

}  // namespace workbench::behaviour
