#include "panels/export/file_tree.h"

#include <QCoreApplication>

namespace panels::exporting {

using kit::Cell;
using kit::Token;
using workbench::exporter::FileClass;
using workbench::exporter::PlannedFile;

QString action_letter(PlannedFile::Action action) {
  switch (action) {
    case PlannedFile::Action::Create: return QStringLiteral("A");
    case PlannedFile::Action::Overwrite: return QStringLiteral("M");
    case PlannedFile::Action::Keep: return QStringLiteral("K");
    case PlannedFile::Action::Conflict: return QStringLiteral("!");
    case PlannedFile::Action::Remove: return QStringLiteral("D");
    case PlannedFile::Action::Same: break;
  }
  return {};
}

ActionCounts count_actions(const std::vector<PlannedFile>& files) {
  ActionCounts c;
  for (const PlannedFile& f : files) switch (f.action) {
      case PlannedFile::Action::Create: ++c.created; break;
      case PlannedFile::Action::Overwrite: ++c.changed; break;
      case PlannedFile::Action::Keep: ++c.kept; break;
      case PlannedFile::Action::Same: ++c.same; break;
      case PlannedFile::Action::Conflict: ++c.conflicts; break;
      case PlannedFile::Action::Remove: ++c.removed; break;
    }
  return c;
}

std::vector<kit::CellRow> file_rows(const std::vector<PlannedFile>& files) {
  std::vector<kit::CellRow> rows;
  QStringList open;
  const auto indented = [](int depth, const QString& text) { return QString(depth * 3, QChar(0x2002)) + text; };
  // Files of a folder stand before its sub-folders' siblings: the plan is sorted by path, so folders appear as they come.
  for (const PlannedFile& f : files) {
    const QStringList parts = QString::fromStdString(f.path).split(QLatin1Char('/'));
    int common = 0;
    while (common < open.size() && common < parts.size() - 1 && open[common] == parts[common]) ++common;
    open = open.mid(0, common);
    for (; common < parts.size() - 1; ++common) {
      open << parts[common];
      Cell folder = Cell::plain(indented(common, QStringLiteral("▾ ") + parts[common]), Token::Tx2);
      rows.push_back({QStringLiteral("folder:") + open.join(QLatin1Char('/')), {folder, Cell{}}, {}});
    }
    Cell name = Cell::plain(indented(static_cast<int>(parts.size()) - 1, parts.back()));
    name.tooltip = QString::fromStdString(f.path);
    const Token ink = f.action == PlannedFile::Action::Create ? Token::Ok : f.action == PlannedFile::Action::Overwrite && f.marked == 0 ? Token::Warn : f.action == PlannedFile::Action::Keep ? Token::Acc : Token::Err;
    Cell letter = Cell::mono(f.marked > 0 ? QStringLiteral("M!") : action_letter(f.action), ink);
    letter.tooltip = f.action == PlannedFile::Action::Conflict ? QCoreApplication::translate("Export", "you edited it; the export would overwrite it")
                     : f.marked > 0                            ? QCoreApplication::translate("Export", "you and the export changed the same lines; both will stand there between markers")
                                                               : QString();
    rows.push_back({QString::fromStdString(f.path), {name, letter}, {}});
  }
  return rows;
}

}  // namespace panels::exporting
