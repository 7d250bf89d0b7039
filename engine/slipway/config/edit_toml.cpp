// TOML edited in place, by a scan of tables, keys and where values begin and end.
#include <algorithm>

#include "slipway/codec/codec.h"
#include "slipway/config/edit_text.h"

namespace slipway::config {
namespace {

using Path = std::vector<std::string>;

struct Pair {
  Path path;                 // from the root, dotted keys split
  std::size_t own = 0;       // how many parts at the end come from the key itself
  std::size_t key = 0, value = 0, end = 0;   // offsets; `end` is one past the value
  bool inline_table = false; // the value is { … }
  int parent = -1;           // the pair whose inline table holds this one
};
struct Table {
  Path path;
  std::size_t at = 0;        // of '[': 0 for the root
  std::size_t body = 0;      // after the header's line
  std::size_t last = 0;      // where a new pair may be inserted: after the last pair's line, or the body
  bool array = false;        // [[…]]
};

class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {
    tables.push_back({});
    std::size_t at = 0;
    while (at < text_.size()) {
      at = skip_space(at);
      if (at >= text_.size()) break;
      if (text_[at] == '#') {
        at = after_line(text_, at);
      } else if (text_[at] == '[') {
        at = header(at);
      } else {
        at = pair(at, tables.back().path, -1, tables.back().array);
        tables.back().last = after_line(text_, at);
        at = tables.back().last;
      }
    }
  }
  std::vector<Table> tables;
  std::vector<Pair> pairs;

 private:
  std::size_t skip_space(std::size_t at) const {
    while (at < text_.size() && std::isspace(static_cast<unsigned char>(text_[at]))) ++at;
    return at;
  }
  std::size_t string_end(std::size_t at) const {
    const char q = text_[at];
    const std::string triple(3, q);
    if (text_.substr(at).starts_with(triple)) {
      for (std::size_t i = at + 3; i < text_.size(); ++i) {
        if (q == '"' && text_[i] == '\\') {
          ++i;
        } else if (text_.substr(i).starts_with(triple)) {
          i += 3;
          while (i < text_.size() && text_[i] == q) ++i;
          return i;
        }
      }
      return text_.size();
    }
    for (std::size_t i = at + 1; i < text_.size(); ++i) {
      if (q == '"' && text_[i] == '\\')
        ++i;
      else if (text_[i] == q || text_[i] == '\n')
        return i + 1;
    }
    return text_.size();
  }
  // A dotted key; quoted parts with dots mean the same nested keys as elsewhere in config.
  std::size_t key(std::size_t at, char stop, Path& out) const {
    for (;;) {
      while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
      if (at >= text_.size() || text_[at] == stop || text_[at] == '\n') return at;
      if (text_[at] == '.') {
        ++at;
        continue;
      }
      if (text_[at] == '"' || text_[at] == '\'') {
        const std::size_t end = string_end(at);
        for (auto& part : split_path(text_.substr(at + 1, end - at - 2))) out.push_back(std::move(part));
        at = end;
      } else {
        std::size_t end = at;
        while (end < text_.size() && std::string_view(". \t=]\n").find(text_[end]) == std::string_view::npos) ++end;
        out.emplace_back(text_.substr(at, end - at));
        at = std::max(end, at + (end == at ? 1 : 0));
      }
    }
  }
  std::size_t header(std::size_t at) {
    Table t;
    t.at = at;
    t.array = text_.substr(at).starts_with("[[");
    key(at + (t.array ? 2 : 1), ']', t.path);
    for (const auto& other : tables)  // a table inside an element of an array
      t.array = t.array || (other.array && t.path.size() > other.path.size() && std::equal(other.path.begin(), other.path.end(), t.path.begin()));
    t.body = t.last = after_line(text_, at);
    tables.push_back(std::move(t));
    return tables.back().body;
  }
  std::size_t pair(std::size_t at, Path path, int parent, bool hidden) {
    Pair p;
    p.key = at;
    p.parent = parent;
    const std::size_t before = path.size();
    at = key(at, '=', path);
    p.own = path.size() - before;
    if (at >= text_.size() || text_[at] != '=') return after_line(text_, at);
    ++at;
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    p.value = at;
    p.path = path;
    const std::size_t index = pairs.size();
    p.inline_table = at < text_.size() && text_[at] == '{';
    if (!hidden) pairs.push_back(p);
    const std::size_t end = value_end(at, path, hidden ? -1 : static_cast<int>(index), parent >= 0, hidden);
    if (!hidden) pairs[index].end = end;
    return end;
  }
  std::size_t value_end(std::size_t at, const Path& path, int index, bool inside, bool hidden) {
    if (at >= text_.size()) return at;
    if (text_[at] == '"' || text_[at] == '\'') return string_end(at);
    if (text_[at] == '[') {
      int depth = 0;
      for (; at < text_.size(); ++at) {
        if (text_[at] == '"' || text_[at] == '\'')
          at = string_end(at) - 1;
        else if (text_[at] == '#')
          at = after_line(text_, at) - 1;
        else if (text_[at] == '[' || text_[at] == '{')
          ++depth;
        else if ((text_[at] == ']' || text_[at] == '}') && --depth == 0)
          return at + 1;
      }
      return at;
    }
    if (text_[at] == '{') {
      ++at;
      for (;;) {
        while (at < text_.size() && (std::isspace(static_cast<unsigned char>(text_[at])) || text_[at] == ',')) ++at;
        if (at >= text_.size()) return at;
        if (text_[at] == '}') return at + 1;
        at = pair(at, path, index, hidden);
      }
    }
    std::size_t end = at;
    for (std::size_t i = at; i < text_.size() && text_[i] != '\n' && text_[i] != '#'; ++i) {
      if (inside && (text_[i] == ',' || text_[i] == '}')) break;
      if (!std::isspace(static_cast<unsigned char>(text_[i]))) end = i + 1;
    }
    return end;
  }
  std::string_view text_;
};

std::string quoted(const std::string& s) {
  std::string out;
  codec::append_json_string(out, s);
  return out;
}

std::string key_text(const std::string& part) {
  for (const char c : part)
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-') return quoted(part);
  return part.empty() ? "\"\"" : part;
}

std::string keys_text(const Path& path, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < path.size(); ++i) out += (i > from ? "." : "") + key_text(path[i]);
  return out;
}

