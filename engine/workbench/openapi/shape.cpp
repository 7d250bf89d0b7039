#include "workbench/openapi/shape.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace workbench::openapi {

using slipway::Value;

namespace {

bool name_char(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.'; }

// The expressions of a text, without their braces.
std::vector<std::string_view> expressions(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; (at = text.find("{{", at)) != std::string_view::npos;) {
    const std::size_t end = text.find("}}", at + 2);
    if (end == std::string_view::npos) break;
    out.push_back(text.substr(at + 2, end - at - 2));
    at = end + 2;
  }
  return out;
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

// A whole string that is one expression, without its braces; empty when it is anything else.
std::string_view whole_expression(std::string_view text) {
  if (!text.starts_with("{{") || !text.ends_with("}}") || text.find("}}") != text.size() - 2) return {};
  return trim(text.substr(2, text.size() - 4));
}

// The type that the innermost function around position `at` wants of its arguments.
std::string wanted_type(std::string_view expression, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i-- > 0;) {
    if (expression[i] == ')') ++depth;
    if (expression[i] != '(') continue;
    if (depth-- > 0) continue;
    depth = 0;
    std::size_t from = i;
    while (from > 0 && name_char(expression[from - 1])) --from;
    const std::string_view function = expression.substr(from, i - from);
    if (function == "int") return "integer";
    if (function == "add" || function == "sub" || function == "mul") return "number";
    if (function == "upper" || function == "lower") return "string";
    if (function != "default") return {};
  }
  return {};
}

Value literal(std::string_view text) {
  text = trim(text);
  if (text.empty()) return {};
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) return Value(text.substr(1, text.size() - 2));
  char* end = nullptr;
  const std::string copy(text);
  const double d = std::strtod(copy.c_str(), &end);
  if (*end != '\0') return {};
  if (d == static_cast<double>(static_cast<long long>(d))) return Value(static_cast<long long>(d));
  return Value(d);
}

// The literal of `default(NAME, literal)` when the name that ends at `end` is its first argument.
Value fallback_at(std::string_view expression, std::size_t from, std::size_t end) {
  if (!trim(expression.substr(0, from)).ends_with("default(")) return {};
  if (end >= expression.size() || trim(expression.substr(end)).front() != ',') return {};
  const std::size_t comma = expression.find(',', end);
  return literal(expression.substr(comma + 1, expression.find(')', comma) - comma - 1));
}

void collect(std::string_view expression, std::vector<Use>& out) {
  for (std::size_t at = 0; at < expression.size();) {
    if (!name_char(expression[at])) {
      if (expression[at] == '"' || expression[at] == '\'') {
        const std::size_t close = expression.find(expression[at], at + 1);
        if (close == std::string_view::npos) return;
        at = close;
      }
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < expression.size() && name_char(expression[end])) ++end;
    const std::string_view name = expression.substr(at, end - at);
    const std::string_view root = name.substr(0, name.find('.'));
    if (root == "path" || root == "query" || root == "header" || root == "body") {
      Use use{std::string(root), root.size() < name.size() ? std::string(name.substr(root.size() + 1)) : "", wanted_type(expression, at), fallback_at(expression, at, end)};
      if (use.type.empty() && use.fallback.is_int()) use.type = "integer";
      const auto known = std::find_if(out.begin(), out.end(), [&](const Use& u) { return u.root == use.root && u.path == use.path; });
      if (known == out.end())
        out.push_back(std::move(use));
      else {
        if (known->type.empty() || use.type == "integer") known->type = use.type.empty() ? known->type : use.type;
        if (known->fallback.is_null()) known->fallback = use.fallback;
      }
    }
    at = end;
  }
}

void walk(const Value& v, std::vector<Use>& out) {
  if (v.is_string())
    for (const auto e : expressions(v.as_string())) collect(e, out);
  if (v.is_list())
    for (const auto& item : v.as_list()) walk(item, out);
  if (v.is_map())
    for (const auto& [key, item] : v.as_map()) walk(item, out);
}

Value schema(std::string_view type) { return Value::object({{"type", Value(type)}}); }

// The place in an object schema where "customer.email" is described; objects on the way are made.
Value& property(Value& object, std::string_view path) {
  Value* at = &object;
  while (true) {
    const std::size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    if ((*at)["type"].is_null()) (*at)["type"] = Value("object");
    at = &(*at)["properties"][name];
    if (dot == std::string_view::npos) {
      if (at->is_null()) *at = Value(Value::Map{});
      return *at;
    }
    path.remove_prefix(dot + 1);
  }
}

