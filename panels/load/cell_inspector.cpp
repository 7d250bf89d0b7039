#include "panels/load/cell_inspector.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QPainter>
#include <algorithm>
#include <map>

#include "panels/kit/cell_rows.h"
#include "panels/kit/plots/bars.h"
#include "panels/kit/plots/sparkline.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/trace_geometry.h"
#include "panels/kit/widgets.h"
#include "panels/load/load_figures.h"

namespace panels::load {
namespace {

using kit::Selection;
using kit::Token;
using workbench::recorder::TracePtr;

QString tr(const char* text) { return QCoreApplication::translate("Load", text); }
QString text(const std::string& s) { return QString::fromStdString(s); }

QString who_of(const workbench::recorder::Trace& trace) {
  const workbench::recorder::TraceSpan* worst = nullptr;
  for (const auto& span : trace.spans)
    if (!worst || span.self_ns > worst->self_ns) worst = &span;
  return worst ? text(worst->instance.empty() ? worst->service : worst->instance) : QString();
}

// One trace per row: id, shape, who took longest, how long.
kit::TableView* exemplars(kit::Session* session, const CellView& cell, const std::vector<TracePtr>& kept, QWidget* parent) {
  auto* rows = new kit::CellRows({{tr("Trace"), 82}, {tr("Shape"), 52}, {tr("Longest in"), 0}, {tr("Took"), 78, Qt::AlignRight}}, parent);
  auto* table = new kit::TableView(tr("Traces of this cell"), kit::size::kRow, parent);
  table->setModel(rows);
  std::vector<kit::CellRow> all;
  for (std::size_t i = 0; i < cell.traces.size() && all.size() < 8; ++i) {
    const QString id = text(cell.traces[i]);
    kit::Cell name = kit::Cell::mono(id.left(8), Token::Acc);
    const auto at = std::find_if(kept.begin(), kept.end(), [&](const TracePtr& t) { return t->id == cell.traces[i]; });
    if (at == kept.end()) {
      all.push_back({id, {name, {}, kit::Cell::plain(tr("kept by the recorder"), Token::Tx2), {}}, {}});
      continue;
    }
    kit::Cell shape;
    shape.kind = kit::Cell::Kind::Custom;
    shape.paint = [bars = kit::plots::mini_bars(kit::trace_geometry(**at))](QPainter& painter, const QRect& area, bool) { kit::plots::paint_mini(painter, area.adjusted(0, 4, 0, -4), bars, kit::plots::current_style()); };
    const auto took = kit::Cell::number(kit::plots::duration_text(static_cast<double>((*at)->duration_ns)), static_cast<qlonglong>((*at)->duration_ns));
    all.push_back({id, {name, shape, kit::Cell::plain(who_of(**at)), took}, {}});
  }
  table->setFixedHeight(kit::size::kTableHeader + static_cast<int>(all.size()) * kit::size::kRow + 2);
  rows->set_rows(std::move(all));
  const auto open = [session = QPointer<kit::Session>(session)](const QString& id) {
    if (session && !id.isEmpty()) session->open(QStringLiteral("traces"), {Selection::Kind::Trace, id, {}});
  };
  QObject::connect(table, &kit::TableView::key_activated, table, open);
  QObject::connect(table, &kit::TableView::cell_clicked, table, [open](const QModelIndex& index, const QPoint&) { open(index.data(kit::kKeyRole).toString()); });
  return table;
}

}  // namespace

QWidget* make_cell_inspector(kit::Session* session, const CellView& cell, std::int64_t wall_ns, QWidget* parent) {
  const QString range = cell.open_above ? tr("%1 and above").arg(kit::plots::duration_text(static_cast<double>(cell.low_ns))) : tr("%1 to %2").arg(ms_text(cell.low_ns), kit::plots::duration_text(static_cast<double>(cell.high_ns)));
  const QString when = wall_ns > 0 ? QDateTime::fromMSecsSinceEpoch(wall_ns / 1'000'000 + static_cast<qint64>(cell.from_s * 1000)).toString(QStringLiteral("HH:mm:ss")) : tr("second %1").arg(cell.from_s);
  auto* view = new kit::InspectorView(QStringLiteral("grid"), tr("Heat map cell"), QStringLiteral("%1, %2").arg(when, range), parent);
  view->add_section(tr("Cell"));
  view->add_row(tr("Second"), when);
  view->add_row(tr("Latency"), range);
  view->add_row(tr("Requests"), tr("%1 of %2").arg(kit::plots::grouped(cell.count), kit::plots::grouped(cell.of)));
  std::vector<TracePtr> kept;
  for (const auto& t : session->views().traces)
    if (std::find(cell.traces.begin(), cell.traces.end(), t->id) != cell.traces.end()) kept.push_back(t);
  if (!kept.empty()) {
    // Who took longest in each: what these requests share.
    std::map<QString, int> slowest;
    for (const auto& t : kept) ++slowest[who_of(*t)];
    std::vector<std::pair<QString, int>> order(slowest.begin(), slowest.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    view->add_section(tr("What these requests share"), tr("%1 looked at").arg(kept.size()));
    for (const auto& [who, count] : order) view->add_row(who, tr("%1 of %2").arg(count).arg(kept.size()));
    view->add_text(order.front().second == static_cast<int>(kept.size()) ? tr("All spent most of their time in %1.").arg(order.front().first) : tr("Most spent their time in %1.").arg(order.front().first));
  }
  view->add_section(tr("Exemplar traces"), tr("%1 kept").arg(cell.traces.size()));
  if (cell.traces.empty())
    view->add_text(cell.count == 0 ? tr("No request fell into this cell.") : tr("None of these was kept. The slowest of every second and band are; sampling decides about the rest."));
  else
    view->add_widget(exemplars(session, cell, kept, view));
  if (!cell.traces.empty()) {
    auto* open = kit::button(tr("Open in Traces"), QStringLiteral("trace"));
    QObject::connect(open, &QPushButton::clicked, view, [session = QPointer<kit::Session>(session), id = text(cell.traces.front())] {
      if (session) session->open(QStringLiteral("traces"), {Selection::Kind::Trace, id, {}});
    });
    view->add_action(open);
  }
  auto* compare = kit::button(tr("Compare"), QStringLiteral("compare"));
  QObject::connect(compare, &QPushButton::clicked, view, [session = QPointer<kit::Session>(session)] {
    if (session) session->open(QStringLiteral("compare"));
  });
  view->add_action(compare);
  return view;
}

}  // namespace panels::load
