// application/x-www-form-urlencoded <-> Value. Keys nest by dots and brackets; a key that comes again makes a
// list.
#include <vector>

#include "slipway/base/utf8.h"
#include "slipway/codec/builtin.h"

namespace slipway::codec {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool bad_escape(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '%' && (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0))
      return true;
  return false;
}

// "a.b[c][]" -> a, b, c and is_list. False when brackets do not close.
bool split_key(std::string_view key, std::vector<std::string>& steps, bool& is_list) {
  is_list = key.ends_with("[]");
  if (is_list) key.remove_suffix(2);
  std::string step;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key[i] == '.') {
      steps.push_back(std::move(step));
      step.clear();
    } else if (key[i] == '[') {
      const auto close = key.find(']', i);
      if (close == std::string_view::npos) return false;
      steps.push_back(std::move(step));
      step = key.substr(i + 1, close - i - 1);
      i = close;
      if (i + 1 < key.size() && key[i + 1] != '[' && key[i + 1] != '.') return false;
    } else {
      step += key[i];
    }
  }
  steps.push_back(std::move(step));
  for (const std::string& s : steps)
    if (s.empty()) return false;
  return true;
}

void append_encoded(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const unsigned char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '*' || c == '-' ||
        c == '.' || c == '_') {
      out += static_cast<char>(c);
    } else if (c == ' ') {
      out += '+';
    } else {
      out += '%';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
}

Status append_form(std::string& out, const Value& value, const std::string& key) {
  if (value.is_map()) {
    for (const auto& [name, item] : value.as_map()) {
      if (name.empty() || name.find_first_of(".[]") != std::string::npos)
        return bad_request("a form cannot hold the name \"" + name + "\": dots and brackets nest there; send JSON", "BAD_DOCUMENT");
      if (Status s = append_form(out, item, key.empty() ? name : key + "." + name); !s) return s;
    }
    return {};
  }
  if (key.empty()) return bad_request("a form must be a map at the top", "BAD_DOCUMENT");
  if (value.is_list()) {
    // "l=x" alone would read back as a text.
    const std::string name = value.as_list().size() == 1 ? key + "[]" : key;
    for (const Value& item : value.as_list()) {
      if (item.is_list() || item.is_map())
        return bad_request(key + ": a form cannot hold a list of lists or maps; send JSON", "BAD_DOCUMENT");
      if (Status s = append_form(out, item, name); !s) return s;
    }
    return {};
  }
  if (value.is_null()) return {};
  if (!out.empty()) out += '&';
  append_encoded(out, key);
  out += '=';
  append_encoded(out, value.to_text());
  return {};
}

class FormCodec final : public Codec {
 public:
  std::string_view name() const override { return "form"; }
  std::string_view content_type() const override { return "application/x-www-form-urlencoded"; }
  Result<Value> decode(std::string_view bytes) const override { return parse_form(bytes); }
  Status encode(const Value& value, std::string& out) const override {
    std::string text;
    if (Status s = append_form(text, value, ""); !s) return s;
    out += text;
    return {};
  }
};

}  // namespace

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Result<Value> parse_form(std::string_view text, const Limits& limits) {
  Value root(Value::Map{});
  std::size_t nodes = 0;
  std::vector<std::string> steps;
  while (!text.empty()) {
    const auto amp = text.find('&');
    const std::string_view pair = text.substr(0, amp);
    text.remove_prefix(amp == std::string_view::npos ? text.size() : amp + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const std::string_view raw_value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (bad_escape(pair))
      return syntax_error("form", "\"" + std::string(pair) + "\" has a % without two hex digits", 0, 0);
    const std::string key = percent_decode(pair.substr(0, equals), true);
    std::string value = percent_decode(raw_value, true);
    if (!valid_utf8(key) || !valid_utf8(value)) return syntax_error("form", "a field is not UTF-8", 0, 0);
    bool is_list = false;
    steps.clear();
    if (!split_key(key, steps, is_list))
      return syntax_error("form", "the key \"" + key + "\" has an empty or open part", 0, 0);
    if (static_cast<int>(steps.size()) >= limits.depth)
      return syntax_error("form", "nested deeper than " + std::to_string(limits.depth) + " levels", 0, 0);
    nodes += steps.size();
    if (nodes > limits.nodes)
      return syntax_error("form", "more than " + std::to_string(limits.nodes) + " values", 0, 0);
    Value* at = &root;
    for (const std::string& step : steps) {
      if (!at->is_map() && !at->is_null())
        return syntax_error("form", "the key \"" + key + "\" goes through a field that already has a value",
                            0, 0);
      at = &(*at)[step];
    }
    if (at->is_map())
      return syntax_error("form", "the key \"" + key + "\" is both a field and a group", 0, 0);
    if (at->is_list())
      at->as_list().emplace_back(std::move(value));
    else if (is_list)
      *at = Value(Value::List{Value(std::move(value))});
    else if (at->is_null())
      *at = Value(std::move(value));
    else
      *at = Value(Value::List{std::move(*at), Value(std::move(value))});
  }
  return root;
}

Result<std::string> to_form(const Value& value) {
  std::string out;
  if (Status s = append_form(out, value, ""); !s) return s.error();
  return out;
}

const Codec& form_codec() {
  static const FormCodec codec;
  return codec;
}

}  // namespace slipway::codec
