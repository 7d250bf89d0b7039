// YAML edited in place: yaml-cpp's events say where every node begins, a small scan says where it ends.
#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <sstream>

#include "slipway/codec/codec.h"
#include "slipway/config/edit_text.h"

namespace slipway::config {
namespace {

struct Node {
  enum class Kind { Null, Scalar, Alias, Sequence, Map } kind = Kind::Null;
  bool flow = false;
  std::size_t at = 0;          // offset of its first character; unreliable for Null
  std::string text;            // a scalar's
  std::vector<Node> children;  // of a map: key, value, key, value …
};

class Outline final : public YAML::EventHandler {
 public:
  explicit Outline(std::string_view text) : text_(text) {
    lines_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') lines_.push_back(i + 1);
  }
  Node root;
  bool any = false;

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& m, YAML::anchor_t) override { leaf(Node::Kind::Null, m, {}); }
  void OnAlias(const YAML::Mark& m, YAML::anchor_t) override { leaf(Node::Kind::Alias, m, {}); }
  void OnScalar(const YAML::Mark& m, const std::string&, YAML::anchor_t, const std::string& value) override {
    leaf(Node::Kind::Scalar, m, value);
  }
  void OnSequenceStart(const YAML::Mark& m, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value s) override {
    open(Node::Kind::Sequence, m, s);
  }
  void OnMapStart(const YAML::Mark& m, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value s) override {
    open(Node::Kind::Map, m, s);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  std::size_t offset(const YAML::Mark& m) const {
    if (m.line < 0 || static_cast<std::size_t>(m.line) >= lines_.size()) return text_.size();
    return std::min(lines_[static_cast<std::size_t>(m.line)] + static_cast<std::size_t>(m.column), text_.size());
  }
  void leaf(Node::Kind kind, const YAML::Mark& m, const std::string& value) {
    Node n;
    n.kind = kind;
    n.at = offset(m);
    n.text = value;
    place(std::move(n));
  }
  void open(Node::Kind kind, const YAML::Mark& m, YAML::EmitterStyle::value style) {
    Node n;
    n.kind = kind;
    n.at = offset(m);
    n.flow = style == YAML::EmitterStyle::Flow;
    stack_.push_back(std::move(n));
  }
  void close() {
    Node n = std::move(stack_.back());
    stack_.pop_back();
    place(std::move(n));
  }
  void place(Node n) {
    if (stack_.empty()) {
      root = std::move(n);
      any = true;
    } else {
      stack_.back().children.push_back(std::move(n));
    }
  }
  std::string_view text_;
  std::vector<std::size_t> lines_;
  std::vector<Node> stack_;
};

std::size_t indent_of(std::string_view text, std::size_t at) { return at - start_of_line(text, at); }

bool blank_from(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r')) ++at;
  return at >= text.size() || text[at] == '\n';
}

std::size_t end_of_quoted(std::string_view text, std::size_t at) {
  const char quote = text[at++];
  for (; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '\'' && at + 1 < text.size() && text[at + 1] == '\'')
        ++at;
      else
        return at + 1;
    }
  }
  return text.size();
}

