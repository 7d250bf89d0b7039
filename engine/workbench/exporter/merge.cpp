#include "workbench/exporter/merge.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace workbench::exporter {
namespace {

using Lines = std::vector<std::string_view>;

// Each with its newline, so that a missing one at the end is an edit like any other.
Lines lines_of(std::string_view text) {
  Lines out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto size = end == std::string_view::npos ? text.size() : end + 1;
    out.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

// For each line of `base` the line of `other` that it became, or -1: a longest common subsequence.
std::vector<int> matches(const Lines& base, const Lines& other) {
  const std::size_t n = base.size(), m = other.size();
  std::vector<std::vector<int>> length(n + 1, std::vector<int>(m + 1, 0));
  for (std::size_t i = n; i-- > 0;)
    for (std::size_t j = m; j-- > 0;)
      length[i][j] = base[i] == other[j] ? length[i + 1][j + 1] + 1 : std::max(length[i + 1][j], length[i][j + 1]);
  std::vector<int> out(n, -1);
  for (std::size_t i = 0, j = 0; i < n && j < m;) {
    if (base[i] == other[j])
      out[i++] = static_cast<int>(j++);
    else if (length[i + 1][j] >= length[i][j + 1])
      ++i;
    else
      ++j;
  }
  return out;
}

std::string text_of(const Lines& lines, std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i < to; ++i) out += lines[i];
  return out;
}

}  // namespace

std::optional<std::string> merge_lines(const std::string& base, const std::string& mine, const std::string& theirs) {
  const Lines b = lines_of(base), m = lines_of(mine), t = lines_of(theirs);
  const std::vector<int> in_mine = matches(b, m), in_theirs = matches(b, t);
  std::string out;
  std::size_t at_b = 0, at_m = 0, at_t = 0;
  while (at_b <= b.size()) {
    // The next line that both sides kept ends the stretch before it.
    std::size_t next = at_b;
    while (next < b.size() && (in_mine[next] < 0 || in_theirs[next] < 0)) ++next;
    const std::size_t end_m = next < b.size() ? static_cast<std::size_t>(in_mine[next]) : m.size();
    const std::size_t end_t = next < b.size() ? static_cast<std::size_t>(in_theirs[next]) : t.size();
    const std::string was = text_of(b, at_b, next), my = text_of(m, at_m, end_m), their = text_of(t, at_t, end_t);
    if (my == was)
      out += their;
    else if (their == was || their == my)
      out += my;
    else
      return std::nullopt;
    if (next < b.size()) out += b[next];
    at_b = next + 1;
    at_m = end_m + 1;
    at_t = end_t + 1;
  }
  return out;
}

}  // namespace workbench::exporter
