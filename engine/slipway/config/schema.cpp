#include "slipway/config/schema.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "slipway/codec/codec.h"
#include "slipway/config/convert.h"

namespace slipway::config {
namespace {

std::string fold(std::string_view key) {
  std::string out(key);
  for (char& c : out) c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string full_key(std::string_view prefix, std::string_view name) {
  return prefix.empty() ? std::string(name) : std::string(prefix) + "." + std::string(name);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);  // two letters swapped
    }
    before.swap(row);
    row.swap(next);
  }
  return row[b.size()];
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const auto& n : names) out += (out.empty() ? "" : ", ") + n;
  return out;
}

Result<Value> list_of(const Value& v) {
  if (v.is_list()) return v;
  if (v.is_string()) {
    const std::string& text = v.as_string();
    if (!text.empty() && text.front() == '[') {
      auto parsed = codec::parse_yaml(text);
      if (parsed && parsed->is_list()) return *parsed;
    } else {
      Value::List items;
      for (std::size_t from = 0; !text.empty() && from <= text.size();) {
        std::size_t comma = std::min(text.find(',', from), text.size());
        std::string_view item = std::string_view(text).substr(from, comma - from);
        while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
        while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
        if (!item.empty()) items.emplace_back(item);
        from = comma + 1;
      }
      return Value(std::move(items));
    }
  }
  return wrong_type(v, "", "a list (use [a, b])");
}

// The kind conversion alone, without limits.
Result<Converted> converted(const KeySpec& spec, const Value& v) {
  Converted out;
  switch (spec.type) {
    case KeyType::Bool: {
      auto r = convert_bool(v, "");
      if (!r) return r.error();
      out.value = *r;
      break;
    }
    case KeyType::Int: {
      auto r = convert_int(v, "");
      if (!r) return r.error();
      out.value = out.number = *r;
      break;
    }
    case KeyType::Float: {
      auto r = convert_double(v, "");
      if (!r) return r.error();
      // "700" of a command line stays 700, not 700.0.
      auto whole = v.is_string() ? convert_int(v, "") : Result<std::int64_t>(bad_request(""));
      out.value = v.is_number() ? v : whole ? Value(*whole) : Value(*r);
      break;
    }
    case KeyType::Duration: {
      auto r = convert_duration(v, "");
      if (!r) return r.error();
      out.value = v.is_string() ? v : Value("0s");
      out.number = r->count();
      break;
    }
    case KeyType::Size: {
      auto r = convert_size(v, "");
      if (!r) return r.error();
      out.value = v;
      out.number = static_cast<std::int64_t>(*r);
      break;
    }
    case KeyType::List: {
      auto r = list_of(v);
      if (!r) return r.error();
      out.value = std::move(*r);
      break;
    }
    case KeyType::Enum: {
      auto r = convert_string(v, "");
      if (!r || std::find(spec.choices.begin(), spec.choices.end(), *r) == spec.choices.end())
        return wrong_type(v, "", "one of " + joined(spec.choices));
      out.value = *r;
      break;
    }
    case KeyType::Url: {
      auto r = convert_string(v, "");
      const std::size_t at = r ? r->find("://") : std::string::npos;
      if (!r || at == std::string::npos || at == 0 || at + 3 >= r->size() || r->find(' ') != std::string::npos)
        return wrong_type(v, "", "a URL (use http://127.0.0.1:8080)");
      out.value = *r;
      break;
    }
    case KeyType::String:
    case KeyType::Secret: {
      if (spec.type == KeyType::Secret && v.is_list()) {  // several keys under one name
        out.value = v;
        break;
      }
      auto r = convert_string(v, "");
      if (!r) return r.error();
      out.value = *r;
      break;
    }
  }
  return out;
}

double magnitude(const KeySpec& spec, const Converted& c) {
  if (spec.type == KeyType::Duration || spec.type == KeyType::Size) return static_cast<double>(c.number);
  return c.value.is_number() ? c.value.as_double() : 0;
}

}  // namespace

std::string_view type_name(KeyType type) {
  static constexpr std::string_view kNames[] = {"bool", "int",  "float", "string", "duration",
                                                "size", "enum", "list",  "secret", "url"};
  return kNames[static_cast<std::size_t>(type)];
}

