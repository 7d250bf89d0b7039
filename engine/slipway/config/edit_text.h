// The text editors behind edit.h, and what they share. They may produce nonsense for texts they do not understand:
// edit.cpp reads every result back. Inside the module only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/value.h"

namespace slipway::config {

Result<std::string> set_in_yaml(std::string_view text, std::string_view path, const Value& value);
Result<std::string> unset_in_yaml(std::string_view text, std::string_view path);
Result<std::string> set_in_toml(std::string_view text, std::string_view path, const Value& value);
Result<std::string> unset_in_toml(std::string_view text, std::string_view path);
// `format` is "ini", "properties" or "env".
Result<std::string> set_in_lines(std::string_view text, std::string_view format, std::string_view path, const Value& value);
Result<std::string> unset_in_lines(std::string_view text, std::string_view format, std::string_view path);

std::vector<std::string> split_path(std::string_view path);
std::string join_path(const std::vector<std::string>& parts, std::size_t from = 0);
// How many parts of `path` from `at` the dotted `key` covers; 0 when it is not their beginning.
std::size_t covers(std::string_view key, const std::vector<std::string>& path, std::size_t at);
// "\r\n" when the first line ends so, else "\n".
std::string line_end(std::string_view text);
std::size_t start_of_line(std::string_view text, std::size_t at);
std::size_t after_line(std::string_view text, std::size_t at);  // past the line's end, or the text's end

}  // namespace slipway::config
