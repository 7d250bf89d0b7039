// YAML: yaml-cpp as a parser only; its nodes are turned into Values at once and go no further. What its
// reader lets through and we do not: duplicate keys, YAML 1.1 booleans, octal by a leading zero, merge keys,
// foreign tags, keys that are no scalars, several documents, and aliases that unfold beyond the limits.
#include <yaml-cpp/yaml.h>

#include "slipway/base/utf8.h"
#include "slipway/codec/builtin.h"
#include "slipway/codec/yaml_scalar.h"

namespace slipway::codec {
namespace {

constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

class YamlReader {
 public:
  explicit YamlReader(const Limits& limits) : limits_(limits) {}

  // Throws Error, which does not leave this file.
  Value read(const YAML::Node& node, int depth) {
    if (depth > limits_.depth) fail(node, "nested deeper than " + std::to_string(limits_.depth) + " levels");
    if (++nodes_ > limits_.nodes)
      fail(node, "more than " + std::to_string(limits_.nodes) + " values (each use of an alias counts)");
    Value value = node.IsMap()        ? read_map(node, depth)
                  : node.IsSequence() ? read_list(node, depth)
                                      : read_scalar(node);
    value.line = line(node);
    value.column = column(node);
    return value;
  }

 private:
  static int line(const YAML::Node& node) { return node.Mark().line + 1; }
  static int column(const YAML::Node& node) { return node.Mark().column + 1; }
  [[noreturn]] static void fail(const YAML::Node& node, std::string what) {
    throw syntax_error("YAML", std::move(what), line(node), column(node));
  }

  Value read_map(const YAML::Node& node, int depth) {
    check_collection_tag(node, "map");
    Value::Map map;
    for (const auto& entry : node) {
      const std::string key = read_key(entry.first);
      const std::size_t before = map.size();
      Value& slot = map[key];
      if (map.size() == before) fail(entry.first, "the key \"" + key + "\" is there twice");
      slot = read(entry.second, depth + 1);
    }
    return Value(std::move(map));
  }

  Value read_list(const YAML::Node& node, int depth) {
    check_collection_tag(node, "seq");
    Value::List list;
    list.reserve(node.size());
    for (const auto& item : node) list.push_back(read(item, depth + 1));
    return Value(std::move(list));
  }

  std::string read_key(const YAML::Node& key) {
    if (!key.IsScalar()) fail(key, "a key must be a single word or text (use quotes for an empty one)");
    if (key.Scalar() == "<<" && key.Tag() != "!")
      fail(key,
           "merge keys (<<) are not supported: write the keys out, or put the common part into a lower "
           "config layer");
    return key.Scalar();
  }

  static void check_collection_tag(const YAML::Node& node, std::string_view kind) {
    const std::string& tag = node.Tag();
    if (!tag.empty() && tag != "?" && tag != "!" && tag != std::string(kCoreTag) + std::string(kind))
      fail(node, "the tag " + tag + " is not supported: remove it");
  }

  Value read_scalar(const YAML::Node& node) {
    if (!node.IsScalar()) return {};  // null: nothing, or ~
    const std::string& text = node.Scalar();
    const std::string& tag = node.Tag();
    if (tag == "!" || tag == std::string(kCoreTag) + "str")
      return Value(text);  // quoted, or said to be a string
    bool ambiguous = false;
    Value value = resolve_yaml_scalar(text, ambiguous);
    if (ambiguous)
      fail(node, text + " starts with 0, which some readers take for octal: write 0o" + text.substr(1) +
                     " for octal, the number without the 0, or quote it to keep the digits");
    if (tag.empty() || tag == "?") return value;
    const bool fits = (tag == std::string(kCoreTag) + "int" && value.is_int()) ||
                      (tag == std::string(kCoreTag) + "float" && value.is_number()) ||
                      (tag == std::string(kCoreTag) + "bool" && value.is_bool()) ||
                      (tag == std::string(kCoreTag) + "null" && value.is_null());
    if (!fits) fail(node, "the tag " + tag + " is not supported here: remove it");
    return value;
  }

  Limits limits_;
  std::size_t nodes_ = 0;
};

// Place of the first byte that is not UTF-8.
Error not_utf8(std::string_view text) {
  int line = 1;
  std::size_t line_start = 0, i = 0;
  while (i < text.size()) {
    const std::size_t n = utf8_length(text, i);
    if (n == 0) break;
    if (text[i] == '\n') ++line, line_start = i + 1;
    i += n;
  }
  return syntax_error("YAML", "a byte is not UTF-8", line, static_cast<int>(i - line_start) + 1);
}

}  // namespace

Result<Value> parse_yaml(std::string_view text, const Limits& limits) {
  if (!valid_utf8(text)) return not_utf8(text);
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.empty()) return Value();
    if (documents.size() > 1) {
      const auto mark = documents[1].Mark();
      return syntax_error("YAML", "a second document begins here; one file holds one document", mark.line + 1,
                          mark.column + 1);
    }
    return YamlReader(limits).read(documents[0], 1);
  } catch (const YAML::Exception& e) {
    return syntax_error("YAML", e.msg, e.mark.line + 1, e.mark.column + 1);
  } catch (const Error& e) {
    return e;
  }
}

}  // namespace slipway::codec