Result<Converted> convert(const KeySpec& spec, const Value& value) {
  auto r = converted(spec, value);
  if (!r) return r;
  const std::string unit = spec.unit.empty() || spec.unit.front() == '/' ? spec.unit : " " + spec.unit;
  if (!spec.min.is_null() || !spec.max.is_null()) {
    const double x = magnitude(spec, *r);
    for (const Value* bound : {&spec.min, &spec.max}) {
      if (bound->is_null()) continue;
      auto limit = converted(spec, *bound);
      if (!limit) continue;
      const bool low = bound == &spec.min;
      const double y = magnitude(spec, *limit);
      if (low ? x < y : x > y)
        return bad_request(value.to_text() + " is too " + (low ? "small (at least " : "large (at most ") +
                               bound->to_text() + unit + ")",
                           "OUT_OF_RANGE");
    }
  }
  if (spec.check) {
    if (std::string why = spec.check(r->value); !why.empty()) return bad_request("\"" + value.to_text() + "\" " + why, "REFUSED");
  }
  r->value.line = value.line;
  r->value.column = value.column;
  return r;
}

void Schema::add(Section section) {
  remove(section.prefix);
  for (const auto& spec : section.keys) {
    std::string key = full_key(section.prefix, spec.name);
    folded_[fold(key)] = key;
    keys_[std::move(key)] = spec;
  }
  std::string prefix = section.prefix;
  sections_[std::move(prefix)] = std::move(section);
}

void Schema::remove(std::string_view prefix) {
  const auto it = sections_.find(prefix);
  if (it == sections_.end()) return;
  for (const auto& spec : it->second.keys) {
    const std::string key = full_key(prefix, spec.name);
    keys_.erase(key);
    folded_.erase(fold(key));
  }
  sections_.erase(it);
}

const KeySpec* Schema::find(std::string_view key) const {
  const auto it = keys_.find(key);
  return it == keys_.end() ? nullptr : &it->second;
}

const Section* Schema::refuses(std::string_view key) const {
  if (find(key)) return nullptr;
  for (std::string_view prefix = key;;) {
    if (const auto it = sections_.find(prefix); it != sections_.end()) return it->second.open ? nullptr : &it->second;
    if (prefix.empty()) return nullptr;
    const std::size_t dot = prefix.rfind('.');
    prefix = dot == std::string_view::npos ? std::string_view() : prefix.substr(0, dot);
  }
}

std::vector<std::string> Schema::nearest(std::string_view key, std::size_t limit) const {
  std::vector<std::string> known;
  known.reserve(keys_.size());
  for (const auto& [name, spec] : keys_) known.push_back(name);
  return nearest_names(key, known, limit);
}

std::string Schema::unfold(std::string_view folded) const {
  const auto it = folded_.find(fold(folded));
  return it == folded_.end() ? std::string(folded) : it->second;
}

std::vector<std::string> nearest_names(std::string_view wanted, const std::vector<std::string>& known, std::size_t limit) {
  const std::string low = fold(wanted);
  const std::size_t far = std::max<std::size_t>(2, wanted.size() / 4);
  std::vector<std::pair<std::size_t, const std::string*>> near;
  for (const auto& name : known) {
    const std::string other = fold(name);
    std::size_t d = far + 1;
    const std::size_t gap = other.size() > low.size() ? other.size() - low.size() : low.size() - other.size();
    if (gap <= far) d = edit_distance(low, other);
    // "rate_limit.rate" for gateway.rate_limit.rate, and the right name in the wrong section.
    if (d > far && !low.empty() && (other.ends_with("." + low) || other == low)) d = 1;
    if (d > far) {
      const std::size_t a = low.rfind('.'), b = other.rfind('.');
      if (a != std::string::npos && b != std::string::npos && low.substr(a) == other.substr(b) &&
          low.substr(0, low.find('.')) == other.substr(0, other.find('.')))
        d = far;
    }
    if (d <= far) near.emplace_back(d, &name);
  }
  std::stable_sort(near.begin(), near.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (const auto& [d, name] : near)
    if (out.size() < limit) out.push_back(*name);
  return out;
}

}  // namespace slipway::config
