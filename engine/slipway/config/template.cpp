#include "slipway/config/template.h"

namespace slipway::config {
namespace {

constexpr int kDepth = 16;

std::string_view trim(std::string_view s) {
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  while (!s.empty() && s.back() == ' ') s.remove_suffix(1);
  return s;
}

// Position after the brace that closes the one before `from`; npos when there is none.
std::size_t closing(std::string_view text, std::size_t from) {
  int depth = 1;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{') {
      ++depth;
      ++i;
    } else if (text[i] == '}' && --depth == 0) {
      return i + 1;
    }
  }
  return std::string_view::npos;
}

Result<Value> resolve_text(std::string_view text, const Lookup& lookup, int depth);

Result<Value> resolve_one(std::string_view inside, const Lookup& lookup, int depth) {
  const std::size_t colon = inside.find(':');
  const std::string_view key = trim(inside.substr(0, colon));
  if (key.empty()) return bad_request("\"${" + std::string(inside) + "}\" names no key (use ${a.key} or ${a.key:default})", "BAD_TEMPLATE");
  auto found = lookup(key);
  if (!found) return found;
  if (!found->is_null()) return found;
  if (colon == std::string_view::npos)
    return bad_request("${" + std::string(key) + "}: there is no such key and no default (set it, or use ${" +
                           std::string(key) + ":default})",
                       "BAD_TEMPLATE");
  return resolve_text(inside.substr(colon + 1), lookup, depth + 1);
}

Result<Value> resolve_text(std::string_view text, const Lookup& lookup, int depth) {
  if (depth > kDepth) return bad_request("templates are nested deeper than 16", "BAD_TEMPLATE");
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with("$${")) {
      out += "${";
      i += 3;
      continue;
    }
    if (!text.substr(i).starts_with("${")) {
      out += text[i++];
      continue;
    }
    const std::size_t end = closing(text, i + 2);
    if (end == std::string_view::npos)
      return bad_request("\"" + std::string(text) + "\" opens ${ without closing it (write $${ for a literal ${)", "BAD_TEMPLATE");
    auto part = resolve_one(text.substr(i + 2, end - i - 3), lookup, depth);
    if (!part) return part;
    if (i == 0 && end == text.size()) return part;
    if (part->is_map() || part->is_list())
      return bad_request("\"" + std::string(text) + "\" puts a " + std::string(Value::kind_name(part->kind())) + " into a text", "BAD_TEMPLATE");
    out += part->to_text();
    i = end;
  }
  return Value(std::move(out));
}

}  // namespace

bool has_template(const Value& value) {
  if (value.is_string()) return value.as_string().find("${") != std::string::npos;
  if (value.is_list())
    for (const auto& item : value.as_list())
      if (has_template(item)) return true;
  if (value.is_map())
    for (const auto& [key, item] : value.as_map())
      if (has_template(item)) return true;
  return false;
}

Result<Value> resolve_templates(const Value& value, const Lookup& lookup) {
  if (!has_template(value)) return value;
  Value out;
  if (value.is_string()) {
    auto r = resolve_text(value.as_string(), lookup, 0);
    if (!r) return r;
    out = std::move(*r);
  } else if (value.is_list()) {
    Value::List items;
    for (const auto& item : value.as_list()) {
      auto r = resolve_templates(item, lookup);
      if (!r) return r;
      items.push_back(std::move(*r));
    }
    out = Value(std::move(items));
  } else {
    Value::Map map;
    for (const auto& [key, item] : value.as_map()) {
      auto r = resolve_templates(item, lookup);
      if (!r) return r;
      map[key] = std::move(*r);
    }
    out = Value(std::move(map));
  }
  out.line = value.line;
  out.column = value.column;
  return out;
}

}  // namespace slipway::config