Result<std::string> render(const Value& v) {
  if (v.is_null()) return bad_request("TOML has no null (unset the key instead)", "NO_NULL");
  if (v.is_string()) return quoted(v.as_string());
  if (v.is_list() || v.is_map()) {
    std::string out;
    if (v.is_list()) {
      for (const auto& item : v.as_list()) {
        auto r = render(item);
        if (!r) return r;
        out += (out.empty() ? "" : ", ") + *r;
      }
      return "[" + out + "]";
    }
    for (const auto& [key, item] : v.as_map()) {
      auto r = render(item);
      if (!r) return r;
      out += (out.empty() ? "" : ", ") + key_text(key) + " = " + *r;
    }
    return out.empty() ? "{}" : "{ " + out + " }";
  }
  std::string out = v.to_text();
  if (v.is_double() && out.find_first_of(".eEn") == std::string::npos) out += ".0";
  return out;
}

// How many parts of `path` (its last one left aside) `prefix` leads to; -1 when it leads elsewhere.
int leads(const Path& prefix, const Path& path) {
  if (prefix.size() >= path.size()) return -1;
  return std::equal(prefix.begin(), prefix.end(), path.begin()) ? static_cast<int>(prefix.size()) : -1;
}

std::string with_lines(std::string text, std::size_t at, const std::string& lines, const std::string& eol) {
  std::string before;
  if (at > 0 && at <= text.size() && text[at - 1] != '\n') before = eol;
  return text.insert(at, before + lines);
}

}  // namespace