std::size_t end_of_flow(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    const char before = at > 0 ? text[at - 1] : ' ';
    if ((c == '"' || c == '\'') && std::string_view(" \t\n[{,:").find(before) != std::string_view::npos) {
      at = end_of_quoted(text, at) - 1;
    } else if (c == '#' && std::string_view(" \t\n").find(before) != std::string_view::npos) {
      at = after_line(text, at) - 1;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if ((c == ']' || c == '}') && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

// `&anchor`, `!tag`: what stands before the node itself.
std::size_t skip_properties(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    while (at < text.size() && !std::isspace(static_cast<unsigned char>(text[at]))) ++at;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  }
  return at;
}

// Lines below the one of `at` that are indented deeper than `indent`, blank lines between them included.
std::size_t end_of_indented(std::string_view text, std::size_t at, std::size_t indent) {
  std::size_t end = after_line(text, at);
  for (std::size_t line = end; line < text.size(); line = after_line(text, line)) {
    if (blank_from(text, line)) continue;
    std::size_t column = 0;
    while (text[line + column] == ' ') ++column;
    if (column <= indent) break;
    end = after_line(text, line);
  }
  while (end > at && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  return end;
}

// One past the node's last character. `indent` is that of the key it belongs to; `in_flow` when it stands inside [] or {}.
std::size_t end_of(std::string_view text, const Node& node, std::size_t indent, bool in_flow) {
  std::size_t at = skip_properties(text, node.at);
  if (node.kind == Node::Kind::Null) return node.at;
  if ((node.kind == Node::Kind::Map || node.kind == Node::Kind::Sequence) && !node.flow) {
    std::size_t end = node.at;
    const bool map = node.kind == Node::Kind::Map;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const Node& child = node.children[i];
      if (child.kind == Node::Kind::Null) {
        // `key:` or `- ` with nothing after it: the line's content belongs to it.
        const std::size_t before = map && i > 0 ? node.children[i - 1].at : end;
        std::size_t stop = after_line(text, before);
        while (stop > before && std::isspace(static_cast<unsigned char>(text[stop - 1]))) --stop;
        end = std::max(end, stop);
        continue;
      }
      const std::size_t own = map && i % 2 == 1 ? indent_of(text, node.children[i - 1].at) : map ? indent_of(text, child.at) : indent;
      end = std::max(end, end_of(text, child, own, false));
    }
    return end;
  }
  if (at >= text.size()) return at;
  if (text[at] == '[' || text[at] == '{') return end_of_flow(text, at);
  if (text[at] == '"' || text[at] == '\'') return end_of_quoted(text, at);
  if (!in_flow && (text[at] == '|' || text[at] == '>')) return end_of_indented(text, at, indent);
  const auto end_on_line = [&](std::size_t from) {
    std::size_t end = from, i = from;
    for (; i < text.size() && text[i] != '\n'; ++i) {
      if (text[i] == '#' && i > from && (text[i - 1] == ' ' || text[i - 1] == '\t')) break;
      if (text[i] == ':' && (i + 1 >= text.size() || std::isspace(static_cast<unsigned char>(text[i + 1])))) break;
      if (in_flow && std::string_view(",[]{}").find(text[i]) != std::string_view::npos) break;
      if (!std::isspace(static_cast<unsigned char>(text[i]))) end = i + 1;
    }
    return end;
  };
  std::size_t end = end_on_line(at);
  if (!in_flow) {  // a plain scalar goes on over deeper lines
    for (std::size_t line = after_line(text, end); line < text.size(); line = after_line(text, line)) {
      if (!blank_from(text, end) || blank_from(text, line)) break;
      std::size_t column = 0;
      while (text[line + column] == ' ') ++column;
      if (column <= indent || text[line + column] == '#') break;
      end = end_on_line(line + column);
    }
  }
  return end;
}

bool plain_is_safe(const std::string& s, bool in_flow) {
  static constexpr std::string_view kWords[] = {"true", "false", "null", "~", "yes", "no", "on", "off", "y", "n", "<<", "="};
  if (s.empty() || s.front() == ' ' || s.back() == ' ' || s.back() == ':') return false;
  std::string low = s;
  for (char& c : low) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const auto word : kWords)
    if (low == word) return false;
  const unsigned char first = static_cast<unsigned char>(s.front());
  if (!(std::isalnum(first) || first == '/' || first == '_' || (first == '$' && !in_flow) || first >= 0x80)) return false;
  double number = 0;
  const auto [stop, failed] = std::from_chars(s.data(), s.data() + s.size(), number);
  if (failed != std::errc::invalid_argument && stop == s.data() + s.size()) return false;
  if (s.starts_with("0x") || s.starts_with("0o") || s.starts_with("0b")) return false;
  bool digits = true;  // 2024-01-31, 12:30, 1_000: read as other types by some readers
  for (const char c : s) digits = digits && (std::isdigit(static_cast<unsigned char>(c)) || std::string_view("_-:.+ ").find(c) != std::string_view::npos);
  if (digits) return false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(s[i]);
    if (c < 0x20 || c == 0x7f || c == '"' || c == '\\') return false;
    if (c == ':' && i + 1 < s.size() && s[i + 1] == ' ') return false;
    if (c == '#' && s[i - 1] == ' ') return false;
    if (in_flow && std::string_view(",[]{}:").find(static_cast<char>(c)) != std::string_view::npos) return false;
  }
  return true;
}

std::string render(const Value& v, bool in_flow) {
  if (v.is_string()) {
    if (plain_is_safe(v.as_string(), in_flow)) return v.as_string();
    std::string out;
    codec::append_json_string(out, v.as_string());
    return out;
  }
  if (v.is_list()) {
    std::string out = "[";
    for (const auto& item : v.as_list()) out += (out.size() > 1 ? ", " : "") + render(item, true);
    return out + "]";
  }
  if (v.is_map()) {
    std::string out;
    for (const auto& [key, item] : v.as_map()) out += (out.empty() ? "" : ", ") + render(Value(key), true) + ": " + render(item, true);
    return out.empty() ? "{}" : "{ " + out + " }";
  }
  if (v.is_null()) return "null";
  std::string out = v.to_text();
  if (v.is_double() && out.find_first_of(".eEn") == std::string::npos) out += ".0";
  return out;
}

