#include "slipway/config/edit.h"

#include <map>

#include "slipway/codec/codec.h"
#include "slipway/config/edit_text.h"
#include "slipway/config/layer_document.h"

namespace slipway::config {
namespace {

enum class Format { Yaml, Toml, Json, Ini, Properties, Env };

Result<Format> format_of(std::string_view name) {
  if (name == "yaml" || name == "yml") return Format::Yaml;
  if (name == "toml") return Format::Toml;
  if (name == "json") return Format::Json;
  if (name == "ini") return Format::Ini;
  if (name == "properties") return Format::Properties;
  if (name == "env") return Format::Env;
  return bad_request("\"" + std::string(name) + "\" is not a format that can be edited in place (use yaml, toml, json, ini, properties or env)", "UNKNOWN_FORMAT");
}

std::string_view codec_of(Format format) {
  switch (format) {
    case Format::Yaml: return "yaml";
    case Format::Toml: return "toml";
    case Format::Json: return "json";
    case Format::Ini: return "ini";
    case Format::Properties: return "properties";
    case Format::Env: return "env";
  }
  return {};
}

Result<std::string> set_by(Format format, std::string_view text, std::string_view path, const Value& value) {
  if (format == Format::Yaml) return set_in_yaml(text, path, value);
  if (format == Format::Toml) return set_in_toml(text, path, value);
  return set_in_lines(text, codec_of(format), path, value);
}

Result<std::string> unset_by(Format format, std::string_view text, std::string_view path) {
  if (format == Format::Yaml) return unset_in_yaml(text, path);
  if (format == Format::Toml) return unset_in_toml(text, path);
  return unset_in_lines(text, codec_of(format), path);
}

Result<Value> parse(std::string_view text, Format format) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return Value(Value::Map());
  auto root = codec::find_codec(codec_of(format))->decode(text);
  if (root && root->is_null()) return Value(Value::Map());
  return root;
}

using Leaves = std::map<std::string, Value>;

Result<Leaves> leaves_of(const Value& root) {
  auto flat = flatten({root, "", {}}, "");
  if (!flat) return flat.error();
  Leaves out;
  for (const auto& leaf : (*flat)->leaves) out[leaf.key] = leaf.raw;
  return out;
}

void drop_below(Leaves& leaves, std::string_view path) {
  const std::string below = std::string(path) + ".";
  std::erase_if(leaves, [&](const auto& leaf) { return leaf.first == path || leaf.first.starts_with(below); });
}

// Parents that a removal left empty go too.
void prune(Value& root, std::string_view path) {
  for (std::size_t dot = path.rfind('.'); dot != std::string_view::npos; dot = path.rfind('.', dot - 1)) {
    const Value* parent = root.at_path(path.substr(0, dot));
    if (!parent || !parent->is_map() || !parent->as_map().empty()) return;
    root.erase_path(path.substr(0, dot));
    if (dot == 0) return;
  }
}

// The edited text must read back as the old one with exactly this edit.
Result<std::string> checked(Result<std::string> edited, Format format, const Leaves& expected, std::string_view path) {
  if (!edited) return edited;
  const auto refuse = [&](const std::string& why) {
    return conflict(std::string(path) + " cannot be edited in place without touching the rest (" + why + "; edit the file by hand)", "EDIT_REFUSED");
  };
  auto root = parse(*edited, format);
  if (!root) return refuse(root.error().message());
  auto found = leaves_of(*root);
  if (!found) return refuse(found.error().message());
  if (*found != expected) {
    for (const auto& [key, value] : expected)
      if (const auto it = found->find(key); it == found->end() || !(it->second == value)) return refuse(key + " would not read back");
    return refuse("another key would appear");
  }
  return edited;
}

}  // namespace

Result<std::string> set_in_text(std::string_view text, std::string_view format_name, std::string_view path, const Value& given) {
  auto format = format_of(format_name);
  if (!format) return format.error();
  // Line by line formats hold texts only.
  const bool texts = *format == Format::Ini || *format == Format::Properties || *format == Format::Env;
  const Value value = texts && !given.is_map() && !given.is_list() ? Value(given.is_null() ? std::string() : given.to_text()) : given;
  if (path.empty() || path.front() == '.' || path.back() == '.' || path.find("..") != std::string_view::npos)
    return bad_request("\"" + std::string(path) + "\" is not a key (write section.name)", "BAD_KEY");
  auto root = parse(text, *format);
  if (!root) return root.error();
  auto leaves = leaves_of(*root);
  if (!leaves) return leaves.error();
  for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    const std::string parent(path.substr(0, dot));
    if (leaves->contains(parent))
      return conflict(parent + " has a value here, so " + std::string(path) + " cannot be set below it (remove " + parent + " first)", "KEY_CONFLICT");
  }
  drop_below(*leaves, path);
  auto added = leaves_of(Value::object({{std::string(path), value}}));
  if (!added) return added.error();
  leaves->merge(*added);
  if (*format == Format::Json) {
    auto expanded = expand_dots(*root);
    if (!expanded) return expanded.error();
    expanded->set_path(path, value);
    return checked(codec::to_json_pretty(*expanded) + "\n", *format, *leaves, path);
  }
  return checked(set_by(*format, text, path, value), *format, *leaves, path);
}

Result<std::string> unset_in_text(std::string_view text, std::string_view format_name, std::string_view path) {
  auto format = format_of(format_name);
  if (!format) return format.error();
  auto root = parse(text, *format);
  if (!root) return root.error();
  auto leaves = leaves_of(*root);
  if (!leaves) return leaves.error();
  const std::size_t before = leaves->size();
  drop_below(*leaves, path);
  if (leaves->size() == before) return not_found(std::string(path) + " is not set here", "CONFIG_KEY_NOT_FOUND");
  if (*format == Format::Json) {
    auto expanded = expand_dots(*root);
    if (!expanded) return expanded.error();
    expanded->erase_path(path);
    prune(*expanded, path);
    return checked(codec::to_json_pretty(*expanded) + "\n", *format, *leaves, path);
  }
  return checked(unset_by(*format, text, path), *format, *leaves, path);
}

}  // namespace slipway::config
