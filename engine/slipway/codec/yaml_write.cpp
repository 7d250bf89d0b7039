// YAML writer: block style, two spaces, quotes wherever a reader (ours or a YAML 1.1 one) would see another
// type.
#include "slipway/base/json_text.h"
#include "slipway/base/utf8.h"
#include "slipway/codec/builtin.h"
#include "slipway/codec/yaml_scalar.h"

#include <cmath>

namespace slipway::codec {
namespace {

// A literal block keeps text as it is only when each line is printable and begins and ends without doubt.
bool literal_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.back() != '\n' || text.size() < 2) return false;
  if (text[text.size() - 2] == '\n' || text.front() == '\n' || text.front() == ' ' || text.front() == '\t')
    return false;
  for (const unsigned char c : text)
    if ((c < 0x20 && c != '\n') || c == 0x7F) return false;
  for (const std::string_view odd : {"\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xEF\xBB\xBF"})
    if (text.find(odd) != std::string_view::npos) return false;
  return valid_utf8(text);
}

// YAML looks at most so far for the colon behind a key; a longer one needs "? key".
constexpr std::size_t kLongestPlainKey = 1000;

class YamlWriter {
 public:
  explicit YamlWriter(std::string& out) : out_(out) {}

  void document(const Value& value) {
    if (nested(value)) {
      block(value, 0);
    } else {
      scalar(value, 0);
      out_ += '\n';
    }
  }

 private:
  static bool nested(const Value& v) {
    return (v.is_map() && !v.as_map().empty()) || (v.is_list() && !v.as_list().empty());
  }
  void spaces(int n) { out_.append(static_cast<std::size_t>(n), ' '); }

  void block(const Value& value, int indent) {
    if (value.is_map()) {
      bool first = true;
      for (const auto& [key, item] : value.as_map()) {
        if (!first || !inline_first_) spaces(indent);
        first = inline_first_ = false;
        const std::size_t begun = out_.size();
        text(key);
        if (out_.size() - begun > kLongestPlainKey) {
          out_.insert(begun, "? ");
          out_ += '\n';
          spaces(indent);
        }
        out_ += ':';
        if (nested(item)) {
          out_ += '\n';
          block(item, indent + 2);
        } else {
          out_ += ' ';
          scalar(item, indent + 2);
          out_ += '\n';
        }
      }
    } else {
      bool first = true;
      for (const Value& item : value.as_list()) {
        if (!first || !inline_first_) spaces(indent);
        first = inline_first_ = false;
        out_ += "- ";
        if (nested(item)) {
          inline_first_ = true;
          block(item, indent + 2);
        } else {
          scalar(item, indent + 2);
          out_ += '\n';
        }
      }
    }
  }

  void scalar(const Value& value, int indent) {
    switch (value.kind()) {
      case Value::Kind::String:
        if (literal_block(value.as_string()))
          literal(value.as_string(), indent);
        else
          text(value.as_string());
        break;
      case Value::Kind::Double: {
        const double d = value.as_double();
        if (std::isnan(d))
          out_ += ".nan";
        else if (std::isinf(d))
          out_ += d > 0 ? ".inf" : "-.inf";
        else
          append_json_number(out_, d);
        break;
      }
      case Value::Kind::List:
        out_ += "[]";
        break;
      case Value::Kind::Map:
        out_ += "{}";
        break;
      default:
        slipway::write_json(out_, value);
    }
  }

  void text(std::string_view s) {
    if (plain_yaml_string(s))
      out_ += s;
    else
      append_json_string(out_, s);
  }

  void literal(std::string_view s, int indent) {
    out_ += '|';
    s.remove_suffix(1);
    for (bool more = true; more;) {
      const auto end = s.find('\n');
      more = end != std::string_view::npos;
      out_ += '\n';
      const std::string_view line = s.substr(0, end);
      if (!line.empty()) spaces(indent == 0 ? 2 : indent);
      out_ += line;
      if (more) s.remove_prefix(end + 1);
    }
  }

  std::string& out_;
  bool inline_first_ = false;  // the next line's indent is already there: "- " came before it
};

class YamlCodec final : public Codec {
 public:
  std::string_view name() const override { return "yaml"; }
  std::string_view content_type() const override { return "application/yaml"; }
  Result<Value> decode(std::string_view bytes) const override { return parse_yaml(bytes); }
  Status encode(const Value& value, std::string& out) const override {
    YamlWriter(out).document(value);
    return {};
  }
};

}  // namespace

std::string to_yaml(const Value& value) {
  std::string out;
  YamlWriter(out).document(value);
  return out;
}

const Codec& yaml_codec() {
  static const YamlCodec codec;
  return codec;
}

}  // namespace slipway::codec