Result<std::string> set_in_toml(std::string_view original, std::string_view dotted, const Value& value) {
  std::string text(original);
  const Path path = split_path(dotted);
  auto fresh = render(value);
  if (!fresh) return fresh;
  const std::string eol = line_end(text);
  const Scan scan(text);
  for (const auto& p : scan.pairs)
    if (p.path == path) return text.replace(p.value, p.end - p.value, *fresh);
  // The deepest place that already leads towards the key: an inline table, dotted keys, or a [table].
  int best = -1;
  const Pair* at_pair = nullptr;
  const Table* at_table = nullptr;
  for (const auto& p : scan.pairs) {
    if (p.inline_table) {
      if (const int n = leads(p.path, path); n > best) {
        best = n;
        at_pair = &p;
        at_table = nullptr;
      }
    }
  }
  for (const auto& t : scan.tables) {
    if (t.array) continue;
    if (const int n = leads(t.path, path); n > best) {
      best = n;
      at_table = &t;
      at_pair = nullptr;
    }
  }
  const Pair* dotted_pair = nullptr;
  for (const auto& p : scan.pairs) {
    if (p.parent >= 0 || p.own < 2) continue;
    for (std::size_t keep = p.path.size() - 1; keep > p.path.size() - p.own; --keep) {
      const Path parent(p.path.begin(), p.path.begin() + static_cast<std::ptrdiff_t>(keep));
      if (const int n = leads(parent, path); n > best || (n == best && dotted_pair)) {
        best = n;
        dotted_pair = &p;
        at_pair = nullptr;
        at_table = nullptr;
        break;
      }
    }
  }
  if (dotted_pair) {
    const std::size_t table = dotted_pair->path.size() - dotted_pair->own;
    const std::size_t line = start_of_line(text, dotted_pair->key);
    const std::string indent = text.substr(line, dotted_pair->key - line);
    return with_lines(text, after_line(text, dotted_pair->end), indent + keys_text(path, table) + " = " + *fresh + eol, eol);
  }
  if (at_pair) {
    const std::string entry = keys_text(path, static_cast<std::size_t>(best)) + " = " + *fresh;
    std::size_t inside = at_pair->end - 1;  // the closing brace
    while (inside > at_pair->value + 1 && std::isspace(static_cast<unsigned char>(text[inside - 1]))) --inside;
    const bool empty = inside == at_pair->value + 1;
    if (empty) return text.replace(at_pair->value, at_pair->end - at_pair->value, "{ " + entry + " }");
    return text.insert(inside, ", " + entry);
  }
  const bool only_root = best <= 0;
  if (only_root && path.size() > 1) {
    Path table(path.begin(), path.end() - 1);
    const std::string gap = text.empty() || text.ends_with("\n\n") || text.ends_with("\n\r\n") ? "" : eol;
    return with_lines(text, text.size(), gap + "[" + keys_text(table, 0) + "]" + eol + key_text(path.back()) + " = " + *fresh + eol, eol);
  }
  const std::size_t line = at_table->last;
  std::string indent;
  for (const auto& p : scan.pairs)
    if (p.parent < 0 && p.path.size() - p.own == at_table->path.size() && leads(at_table->path, p.path) >= 0) {
      const std::size_t start = start_of_line(text, p.key);
      indent = text.substr(start, p.key - start);
    }
  return with_lines(text, line, indent + keys_text(path, static_cast<std::size_t>(best)) + " = " + *fresh + eol, eol);
}

Result<std::string> unset_in_toml(std::string_view original, std::string_view dotted) {
  std::string text(original);
  const Path path = split_path(dotted);
  const Scan scan(text);
  const auto below = [&](const Path& p) { return p.size() >= path.size() && std::equal(path.begin(), path.end(), p.begin()); };
  // From the back, so that offsets stay true.
  struct Cut {
    std::size_t from, to;
  };
  std::vector<Cut> cuts;
  std::vector<bool> gone(scan.pairs.size(), false);
  for (std::size_t i = 0; i < scan.pairs.size(); ++i) {
    const Pair& p = scan.pairs[i];
    if (!below(p.path) || (p.parent >= 0 && gone[static_cast<std::size_t>(p.parent)])) {
      gone[i] = p.parent >= 0 && gone[static_cast<std::size_t>(p.parent)];
      continue;
    }
    gone[i] = true;
    if (p.parent < 0) {
      cuts.push_back({start_of_line(text, p.key), after_line(text, p.end)});
      continue;
    }
    std::size_t from = p.key, to = p.end;
    std::size_t next = to;
    while (next < text.size() && (text[next] == ' ' || text[next] == '\t')) ++next;
    if (next < text.size() && text[next] == ',') {
      to = next + 1;
      while (to < text.size() && text[to] == ' ') ++to;
    } else {
      std::size_t back = from;
      while (back > 0 && std::isspace(static_cast<unsigned char>(text[back - 1]))) --back;
      if (back > 0 && text[back - 1] == ',') from = back - 1;
    }
    cuts.push_back({from, to});
  }
  // A header with nothing left below it goes too.
  for (const auto& t : scan.tables) {
    if (t.path.empty() || t.array) continue;
    bool had = false, left = false;
    for (std::size_t i = 0; i < scan.pairs.size(); ++i) {
      const Pair& p = scan.pairs[i];
      if (p.parent >= 0 || p.key < t.body || p.key >= t.last) continue;
      had = true;
      left = left || !gone[i];
    }
    if ((had && !left) || (!had && below(t.path))) cuts.push_back({t.at, t.body});
  }
  if (cuts.empty()) return not_found(join_path(path) + " is not set here", "CONFIG_KEY_NOT_FOUND");
  std::sort(cuts.begin(), cuts.end(), [](const Cut& a, const Cut& b) { return a.from > b.from; });
  for (const auto& c : cuts) text.erase(c.from, c.to - c.from);
  return text;
}

}  // namespace slipway::config