// A pair of a map on the way to the wanted path.
struct Found {
  const Node* map = nullptr;   // deepest map on the way
  std::size_t depth = 0;       // parts of the path that lead to `map`
  std::size_t pair = 0;        // index of the key in `map`, when exact or null_parent
  bool exact = false;
  bool null_parent = false;    // the pair's value is empty: the place for a new block
  std::vector<std::pair<const Node*, std::size_t>> chain;  // maps and pairs passed through
};

void search(const Node& map, const std::vector<std::string>& path, std::size_t depth, Found& best,
            std::vector<std::pair<const Node*, std::size_t>>& chain) {
  if (best.exact) return;
  if (!best.map || depth > best.depth) {
    best = {};
    best.map = &map;
    best.depth = depth;
    best.chain = chain;
  }
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    const std::size_t n = covers(map.children[i].text, path, depth);
    if (n == 0) continue;
    const Node& value = map.children[i + 1];
    if (depth + n == path.size()) {
      best = {};
      best.map = &map;
      best.depth = depth;
      best.pair = i;
      best.exact = true;
      best.chain = chain;
      return;
    }
    if (value.kind == Node::Kind::Map) {
      chain.emplace_back(&map, i);
      search(value, path, depth + n, best, chain);
      chain.pop_back();
      if (best.exact) return;
    } else if (value.kind == Node::Kind::Null && depth + n > best.depth) {
      best = {};
      best.map = &map;
      best.depth = depth + n;
      best.pair = i;
      best.null_parent = true;
      best.chain = chain;
    }
  }
}

std::string nested(const std::vector<std::string>& parts, std::size_t from, const Value& value, std::size_t indent,
                   const std::string& eol) {
  std::string out;
  for (std::size_t i = from; i < parts.size(); ++i) {
    out += std::string(indent + 2 * (i - from), ' ') + render(Value(parts[i]), false) + ":";
    out += i + 1 == parts.size() ? " " + render(value, false) + eol : eol;
  }
  return out;
}

std::string nested_flow(const std::vector<std::string>& parts, std::size_t from, const Value& value) {
  std::string out = render(value, true);
  for (std::size_t i = parts.size(); i-- > from;) {
    out = render(Value(parts[i]), true) + ": " + out;
    if (i > from) out = "{ " + out + " }";
  }
  return out;
}

// After the colon of the key at `key`.
std::size_t after_colon(std::string_view text, const Node& key) {
  std::size_t at = skip_properties(text, key.at);
  at = text[at] == '"' || text[at] == '\'' ? end_of_quoted(text, at) : at + key.text.size();
  const std::size_t colon = text.find(':', at);
  return colon == std::string_view::npos ? text.size() : colon + 1;
}

Result<Outline> outline(std::string_view text) {
  Outline o(text);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    parser.HandleNextDocument(o);
  } catch (const YAML::Exception& e) {
    return bad_request(e.msg, "BAD_YAML").with_mark({"", e.mark.line + 1, e.mark.column + 1});
  }
  return o;
}

constexpr std::string_view kBom = "\xEF\xBB\xBF";

std::string insert_lines(std::string text, std::size_t at, const std::string& lines, const std::string& eol) {
  std::string before;
  if (at > 0 && text[at - 1] != '\n') before = eol;
  return text.insert(at, before + lines);
}

