#include "slipway/config/edit_text.h"

namespace slipway::config {

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t dot = path.find('.');
    parts.emplace_back(path.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    path.remove_prefix(dot + 1);
  }
}

std::string join_path(const std::vector<std::string>& parts, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < parts.size(); ++i) out += (i > from ? "." : "") + parts[i];
  return out;
}

std::size_t covers(std::string_view key, const std::vector<std::string>& path, std::size_t at) {
  const auto parts = split_path(key);
  if (parts.size() > path.size() - at) return 0;
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i] != path[at + i]) return 0;
  return parts.size();
}

std::string line_end(std::string_view text) {
  const std::size_t n = text.find('\n');
  return n != std::string_view::npos && n > 0 && text[n - 1] == '\r' ? "\r\n" : "\n";
}

std::size_t start_of_line(std::string_view text, std::size_t at) {
  const std::size_t n = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return n == std::string_view::npos ? 0 : n + 1;
}

std::size_t after_line(std::string_view text, std::size_t at) {
  const std::size_t n = text.find('\n', at);
  return n == std::string_view::npos ? text.size() : n + 1;
}

}  // namespace slipway::config
