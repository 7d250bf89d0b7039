#include "slipway/validate/rules.h"

#include <re2/re2.h>

#include <optional>

#include "slipway/base/json_text.h"

namespace slipway::validate {
namespace {

enum class Type { Any, String, Int, Number, Bool, List, Map };

struct Rule {
  std::string path;
  bool required = false;
  Type type = Type::Any;
  std::optional<double> min, max;
  std::optional<std::int64_t> min_length, max_length;
  std::shared_ptr<const re2::RE2> pattern;
  std::vector<Value> choices;
  std::vector<Rule> each;
};

std::string number(double d) { return d == static_cast<double>(static_cast<std::int64_t>(d)) ? std::to_string(static_cast<std::int64_t>(d)) : Value(d).to_text(); }

Error invalid(const Value& at, const std::string& path, const std::string& what) {
  Error e = bad_request("rule of \"" + path + "\": " + what, "RULE_INVALID");
  if (at.line > 0) e = e.with_mark({"", at.line, at.column});
  return e;
}

std::optional<Type> type_named(std::string_view name) {
  constexpr std::pair<std::string_view, Type> kTypes[] = {{"string", Type::String}, {"int", Type::Int}, {"number", Type::Number},
                                                          {"float", Type::Number},  {"bool", Type::Bool}, {"list", Type::List},
                                                          {"map", Type::Map},       {"any", Type::Any}};
  for (const auto& [n, t] : kTypes)
    if (n == name) return t;
  return std::nullopt;
}

bool is_a(const Value& v, Type type) {
  switch (type) {
    case Type::Any: return true;
    case Type::String: return v.is_string();
    case Type::Int: return v.is_int();
    case Type::Number: return v.is_number();
    case Type::Bool: return v.is_bool();
    case Type::List: return v.is_list();
    case Type::Map: return v.is_map();
  }
  return false;
}

std::string_view phrase(Type type) {
  constexpr std::string_view kPhrases[] = {"anything", "a string", "a whole number", "a number", "true or false", "a list", "an object"};
  return kPhrases[static_cast<int>(type)];
}

std::int64_t length_of(const Value& v) {
  if (v.is_list()) return static_cast<std::int64_t>(v.as_list().size());
  if (v.is_map()) return static_cast<std::int64_t>(v.as_map().size());
  std::int64_t characters = 0;
  for (const char c : v.as_string()) characters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return characters;
}

Result<std::vector<Rule>> compile_all(const Value& rules);

Status read_part(Rule& rule, const std::string& key, const Value& v) {
  const auto want_number = [&](std::optional<double>& out) -> Status {
    if (!v.is_number()) return invalid(v, rule.path, key + " must be a number");
    out = v.as_double();
    return {};
  };
  const auto want_length = [&](std::optional<std::int64_t>& out) -> Status {
    if (!v.is_int() || v.as_int() < 0) return invalid(v, rule.path, key + " must be a whole number from 0 up");
    out = v.as_int();
    return {};
  };
  if (key == "min") return want_number(rule.min);
  if (key == "max") return want_number(rule.max);
  if (key == "min_length") return want_length(rule.min_length);
  if (key == "max_length") return want_length(rule.max_length);
  if (key == "required") {
    if (!v.is_bool()) return invalid(v, rule.path, "required must be true or false");
    rule.required = v.as_bool();
  } else if (key == "type") {
    const auto type = v.is_string() ? type_named(v.as_string()) : std::nullopt;
    if (!type) return invalid(v, rule.path, "type must be one of string, int, number, bool, list, map");
    rule.type = *type;
  } else if (key == "pattern") {
    if (!v.is_string()) return invalid(v, rule.path, "pattern must be a string");
    re2::RE2::Options options;
    options.set_log_errors(false);
    rule.pattern = std::make_shared<const re2::RE2>(v.as_string(), options);
    if (!rule.pattern->ok()) return invalid(v, rule.path, "pattern does not compile: " + rule.pattern->error());
  } else if (key == "enum") {
    if (!v.is_list() || v.as_list().empty()) return invalid(v, rule.path, "enum must be a list of values");
    rule.choices = v.as_list();
  } else if (key == "each") {
    auto inner = compile_all(v);
    if (!inner) return inner.error();
    rule.each = std::move(*inner);
  } else {
    return invalid(v, rule.path, "\"" + key + "\" is unknown (use required, type, min, max, min_length, max_length, pattern, enum, each)");
  }
  return {};
}

Result<std::vector<Rule>> compile_all(const Value& rules) {
  if (rules.is_null()) return std::vector<Rule>{};
  if (!rules.is_map()) return invalid(rules, "", "must be a map from field to rule");
  std::vector<Rule> out;
  for (const auto& [path, parts] : rules.as_map()) {
    Rule rule;
    rule.path = path;
    if (parts.is_string() && type_named(parts.as_string())) {  // qty: int
      rule.type = *type_named(parts.as_string());
    } else if (parts.is_map()) {
      for (const auto& [key, v] : parts.as_map())
        if (Status s = read_part(rule, key, v); !s) return s.error();
    } else if (!parts.is_null()) {
      return invalid(parts, path, "must be a map or the name of a type");
    }
    out.push_back(std::move(rule));
  }
  return out;
}

void check_all(const std::vector<Rule>& rules, const Value& value, const std::string& prefix, std::vector<Violation>& out);

void check_one(const Rule& rule, const Value& v, const std::string& path, std::vector<Violation>& out) {
  const auto say = [&](std::string message) { out.push_back({path, std::move(message)}); };
  if (!is_a(v, rule.type)) return say("must be " + std::string(phrase(rule.type)) + " (is a " + std::string(Value::kind_name(v.kind())) + ")");
  if (v.is_number()) {
    if (rule.min && v.as_double() < *rule.min) say("must be at least " + number(*rule.min) + " (is " + v.to_text() + ")");
    if (rule.max && v.as_double() > *rule.max) say("must be at most " + number(*rule.max) + " (is " + v.to_text() + ")");
  }
  if (v.is_string() || v.is_list() || v.is_map()) {
    const std::int64_t n = length_of(v);
    const char* unit = v.is_string() ? " characters" : " entries";
    if (rule.min_length && n < *rule.min_length) say("must have at least " + std::to_string(*rule.min_length) + unit + " (has " + std::to_string(n) + ")");
    if (rule.max_length && n > *rule.max_length) say("must have at most " + std::to_string(*rule.max_length) + unit + " (has " + std::to_string(n) + ")");
  }
  if (rule.pattern && v.is_string() && !re2::RE2::FullMatch(v.as_string(), *rule.pattern)) say("must match " + rule.pattern->pattern());
  if (!rule.choices.empty()) {
    bool found = false;
    std::string known;
    for (const Value& c : rule.choices) {
      found = found || c == v;
      known += (known.empty() ? "" : ", ") + c.to_text();
    }
    if (!found) say("must be one of " + known);
  }
  if (rule.each.empty() || !v.is_list()) return;
  for (std::size_t i = 0; i < v.as_list().size(); ++i) check_all(rule.each, v.as_list()[i], path + "." + std::to_string(i) + ".", out);
}

void check_all(const std::vector<Rule>& rules, const Value& value, const std::string& prefix, std::vector<Violation>& out) {
  for (const Rule& rule : rules) {
    const Value* v = value.at_path(rule.path);
    if (v && !v->is_null())
      check_one(rule, *v, prefix + rule.path, out);
    else if (rule.required)
      out.push_back({prefix + rule.path, "is required"});
  }
}

}  // namespace

struct Rules::Impl {
  std::vector<Rule> rules;
};

Rules::Rules() : impl_(std::make_unique<Impl>()) {}
Rules::~Rules() = default;
Rules::Rules(Rules&&) noexcept = default;
Rules& Rules::operator=(Rules&&) noexcept = default;

Result<Rules> Rules::compile(const Value& rules) {
  auto all = compile_all(rules);
  if (!all) return all.error();
  Rules out;
  out.impl_->rules = std::move(*all);
  return out;
}

std::vector<Violation> Rules::check(const Value& value) const {
  std::vector<Violation> out;
  check_all(impl_->rules, value, "", out);
  return out;
}

bool Rules::empty() const { return impl_->rules.empty(); }

Error to_error(const std::vector<Violation>& violations) {
  std::string text;
  for (const Violation& v : violations) text += (text.empty() ? "" : "; ") + v.path + " " + v.message;
  Error e(422, "VALIDATION_FAILED", text);
  for (const Violation& v : violations) e = e.with_metadata(v.path, v.message);
  return e;
}

}  // namespace slipway::validate
