#include "panels/kit/line_diff.h"

#include <algorithm>

#include "panels/kit/theme.h"

namespace panels::kit {

std::vector<DiffLine> diff_lines(const QString& before, const QString& after) {
  const auto split = [](const QString& t) {
    QStringList lines = t.split(QLatin1Char('\n'));
    if (!lines.isEmpty() && lines.back().isEmpty()) lines.removeLast();
    return lines;
  };
  const QStringList a = split(before), b = split(after);
  const qsizetype n = a.size(), m = b.size();
  qsizetype head = 0, tail = 0;
  while (head < n && head < m && a[head] == b[head]) ++head;
  while (tail < n - head && tail < m - head && a[n - 1 - tail] == b[m - 1 - tail]) ++tail;
  std::vector<DiffLine> out;
  const auto same = [&](qsizetype i, qsizetype j) { out.push_back({DiffLine::Kind::Same, static_cast<int>(i + 1), static_cast<int>(j + 1), b[j]}); };
  for (qsizetype i = 0; i < head; ++i) same(i, i);
  const qsizetype rows = n - head - tail, columns = m - head - tail;
  // Beyond four million cells the middle is shown as replaced: exact would cost more than it tells.
  std::vector<int> common;
  const bool exact = rows * columns <= 4'000'000;
  const auto at = [&](qsizetype i, qsizetype j) -> int& { return common[static_cast<std::size_t>(i * (columns + 1) + j)]; };
  if (exact) {
    common.assign(static_cast<std::size_t>((rows + 1) * (columns + 1)), 0);
    for (qsizetype i = rows - 1; i >= 0; --i)
      for (qsizetype j = columns - 1; j >= 0; --j) at(i, j) = a[head + i] == b[head + j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
  }
  qsizetype i = 0, j = 0;
  while (i < rows || j < columns) {
    if (exact && i < rows && j < columns && a[head + i] == b[head + j]) {
      same(head + i, head + j);
      ++i, ++j;
    } else if (i < rows && (j >= columns || !exact || at(i + 1, j) >= at(i, j + 1))) {
      out.push_back({DiffLine::Kind::Removed, static_cast<int>(head + i + 1), 0, a[head + i]});
      ++i;
    } else {
      out.push_back({DiffLine::Kind::Added, 0, static_cast<int>(head + j + 1), b[head + j]});
      ++j;
    }
  }
  for (qsizetype k = tail; k > 0; --k) same(n - k, m - k);
  return out;
}

void show_diff(CodeEdit& edit, const std::vector<DiffLine>& lines) {
  QStringList text;
  std::vector<CodeEdit::LineStyle> styles;
  for (const DiffLine& line : lines) {
    text << line.text;
    const bool removed = line.kind == DiffLine::Kind::Removed, added = line.kind == DiffLine::Kind::Added;
    styles.push_back({removed ? theme().tint(Token::Err, 0.12) : added ? theme().tint(Token::Ok, 0.12) : QColor(), line.before > 0 ? QString::number(line.before) : QString(),
                      line.after > 0 ? QString::number(line.after) : QString(), removed ? QStringLiteral("-") : added ? QStringLiteral("+") : QString()});
  }
  edit.set_text(text.join(QLatin1Char('\n')));
  edit.set_line_styles(std::move(styles));
}

}  // namespace panels::kit
