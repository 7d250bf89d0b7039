#include "workbench/workspace/reader.h"

#include <algorithm>

#include "slipway/config/convert.h"

namespace workbench::workspace {

using slipway::Mark;
using slipway::Value;

bool valid_name(std::string_view name) {
  if (name.empty() || !std::isalpha(static_cast<unsigned char>(name.front()))) return false;
  return std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& known) {
  const auto near = slipway::config::nearest_names(wanted, known, 1);
  if (!near.empty()) return " (did you mean " + near.front() + "?)";
  std::string all;
  for (const auto& k : known) all += (all.empty() ? "" : ", ") + k;
  return all.empty() ? "" : " (known here: " + all + ")";
}

Reader::Reader(std::string_view text, std::string file, std::vector<Problem>& problems)
    : file_(std::move(file)), problems_(problems) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines_.emplace_back(line);
    at = end + 1;
  }
}

void Reader::problem(const Mark& where, std::string key, std::string message) {
  Problem p;
  p.where = where;
  p.where.file = file_;
  p.source = file_;
  p.message = message.starts_with(key + ": ") ? message.substr(key.size() + 2) : std::move(message);
  p.key = std::move(key);
  problems_.push_back(std::move(p));
}

Mark Reader::key_mark(std::string_view key, const Value& value) const {
  const int last = std::min(value.line > 0 ? value.line : 1, line_count());
  for (int n = last; n >= 1 && n > last - 200; --n) {
    const std::string_view text = line(n);
    for (std::size_t at = text.rfind(key); at != std::string_view::npos; at = at == 0 ? std::string_view::npos : text.rfind(key, at - 1)) {
      std::size_t after = at + key.size();
      if (after < text.size() && (text[after] == '"' || text[after] == '\'')) ++after;
      while (after < text.size() && text[after] == ' ') ++after;
      const bool whole = at == 0 || std::string_view(" {,-\"'").find(text[at - 1]) != std::string_view::npos;
      const bool before = n < last || static_cast<int>(at) + 1 <= value.column || value.column == 0;
      if (whole && before && after < text.size() && text[after] == ':') return {file_, n, static_cast<int>(at) + 1};
    }
  }
  return mark(value);
}

bool Reader::map(const Value& v, std::string_view what, std::initializer_list<std::string_view> known) {
  if (!v.is_map()) {
    problem(v, std::string(what), "is a " + std::string(Value::kind_name(v.kind())) + ", where a map of keys is needed" +
                                      (known.size() ? " (for example " + std::string(*known.begin()) + ": …)" : ""));
    return false;
  }
  for (const auto& [key, value] : v.as_map()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    problem(key_mark(key, value), key, "unknown key" + did_you_mean(key, std::vector<std::string>(known.begin(), known.end())));
  }
  return true;
}

std::string Reader::text(const Value& v, std::string_view what, std::string otherwise) {
  if (v.is_null()) return otherwise;
  auto r = slipway::config::convert_string(v, "");
  if (r) return *r;
  problem(v, std::string(what), r.error().message());
  return otherwise;
}

std::int64_t Reader::integer(const Value& v, std::string_view what, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  if (v.is_null()) return otherwise;
  if (v.is_int() && v.as_int() >= least && v.as_int() <= most) return v.as_int();
  problem(v, std::string(what), (v.is_string() ? "\"" + v.as_string() + "\"" : v.to_text()) + " is not a number from " + std::to_string(least) + " to " + std::to_string(most));
  return otherwise;
}

std::string Reader::choice(const Value& v, std::string_view what, std::initializer_list<std::string_view> choices) {
  const std::string first(*choices.begin());
  if (v.is_null()) return first;
  const std::string text = this->text(v, what, first);
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
  problem(v, std::string(what), "\"" + text + "\" is not one of them" + did_you_mean(text, std::vector<std::string>(choices.begin(), choices.end())));
  return first;
}

std::string Reader::duration(const Value& v, std::string_view what, std::string otherwise) {
  if (v.is_null()) return otherwise;
  if (auto r = slipway::config::convert_duration(v, ""); !r) {
    problem(v, std::string(what), r.error().message());
    return otherwise;
  }
  return v.to_text();
}

std::string Reader::name(const Value& v, std::string_view what) {
  const std::string text = this->text(v, what);
  if (!v.is_null() && !valid_name(text)) problem(v, std::string(what), "\"" + text + "\" is not a name (use letters, digits and -, a letter first)");
  return text;
}

std::string Reader::lines(int first, int last) const {
  last = std::min(last, line_count());
  const auto idle = [this](int n) {
    const std::size_t at = line(n).find_first_not_of(" \t");
    return at == std::string_view::npos || line(n)[at] == '#';
  };
  while (last > first && idle(last)) --last;
  std::string out;
  for (int n = std::max(1, first); n <= last; ++n) out += std::string(line(n)) + "\n";
  return out;
}

}  // namespace workbench::workspace
