// .env files: NAME=value lines as shells and Docker read them, without running anything.
//   an optional `export ` in front; names are letters, digits and _; # starts a comment line, or a comment behind white space
//   after an unquoted value; "…" with \n \t \r \" \\ \$ inside may run over several lines; '…' is taken as it stands.
// Nothing is expanded: $NAME stays as it is written. A name set twice is an error. The result is a flat map of texts.
#include "slipway/codec/builtin.h"
#include "slipway/codec/line_text.h"

namespace slipway::codec {
namespace {

bool is_name(std::string_view text) {
  if (text.empty() || (text.front() >= '0' && text.front() <= '9')) return false;
  for (const char c : text)
    if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  return true;
}

class DotenvCodec final : public Codec {
 public:
  std::string_view name() const override { return "env"; }
  std::string_view content_type() const override { return "text/x-dotenv"; }
  Result<Value> decode(std::string_view bytes) const override { return parse_dotenv(bytes); }
  Status encode(const Value& value, std::string& out) const override {
    if (!value.is_map()) return bad_request("the top of a .env file is a map", "NOT_IN_ENV");
    std::string text;
    for (const auto& [name, item] : value.as_map()) {
      if (!is_name(name)) return bad_request("\"" + name + "\" is no name of a variable (use letters, digits and _)", "NOT_IN_ENV");
      if (item.is_map() || item.is_list()) return bad_request(".env files are flat: " + name, "NOT_IN_ENV");
      text += name + "=" + (item.is_null() ? "" : quote(item.to_text())) + "\n";
    }
    out += text;
    return {};
  }
};

}  // namespace

Result<Value> parse_dotenv(std::string_view text, const Limits& limits) {
  LineText lines(".env", text);
  Value root{Value::Map()};
  while (lines.next()) {
    std::string_view line = trim(lines.line());
    if (line.empty() || line.front() == '#') continue;
    const LineText start = lines;
    if (line.starts_with("export") && line.size() > 6 && is_blank(line[6])) line = trim(line.substr(6));
    const std::size_t equals = line.find('=');
    const std::string_view name = line.substr(0, equals);
    if (equals == std::string_view::npos) return start.error("\"" + std::string(line.substr(0, 40)) + "\" is not NAME=value", line);
    if (!is_name(name)) return start.error("\"" + std::string(name.substr(0, 40)) + "\" is no name of a variable (letters, digits and _, no blank before =)", line);
    if (root.as_map().size() >= limits.nodes) return start.error("more than " + std::to_string(limits.nodes) + " values", line);
    if (root.as_map().contains(name)) return start.error(std::string(name) + " is set twice (keep one of the two)", line);
    std::string_view text_of = line.substr(equals + 1);
    std::string value;
    if (!text_of.empty() && (text_of.front() == '"' || text_of.front() == '\'')) {
      std::string whole(text_of);
      // A quote that is still open takes the following lines in.
      while (!closed(whole) && lines.next()) whole += "\n" + std::string(lines.line());
      auto inside = start.quoted(whole, whole.front() == '"');
      if (!inside) return inside.error();
      value = std::move(*inside);
    } else {
      std::size_t end = 0;
      while (end < text_of.size() && !(text_of[end] == '#' && (end == 0 || is_blank(text_of[end - 1])))) ++end;
      value = trim(text_of.substr(0, end));
    }
    if (auto s = start.put(root, name, Value(std::move(value)), line, false, 1); !s) return s.error();
  }
  return root;
}

const Codec& dotenv_codec() {
  static const DotenvCodec codec;
  return codec;
}

}  // namespace slipway::codec
