#include "slipway/config/layer_document.h"

#include "slipway/config/edit.h"

namespace slipway::config {
namespace {

void collect(const Value& node, std::string& path, const Document& document, const std::string& label,
             std::vector<Leaf>& out) {
  if (node.is_null()) return;
  if (!node.is_map()) {
    Leaf leaf;
    leaf.key = path;
    leaf.raw = node;
    if (node.line > 0) {
      const auto file = document.files.find(path);
      leaf.where = {file == document.files.end() ? document.file : file->second, node.line, node.column};
    }
    if (const auto it = document.places.find(path); it != document.places.end())
      leaf.place = it->second;
    else
      leaf.place = leaf.where.known() && !leaf.where.file.empty() ? leaf.where.to_string() : label;
    out.push_back(std::move(leaf));
    return;
  }
  const std::size_t length = path.size();
  for (const auto& [name, child] : node.as_map()) {
    if (length) path += '.';
    path += name;
    collect(child, path, document, label, out);
    path.resize(length);
  }
}

bool has_dotted_key(const Value& node) {
  if (!node.is_map()) return false;
  for (const auto& [name, child] : node.as_map())
    if (name.empty() || name.find('.') != std::string::npos || has_dotted_key(child)) return true;  // an empty name is refused like a doubled dot
  return false;
}

Status merge_into(Value& target, const Value& map, const std::string& path);

Status put(Value& target, std::string_view name, const Value& value, const std::string& path) {
  Value* at = &target;
  for (;;) {
    const std::size_t dot = name.find('.');
    const std::string step(name.substr(0, dot));
    if (step.empty()) return bad_request("\"" + path + "\" has an empty part (write a.b, without doubled dots)", "BAD_KEY").with_mark({"", value.line, value.column});
    if (!at->is_map()) return conflict(path + " is both a value and a section (keep one of the two)", "KEY_CONFLICT").with_mark({"", value.line, value.column});
    Value& next = at->as_map()[step];
    if (dot == std::string_view::npos) {
      if (value.is_map()) {
        if (next.is_null()) {
          next = Value(Value::Map());
          next.line = value.line;
          next.column = value.column;
        }
        return merge_into(next, value, path);
      }
      if (!next.is_null())
        return conflict(path + " is set twice (keep one of the two)", "KEY_CONFLICT").with_mark({"", value.line, value.column});
      next = value;
      return {};
    }
    if (next.is_null()) next = Value(Value::Map());
    at = &next;
    name.remove_prefix(dot + 1);
  }
}

Status merge_into(Value& target, const Value& map, const std::string& path) {
  if (!target.is_map())
    return conflict(path + " is both a value and a section (keep one of the two)", "KEY_CONFLICT").with_mark({"", map.line, map.column});
  for (const auto& [name, value] : map.as_map()) {
    if (auto s = put(target, name, value, path.empty() ? name : path + "." + name); !s) return s;
  }
  return {};
}

}  // namespace

Result<Value> expand_dots(const Value& map) {
  if (!has_dotted_key(map)) return map;
  Value out{Value::Map()};
  if (auto s = merge_into(out, map, ""); !s) return s.error();
  return out;
}

const Leaf* FlatDocument::find(std::string_view key) const {
  for (const auto& leaf : leaves)
    if (leaf.key == key) return &leaf;
  return nullptr;
}

Result<std::shared_ptr<const FlatDocument>> flatten(const Document& document, const std::string& label) {
  auto flat = std::make_shared<FlatDocument>();
  if (document.root.is_null()) return std::shared_ptr<const FlatDocument>(flat);
  if (!document.root.is_map())
    return bad_request("a config document must be a map of keys, this is a " +
                           std::string(Value::kind_name(document.root.kind())),
                       "NOT_A_MAP")
        .with_mark({document.file, document.root.line, document.root.column});
  auto expanded = expand_dots(document.root);
  if (!expanded) return expanded.error().with_mark({document.file, expanded.error().where().line, expanded.error().where().column});
  std::string path;
  collect(*expanded, path, document, label, flat->leaves);
  return std::shared_ptr<const FlatDocument>(flat);
}

Value unflatten(const FlatDocument& flat) {
  Value root{Value::Map()};
  for (const auto& leaf : flat.leaves) root.set_path(leaf.key, leaf.raw);
  return root;
}

bool same(const FlatDocument& a, const FlatDocument& b) {
  if (a.leaves.size() != b.leaves.size()) return false;
  for (std::size_t i = 0; i < a.leaves.size(); ++i) {
    const Leaf &x = a.leaves[i], &y = b.leaves[i];
    if (x.key != y.key || x.place != y.place || x.raw.kind() != y.raw.kind() || !(x.raw == y.raw)) return false;
  }
  return true;
}

}  // namespace slipway::config
