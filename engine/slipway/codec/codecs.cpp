// The table of codecs: a new one is its own file and one line here.
#include <algorithm>
#include <initializer_list>

#include "slipway/codec/builtin.h"

namespace slipway::codec {
namespace {

struct Row {
  const Codec* codec;
  std::vector<std::string_view> aliases;  // extensions, media types and suffixes besides its name and type
};

const std::vector<Row>& table() {
  static const std::vector<Row> rows = {
      {&json_codec(), {"text/json", "+json"}},
      {&yaml_codec(), {"yml", "text/yaml", "application/x-yaml", "text/x-yaml", "+yaml"}},
      {&toml_codec(), {}},
      {&form_codec(), {"x-www-form-urlencoded"}},
      {&ini_codec(), {}},
      {&properties_codec(), {}},
      {&dotenv_codec(), {}},
  };
  return rows;
}

bool answers_to(const Row& row, std::string_view name) {
  if (name == row.codec->name() || name == row.codec->content_type()) return true;
  return std::any_of(row.aliases.begin(), row.aliases.end(), [&](std::string_view alias) {
    return alias.front() == '+' ? name.find('/') != std::string_view::npos && name.ends_with(alias)
                                : name == alias;
  });
}

}  // namespace

const Codec* find_codec(std::string_view name) {
  name = name.substr(0, name.find(';'));
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
  while (!name.empty() && (name.front() == ' ' || name.front() == '.')) name.remove_prefix(1);
  // The common one, without a copy.
  if (name == "application/json") return &json_codec();
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  for (const Row& row : table())
    if (answers_to(row, lower)) return row.codec;
  return nullptr;
}

std::vector<const Codec*> codecs() {
  std::vector<const Codec*> all;
  for (const Row& row : table()) all.push_back(row.codec);
  return all;
}

}  // namespace slipway::codec
