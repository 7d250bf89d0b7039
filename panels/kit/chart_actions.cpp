#include "panels/kit/chart_actions.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCoreApplication>
#include <QDialog>
#include <QMenu>
#include <QVBoxLayout>

#include "panels/kit/cell_rows.h"
#include "panels/kit/icons.h"

namespace panels::kit {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("Charts", text); }

void show_table(QWidget* chart, const QString& tsv) {
  const QStringList lines = tsv.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
  if (lines.isEmpty()) return;
  std::vector<Column> columns;
  const QStringList names = lines.front().split(QLatin1Char('\t'));
  for (qsizetype i = 0; i < names.size(); ++i) columns.push_back({names[i], i == 0 ? 160 : 0, i == 0 ? Qt::AlignLeft : Qt::AlignRight});
  auto* dialog = new QDialog(chart->window());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(chart->accessibleName().isEmpty() ? tr("Figures of the chart") : chart->accessibleName());
  dialog->resize(std::min<int>(1200, 220 + 110 * static_cast<int>(names.size())), 520);
  auto* layout = new QVBoxLayout(dialog);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* rows = new CellRows(std::move(columns), dialog);
  auto* table = new TableView(dialog->windowTitle(), size::kRow);
  table->setModel(rows);
  std::vector<CellRow> all;
  for (qsizetype l = 1; l < lines.size(); ++l) {
    CellRow row{QString::number(l), {}, {}};
    const QStringList cells = lines[l].split(QLatin1Char('\t'));
    for (qsizetype c = 0; c < names.size(); ++c) row.cells.push_back(c == 0 ? Cell::plain(cells.value(c)) : Cell::number(cells.value(c)));
    all.push_back(std::move(row));
  }
  rows->set_rows(std::move(all));
  layout->addWidget(table);
  dialog->show();
}

std::vector<QAction*> make_actions(QObject* owner, QWidget* chart, const std::function<QString()>& tsv) {
  const auto make = [owner](const QString& name, const char* icon_name, auto run) {
    auto* action = new QAction(icon(QLatin1String(icon_name)), name, owner);
    QObject::connect(action, &QAction::triggered, owner, run);
    return action;
  };
  return {make(tr("Show as table"), "table", [chart, tsv] { show_table(chart, tsv()); }),
          make(tr("Copy as TSV"), "copy", [tsv] { QApplication::clipboard()->setText(tsv()); }),
          make(tr("Copy as CSV"), "copy", [tsv] { QApplication::clipboard()->setText(csv_of_tsv(tsv())); }),
          make(tr("Copy image"), "image", [chart] { QApplication::clipboard()->setPixmap(chart->grab()); })};
}

}  // namespace

QString csv_of_tsv(const QString& tsv) {
  QStringList lines;
  for (const QString& line : tsv.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
    QStringList cells;
    for (QString cell : line.split(QLatin1Char('\t'))) {
      if (cell.contains(QLatin1Char(',')) || cell.contains(QLatin1Char('"')) || cell.contains(QLatin1Char('\r')))
        cell = QLatin1Char('"') + cell.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
      cells << cell;
    }
    lines << cells.join(QLatin1Char(','));
  }
  return lines.isEmpty() ? QString() : lines.join(QStringLiteral("\r\n")) + QStringLiteral("\r\n");
}

void add_chart_actions(QWidget* chart, std::function<QString()> tsv) {
  const auto actions = make_actions(chart, chart, tsv);
  actions[1]->setShortcut(QKeySequence::Copy);
  actions[1]->setShortcutContext(Qt::WidgetShortcut);
  chart->setContextMenuPolicy(Qt::ActionsContextMenu);
  for (QAction* action : actions) chart->addAction(action);
}

void add_chart_actions(QMenu* menu, QWidget* chart, std::function<QString()> tsv) {
  for (QAction* action : make_actions(menu, chart, tsv)) menu->addAction(action);
}

}  // namespace panels::kit
