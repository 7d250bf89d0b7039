#include "panels/load/run_list.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "panels/kit/cell_rows.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/widgets.h"
#include "panels/load/load_figures.h"

namespace panels::load {

using kit::Token;
using kit::Type;
using workbench::traffic::RunSummary;

QString run_clock(std::int64_t wall_ns, std::int64_t now_ns) {
  const QDateTime at = QDateTime::fromMSecsSinceEpoch(wall_ns / 1'000'000);
  return at.date() == QDateTime::fromMSecsSinceEpoch(now_ns / 1'000'000).date() ? at.toString(QStringLiteral("HH:mm:ss")) : QLocale::c().toString(at, QStringLiteral("MMM d HH:mm"));
}

RunList::RunList(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(12, 4, 8, 4);
  head->setSpacing(8);
  head->addWidget(kit::label(tr("Runs"), Type::Strong));
  size_ = kit::label({}, Type::Caption, Token::Tx2);
  size_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  head->addWidget(size_, 1);
  compare_ = kit::link_button(tr("Compare two"));
  compare_->setToolTip(tr("Choose two runs with Ctrl or Shift, then compare them"));
  head->addWidget(compare_);
  star_ = kit::icon_button(QStringLiteral("star"), tr("Star the run, or take the star away"));
  head->addWidget(star_);
  column->addLayout(head);
  rows_ = new kit::CellRows({{QString(), 34}, {tr("Began"), 96}, {tr("Offered"), 0, Qt::AlignRight}, {tr("p99, ms"), 74, Qt::AlignRight}, {tr("Errors"), 74, Qt::AlignRight}}, this);
  table_ = new kit::TableView(tr("Runs that are kept"), kit::size::kRowDense);
  table_->setModel(rows_);
  table_->set_empty_text(tr("A run that ended is kept here."));
  column->addWidget(table_, 1);
  connect(table_, &kit::TableView::key_activated, this, &RunList::opened);
  connect(table_, &kit::TableView::cell_clicked, this, [this](const QModelIndex& index, const QPoint&) {
    const QString id = index.data(kit::kKeyRole).toString();
    if (index.column() == 0) {
      for (const RunSummary& r : runs_)
        if (QString::fromStdString(r.id) == id) Q_EMIT starred(id, !r.starred);
    } else if (chosen().size() == 1) {
      Q_EMIT opened(id);
    }
  });
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { show_buttons(); });
  connect(compare_, &QPushButton::clicked, this, [this] {
    if (const QStringList two = chosen(); two.size() == 2) Q_EMIT compared(two[1], two[0]);
  });
  connect(star_, &QToolButton::clicked, this, [this] {
    for (const QString& id : chosen())
      for (const RunSummary& r : runs_)
        if (QString::fromStdString(r.id) == id) Q_EMIT starred(id, !r.starred);
  });
  show_buttons();
}

QStringList RunList::chosen() const {
  QStringList ids;
  auto rows = table_->selectionModel()->selectedRows();
  std::sort(rows.begin(), rows.end(), [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
  for (const QModelIndex& row : rows) ids << row.data(kit::kKeyRole).toString();
  return ids;
}

void RunList::show_buttons() {
  const auto count = chosen().size();
  compare_->setEnabled(count == 2);
  star_->setEnabled(count > 0);
}

void RunList::set_runs(const std::vector<RunSummary>& runs, const QString& opened, std::int64_t now_ns) {
  if (runs_ == runs && opened_ == opened && !size_->text().isEmpty()) return;
  std::uint64_t bytes = 0;
  for (const RunSummary& r : runs) bytes += r.bytes;
  size_->setText(runs.empty() ? QString() : tr("%1 kept, %2").arg(runs.size()).arg(kit::plots::size_text(bytes)));
  size_->setToolTip(tr("The newest %1 without a star are kept in .slipway/runs").arg(workbench::traffic::RunStore::kUnstarred));
  std::vector<kit::CellRow> rows;
  for (const RunSummary& r : runs) {
    kit::Cell star;
    star.kind = kit::Cell::Kind::Icon;
    star.icon = QStringLiteral("star");
    star.icon_token = r.starred ? Token::Warn : Token::Tx3;
    star.text = r.starred ? tr("starred") : QString();
    star.tooltip = r.starred ? tr("Starred: it stays") : tr("Click to keep it for good");
    const bool other = QString::fromStdString(r.id) == opened;
    kit::Cell began = kit::Cell::mono(run_clock(r.started_wall_ns, now_ns), other ? Token::Acc : Token::Tx);
    began.tooltip = QString::fromStdString(r.request.empty() ? r.url : r.request);
    const QString offered = r.users > 0 ? tr("%1 users").arg(r.users) : tr("%1 /s").arg(kit::plots::grouped(static_cast<std::uint64_t>(r.target_rate_per_s)));
    const double share = r.requests > 0 ? static_cast<double>(r.errors) / static_cast<double>(r.requests) : 0;
    rows.push_back({QString::fromStdString(r.id),
                    {star, began, kit::Cell::number(offered, r.target_rate_per_s), kit::Cell::number(ms_text(r.response_ns.p99), static_cast<qlonglong>(r.response_ns.p99)),
                     kit::Cell::number(kit::plots::percent_text(share, share > 0 && share < 0.1 ? 2 : 0), share, r.errors > 0 ? Token::Err : Token::Tx2)},
                    {}});
  }
  rows_->set_rows(std::move(rows));
  runs_ = runs;
  opened_ = opened;
  show_buttons();
}

}  // namespace panels::load
