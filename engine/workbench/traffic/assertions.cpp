#include "workbench/traffic/assertions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <regex>

#include "slipway/base/time.h"
#include "slipway/codec/codec.h"
#include "slipway/context/headers.h"

namespace workbench::traffic {
namespace {

using slipway::Value;

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

struct Parts {
  std::string subject, op, wanted;
  bool quoted = false;
};

// "subject op wanted"; the subject may not hold spaces, so the first word after it is the operator.
std::optional<Parts> split(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kSigns = {"==", "!=", "<=", ">=", "<", ">"};
  static constexpr std::array<std::string_view, 5> kWords = {"contains", "in", "matches", "exists", "missing"};
  Parts p;
  text = trim(text);
  const auto end = text.find_first_of(" \t<>=!");
  if (end == 0 || end == std::string_view::npos) return std::nullopt;
  p.subject = text.substr(0, end);
  text = trim(text.substr(end));
  for (auto sign : kSigns) {
    if (text.starts_with(sign)) {
      p.op = sign;
      text = trim(text.substr(sign.size()));
      break;
    }
  }
  if (p.op.empty()) {
    const auto word = text.substr(0, text.find_first_of(" \t"));
    if (std::find(kWords.begin(), kWords.end(), word) == kWords.end()) return std::nullopt;
    p.op = word;
    text = trim(text.substr(word.size()));
  }
  const bool unary = p.op == "exists" || p.op == "missing";
  if (unary != text.empty()) return std::nullopt;
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
    p.quoted = true;
    if (auto read = slipway::codec::parse_json(text); text.front() == '"' && read && read->is_string())
      p.wanted = read->as_string();
    else
      p.wanted = text.substr(1, text.size() - 2);
  } else {
    p.wanted = text;
  }
  return p;
}

std::optional<double> number(std::string_view text) {
  double d = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), d);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return d;
}

// What the subject is: nullopt = missing. `problem` is set when it cannot even be looked up.
std::optional<Value> look_up(const std::string& subject, const Exchange& e, std::string& problem) {
  if (subject == "status") return Value(e.status);
  if (subject == "time") return Value(e.total_ns);
  if (subject == "reason") return Value(e.reason);
  if (subject.starts_with("header.")) {
    for (const auto& [name, value] : e.headers)
      if (slipway::context::same_name(name, std::string_view(subject).substr(7))) return Value(value);
    return std::nullopt;
  }
  if (subject == "body") return Value(e.body);
  if (subject.starts_with("body.")) {
    auto tree = slipway::codec::parse_json(e.body);
    if (!tree) {
      problem = "the body is not JSON: " + tree.error().message();
      return std::nullopt;
    }
    const Value* at = tree->at_path(std::string_view(subject).substr(5));
    return at ? std::optional(*at) : std::nullopt;
  }
  problem = "\"" + subject + "\" is not known (use status, time, body, body.<path> or header.<name>)";
  return std::nullopt;
}

bool equal(const Value& found, const Parts& p) {
  if (!p.quoted) {
    if (found.is_number())
      if (const auto n = number(p.wanted)) return found.as_double() == *n;
    if (found.is_null()) return p.wanted == "null";
    if (found.is_bool()) return p.wanted == (found.as_bool() ? "true" : "false");
    if (found.is_list() || found.is_map()) {
      const auto tree = slipway::codec::parse_json(p.wanted);
      return tree && *tree == found;
    }
  }
  return found.to_text() == p.wanted;
}

bool contains(const Value& found, const Parts& p) {
  if (found.is_list())
    return std::any_of(found.as_list().begin(), found.as_list().end(), [&](const Value& v) { return equal(v, p); });
  if (found.is_map()) return found.as_map().contains(p.wanted);
  return found.to_text().find(p.wanted) != std::string::npos;
}

}  // namespace

Assertion check(std::string_view text, const Exchange& exchange) {
  Assertion a;
  a.text = text;
  const auto p = split(text);
  if (!p) {
    a.found = "not an assertion: write \"status == 201\" or \"body.id exists\"";
    return a;
  }
  if (!exchange.error.empty()) {
    a.found = "no reply";
    return a;
  }
  std::string problem;
  const auto found = look_up(p->subject, exchange, problem);
  if (!problem.empty()) {
    a.found = problem;
    return a;
  }
  const bool is_time = p->subject == "time";
  a.found = !found ? "missing" : is_time ? slipway::format_duration(slipway::Duration(found->as_int() / 1000 * 1000)) : found->to_text();
  if (a.found.size() > 200) a.found = a.found.substr(0, 200) + "…";
  if (p->op == "exists" || p->op == "missing") {
    a.held = found.has_value() == (p->op == "exists");
    return a;
  }
  if (!found) return a;
  if (p->op == "==" || p->op == "!=") {
    a.held = equal(*found, *p) == (p->op == "==");
  } else if (p->op == "contains") {
    a.held = contains(*found, *p);
  } else if (p->op == "in") {
    std::string_view rest = p->wanted;
    while (true) {
      const auto comma = rest.find(',');
      Parts one = *p;
      one.wanted = trim(rest.substr(0, comma));
      if (equal(*found, one)) a.held = true;
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  } else if (p->op == "matches") {
    if (p->wanted.size() > 500 || found->to_text().size() > 10'000) {
      a.found = "too long for matches";
      return a;
    }
    try {
      a.held = std::regex_search(found->to_text(), std::regex(p->wanted));
    } catch (const std::regex_error& e) {
      a.found = std::string("not a regular expression: ") + e.what();
    }
  } else {
    std::optional<double> left = found->is_number() ? found->as_double() : number(found->to_text()), right = number(p->wanted);
    if (is_time) {
      const auto limit = slipway::parse_duration(p->wanted);
      right = limit ? std::optional(static_cast<double>(limit->count())) : std::nullopt;
    }
    if (!left || !right) {
      a.found += is_time ? " (the limit is not a duration: 200ms)" : " (not two numbers)";
      return a;
    }
    a.held = p->op == "<" ? *left < *right : p->op == "<=" ? *left <= *right : p->op == ">" ? *left > *right : *left >= *right;
  }
  return a;
}

std::vector<Assertion> check_all(const std::vector<std::string>& texts, const Exchange& exchange) {
  std::vector<Assertion> all;
  for (const auto& text : texts) all.push_back(check(text, exchange));
  return all;
}

}  // namespace workbench::traffic