Result<std::string> set_in(std::string text, const std::vector<std::string>& path, const Value& value) {
  auto parsed = outline(text);
  if (!parsed) return parsed.error();
  const std::string eol = line_end(text);
  Node& root = parsed->root;
  if (!parsed->any || root.kind == Node::Kind::Null) return insert_lines(text, text.size(), nested(path, 0, value, 0, eol), eol);
  if (root.kind != Node::Kind::Map) return conflict("the document is not a map of keys", "NOT_A_MAP");
  Found found;
  std::vector<std::pair<const Node*, std::size_t>> chain;
  search(root, path, 0, found, chain);
  const Node& map = *found.map;
  if (found.exact) {
    const Node& key = map.children[found.pair];
    const Node& old = map.children[found.pair + 1];
    if (old.kind == Node::Kind::Null) return text.insert(after_colon(text, key), " " + render(value, map.flow));
    const std::size_t indent = indent_of(text, key.at);
    const std::size_t end = end_of(text, old, indent, map.flow);
    std::size_t begin = old.at;
    std::string fresh = render(value, map.flow);
    const bool block = (old.kind == Node::Kind::Map || old.kind == Node::Kind::Sequence) && !old.flow;
    if (block) {
      begin = after_colon(text, key);
      fresh = " " + fresh;
      if (value.is_list() && old.kind == Node::Kind::Sequence && !value.as_list().empty()) {
        const std::string dash = eol + std::string(indent_of(text, old.at), ' ') + "- ";
        fresh.clear();
        for (const auto& item : value.as_list()) fresh += dash + render(item, false);
      }
    } else if (old.kind == Node::Kind::Scalar && old.at < text.size() && text[old.at] == '!') {
      begin = old.at;  // a tag says the type of the old value, not of the new one
    } else {
      begin = skip_properties(text, old.at);
    }
    return text.replace(begin, end - begin, fresh);
  }
  if (found.null_parent) {
    const Node& key = map.children[found.pair];
    if (map.flow) return text.insert(after_colon(text, key), " { " + nested_flow(path, found.depth, value) + " }");
    const std::size_t at = after_line(text, after_colon(text, key));
    return insert_lines(text, at, nested(path, found.depth, value, indent_of(text, key.at) + 2, eol), eol);
  }
  if (map.flow) {
    const std::size_t start = skip_properties(text, map.at);
    if (map.children.empty()) return text.replace(start, end_of_flow(text, start) - start, "{ " + nested_flow(path, found.depth, value) + " }");
    const Node& last = map.children.back();
    const std::size_t end = last.kind == Node::Kind::Null ? after_colon(text, map.children[map.children.size() - 2]) : end_of(text, last, 0, true);
    return text.insert(end, ", " + nested_flow(path, found.depth, value));
  }
  const std::size_t indent = indent_of(text, map.children.front().at);
  const std::size_t end = end_of(text, map, indent, false);
  return insert_lines(text, after_line(text, end), nested(path, found.depth, value, indent, eol), eol);
}

Result<std::string> unset_in(std::string text, const std::vector<std::string>& path) {
  auto parsed = outline(text);
  if (!parsed) return parsed.error();
  if (parsed->root.kind != Node::Kind::Map) return not_found(join_path(path) + " is not set here", "CONFIG_KEY_NOT_FOUND");
  Found found;
  std::vector<std::pair<const Node*, std::size_t>> chain;
  search(parsed->root, path, 0, found, chain);
  if (!found.exact) return not_found(join_path(path) + " is not set here", "CONFIG_KEY_NOT_FOUND");
  const Node* map = found.map;
  std::size_t pair = found.pair;
  // A map that would be left empty goes with its last key.
  while (map->children.size() == 2 && !found.chain.empty()) {
    map = found.chain.back().first;
    pair = found.chain.back().second;
    found.chain.pop_back();
  }
  const Node& key = map->children[pair];
  const Node& old = map->children[pair + 1];
  if (map->flow) {
    const std::size_t end = old.kind == Node::Kind::Null ? after_colon(text, key) : end_of(text, old, 0, true);
    if (pair + 2 < map->children.size()) return text.erase(key.at, map->children[pair + 2].at - key.at);
    if (pair == 0) return text.erase(key.at, end - key.at);
    const Node& before = map->children[pair - 1];
    const std::size_t from = before.kind == Node::Kind::Null ? after_colon(text, map->children[pair - 2]) : end_of(text, before, 0, true);
    return text.erase(from, end - from);
  }
  const std::size_t end = old.kind == Node::Kind::Null ? after_colon(text, key) : end_of(text, old, indent_of(text, key.at), false);
  const std::size_t from = start_of_line(text, key.at);
  return text.erase(from, after_line(text, end) - from);
}

}  // namespace

Result<std::string> set_in_yaml(std::string_view text, std::string_view path, const Value& value) {
  const bool bom = text.starts_with(kBom);
  if (bom) text.remove_prefix(kBom.size());
  auto out = set_in(std::string(text), split_path(path), value);
  if (out && bom) out->insert(0, kBom);
  return out;
}

Result<std::string> unset_in_yaml(std::string_view text, std::string_view path) {
  const bool bom = text.starts_with(kBom);
  if (bom) text.remove_prefix(kBom.size());
  auto out = unset_in(std::string(text), split_path(path));
  if (out && bom) out->insert(0, kBom);
  return out;
}

}  // namespace slipway::config