void require(Value& object, std::string_view path) {
  Value* at = &object;
  while (true) {
    const std::size_t dot = path.find('.');
    Value& list = (*at)["required"];
    if (!list.is_list()) list = Value(Value::List{});
    auto& names = list.as_list();
    const Value name(path.substr(0, dot));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    if (dot == std::string_view::npos) return;
    at = &(*at)["properties"][path.substr(0, dot)];
    path.remove_prefix(dot + 1);
  }
}

void put_rule(Value& out, const Value& rule) {
  if (!rule.is_map()) return;
  const std::string type = rule["type"].is_string() ? rule["type"].as_string() : "";
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {{"string", "string"}, {"int", "integer"}, {"number", "number"}, {"float", "number"},
                                                                      {"bool", "boolean"},  {"list", "array"},  {"map", "object"}};
  for (const auto& [ours, theirs] : kTypes)
    if (type == ours) out["type"] = Value(theirs);
  if (rule["pattern"].is_string()) {
    if (type.empty()) out["type"] = Value("string");
    out["pattern"] = Value("^(?:" + rule["pattern"].as_string() + ")$");  // ours matches the whole text
  }
  if (rule["enum"].is_list()) out["enum"] = rule["enum"];
  if (!rule["min"].is_null()) out["minimum"] = rule["min"];
  if (!rule["max"].is_null()) out["maximum"] = rule["max"];
  const std::string_view suffix = type == "list" ? "Items" : type == "map" ? "Properties" : "Length";
  if (!rule["min_length"].is_null()) out["min" + std::string(suffix)] = rule["min_length"];
  if (!rule["max_length"].is_null()) out["max" + std::string(suffix)] = rule["max_length"];
  if (rule["each"].is_map()) out["items"] = schema_of_rules(rule["each"]);
  if (type == "list" && out["items"].is_null()) out["items"] = Value(Value::Map{});
}

// What one expression gives.
Value schema_of_expression(std::string_view expression, const Value& request) {
  const std::size_t open = expression.find('(');
  if (open != std::string_view::npos) {
    const std::string_view function = trim(expression.substr(0, open));
    if (function == "int" || function == "len") return schema("integer");
    if (function == "add" || function == "sub" || function == "mul" || function == "sum") return schema("number");
    if (function == "upper" || function == "lower") return schema("string");
    return Value(Value::Map{});
  }
  const std::string_view root = expression.substr(0, expression.find('.'));
  if (root == "path" || root == "query" || root == "header" || expression == "uuid" || expression == "trace_id") return schema("string");
  if (expression == "now") return Value::object({{"type", Value("string")}, {"format", Value("date-time")}});
  if (root == "body") {
    if (expression == "body") return request.is_map() ? request : Value(Value::Map{});
    const Value* at = &request;
    for (std::string_view rest = expression.substr(5); at && !rest.empty();) {
      const std::size_t dot = rest.find('.');
      at = (*at)["properties"].is_map() ? (*at)["properties"].as_map().find(rest.substr(0, dot)) : nullptr;
      rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    }
    if (at && at->is_map()) return *at;
  }
  return Value(Value::Map{});
}

}  // namespace

std::vector<Use> uses_of(const Value& options) {
  std::vector<Use> out;
  walk(options, out);
  return out;
}

Value schema_of_rules(const Value& rules) {
  Value out = schema("object");
  if (!rules.is_map()) return out;
  for (const auto& [path, rule] : rules.as_map()) {
    put_rule(property(out, path), rule);
    if (rule["required"].is_bool() && rule["required"].as_bool()) require(out, path);
  }
  return out;
}

Value schema_of_uses(const std::vector<Use>& uses) {
  Value out(Value::Map{});
  for (const Use& u : uses) {
    if (u.root != "body" || u.path.empty()) continue;
    Value& at = property(out, u.path);
    if (!u.type.empty()) at["type"] = Value(u.type);
  }
  return out;
}

Value schema_of_template(const Value& body, const Value& request) {
  switch (body.kind()) {
    case Value::Kind::Null: return Value(Value::Map{});
    case Value::Kind::Bool: return schema("boolean");
    case Value::Kind::Int: return schema("integer");
    case Value::Kind::Double: return schema("number");
    case Value::Kind::String: {
      if (const auto expression = whole_expression(body.as_string()); !expression.empty()) return schema_of_expression(expression, request);
      return schema("string");
    }
    case Value::Kind::List: {
      Value out = schema("array");
      out["items"] = body.as_list().empty() ? Value(Value::Map{}) : schema_of_template(body.as_list().front(), request);
      return out;
    }
    case Value::Kind::Map: {
      Value out = schema("object");
      Value::List required;
      for (const auto& [name, value] : body.as_map()) {
        out["properties"][name] = schema_of_template(value, request);
        required.emplace_back(name);
      }
      if (!required.empty()) out["required"] = Value(std::move(required));
      return out;
    }
  }
  return {};
}

}  // namespace workbench::openapi
