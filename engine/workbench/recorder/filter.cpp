#include "workbench/recorder/filter.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "slipway/base/time.h"

namespace workbench::recorder {

using slipway::Error;
using slipway::Result;

namespace {

constexpr std::string_view kFields = "service, instance, name, dur, status, trace, stopped, partial";

Error invalid(std::size_t column, const std::string& what) {
  return slipway::bad_request("column " + std::to_string(column + 1) + ": " + what, "FILTER_INVALID");
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

// The value at `at`: quoted, or up to a space.
Result<std::string> read_value(std::string_view text, std::size_t& at) {
  if (at >= text.size() || text[at] == ' ') return std::string();
  std::string out;
  if (text[at] != '"') {
    while (at < text.size() && text[at] != ' ') out += text[at++];
    return out;
  }
  const std::size_t begin = at++;
  for (; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    out += text[at];
  }
  if (at == text.size()) return invalid(begin, "the quote is not closed (add \" at the end)");
  ++at;
  return out;
}

struct Range {
  std::int64_t low, high;
};

std::optional<Range> status_range(std::string_view text) {
  if (text == "ok") return Range{1, 399};
  if (text == "error") return Range{500, 999};
  if (text.size() == 3 && text[0] >= '1' && text[0] <= '5' && text.substr(1) == "xx") return Range{(text[0] - '0') * 100, (text[0] - '0') * 100 + 99};
  if (text.empty() || text.size() > 3) return std::nullopt;
  std::int64_t n = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    n = n * 10 + (c - '0');
  }
  return Range{n, n};
}

}  // namespace

Result<Filter> Filter::parse(std::string_view text) {
  constexpr std::pair<std::string_view, Field> kNames[] = {{"service", Field::Service}, {"instance", Field::Service}, {"name", Field::Name},
                                                           {"dur", Field::Duration},    {"duration", Field::Duration}, {"status", Field::Status},
                                                           {"trace", Field::Trace},     {"stopped", Field::Stopped},   {"partial", Field::Partial}};
  constexpr std::pair<std::string_view, Op> kOps[] = {{"!=", Op::IsNot}, {"!~", Op::HasNot}, {">=", Op::MoreEqual}, {"<=", Op::LessEqual},
                                                      {"=", Op::Is},     {"~", Op::Has},     {">", Op::More},       {"<", Op::Less}};
  Filter filter;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    const Op* op = nullptr;
    std::size_t op_size = 0;
    for (const auto& [sign, o] : kOps)
      if (!op && end > begin && text.substr(end).starts_with(sign)) op = &o, op_size = sign.size();
    Term term{};
    if (!op) {
      auto word = read_value(text, at);
      if (!word) return word.error();
      term = {Field::Name, Op::Has, std::move(*word)};
      filter.terms_.push_back(std::move(term));
      continue;
    }
    const std::string_view name = text.substr(begin, end - begin);
    const Field* field = nullptr;
    for (const auto& [n, f] : kNames)
      if (n == name) field = &f;
    if (!field) return invalid(begin, "\"" + std::string(name) + "\" is no field (use " + std::string(kFields) + ")");
    const std::size_t value_at = at = end + op_size;
    auto value = read_value(text, at);
    if (!value) return value.error();
    term = {*field, *op, std::move(*value)};
    const bool orders = term.op == Op::More || term.op == Op::MoreEqual || term.op == Op::Less || term.op == Op::LessEqual;
    const bool contains = term.op == Op::Has || term.op == Op::HasNot;
    if (term.text.empty() && term.field != Field::Stopped && text.substr(value_at, 1) != "\"")
      return invalid(value_at, "a value is missing after " + std::string(text.substr(begin, value_at - begin)));
    if (term.field == Field::Duration) {
      if (!orders) return invalid(end, "dur compares with > >= < <= (like dur>5ms)");
      auto d = slipway::parse_duration(term.text);
      if (!d) return invalid(value_at, d.error().message());
      term.low = d->count();
    } else if (term.field == Field::Status) {
      const auto range = status_range(term.text);
      if (!range) return invalid(value_at, "\"" + term.text + "\" is no status (use 429, 4xx, ok, error)");
      if (contains) return invalid(end, "status compares with = != > >= < <=");
      term.low = range->low;
      term.high = range->high;
    } else if (orders) {
      return invalid(end, std::string(name) + " compares with = != ~ !~");
    }
    if (term.field == Field::Partial && term.text != "true" && term.text != "false") return invalid(value_at, "partial is true or false");
    filter.terms_.push_back(std::move(term));
  }
  // Names last: a trace that another term refuses need not be taken apart for them.
  std::stable_partition(filter.terms_.begin(), filter.terms_.end(), [](const Term& t) { return t.field != Field::Service && t.field != Field::Name; });
  return filter;
}

bool Filter::matches(const TraceFacts& facts) const {
  for (const Term& t : terms_)
    if (!holds(t, facts)) return false;
  return true;
}

bool Filter::holds(const Term& t, const TraceFacts& facts) {
  const bool negated = t.op == Op::IsNot || t.op == Op::HasNot;
  const bool part = t.op == Op::Has || t.op == Op::HasNot;
  const auto fits = [&](std::string_view s) { return part ? s.find(t.text) != std::string_view::npos : s == t.text; };
  const auto compare = [&](std::int64_t v, std::int64_t low, std::int64_t high) {
    switch (t.op) {
      case Op::More: return v > high;
      case Op::MoreEqual: return v >= low;
      case Op::Less: return v < low;
      case Op::LessEqual: return v <= high;
      case Op::IsNot: return v < low || v > high;
      default: return v >= low && v <= high;
    }
  };
  switch (t.field) {
    case Field::Service: return facts.any_service(fits) != negated;
    case Field::Name: return facts.any_name(fits) != negated;
    case Field::Duration: return compare(facts.duration_ns, t.low, t.low);
    case Field::Status: return compare(facts.status, t.low, t.high);
    case Field::Trace: return (part ? facts.id.find(t.text) != std::string::npos : facts.id.starts_with(t.text)) != negated;
    case Field::Stopped: return fits(facts.stopped_by) != negated;
    case Field::Partial: return (facts.partial == (t.text == "true")) != negated;
  }
  return false;
}

}  // namespace workbench::recorder
