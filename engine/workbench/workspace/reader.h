// Reading a parsed YAML document with every problem collected: which keys a map may hold, of which kind, and where they stand.
// Inside the folder only.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "workbench/workspace/load.h"

namespace workbench::workspace {

class Reader {
 public:
  Reader(std::string_view text, std::string file, std::vector<Problem>& problems);

  void problem(const slipway::Mark& where, std::string key, std::string message);
  void problem(const slipway::Value& at, std::string key, std::string message) { problem(mark(at), std::move(key), std::move(message)); }
  slipway::Mark mark(const slipway::Value& v) const { return {file_, v.line, v.column}; }
  // Where `key` of a map stands; its value's place when the key is not found in the text.
  slipway::Mark key_mark(std::string_view key, const slipway::Value& value) const;
  // False (with a problem) when `v` is not a map; keys that are not `known` are refused with the nearest one.
  bool map(const slipway::Value& v, std::string_view what, std::initializer_list<std::string_view> known);
  std::string text(const slipway::Value& v, std::string_view what, std::string otherwise = {});
  std::int64_t integer(const slipway::Value& v, std::string_view what, std::int64_t otherwise, std::int64_t least, std::int64_t most);
  std::string choice(const slipway::Value& v, std::string_view what, std::initializer_list<std::string_view> choices);
  std::string duration(const slipway::Value& v, std::string_view what, std::string otherwise);
  std::string name(const slipway::Value& v, std::string_view what);   // letters, digits and '-', a letter first
  const std::string& file() const { return file_; }
  // Lines [first, last], from 1, without trailing blank and comment lines.
  std::string lines(int first, int last) const;
  int line_count() const { return static_cast<int>(lines_.size()); }
  std::string_view line(int number) const { return lines_[static_cast<std::size_t>(number - 1)]; }

 private:
  std::string file_;
  std::vector<std::string> lines_;
  std::vector<Problem>& problems_;
};

bool valid_name(std::string_view name);
std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& known);   // " (did you mean x?)" or " (known: …)"

}  // namespace workbench::workspace
