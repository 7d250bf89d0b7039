#include "panels/requests/request_history.h"

#include <QDialog>
#include <QItemSelectionModel>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "panels/kit/cell_rows.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/line_diff.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/widgets.h"
#include "panels/requests/body_text.h"
#include "panels/requests/reply_view.h"

namespace panels::requests {

using kit::Token;
using kit::Type;
using workbench::traffic::Exchange;

QString reply_text(const Exchange& e) {
  QString out = e.error.empty() ? QStringLiteral("%1 %2\n").arg(e.status).arg(QString::fromStdString(e.reason)) : QString::fromStdString(e.error) + QLatin1Char('\n');
  return out + header_lines(e.headers) + QStringLiteral("\n\n") + pretty_json(QString::fromStdString(e.body)) + QLatin1Char('\n');
}

RequestHistory::RequestHistory(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(12, 4, 8, 0);
  head->setSpacing(8);
  head->addWidget(kit::label(tr("History"), Type::Strong));
  title_ = kit::label({}, Type::Caption, Token::Tx2);
  title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  head->addWidget(title_, 1);
  diff_ = kit::link_button(tr("Diff two"));
  diff_->setToolTip(tr("Choose two rows with Ctrl or Shift, then compare their replies"));
  diff_->setEnabled(false);
  connect(diff_, &QPushButton::clicked, this, [this] { diff_chosen(); });
  head->addWidget(diff_);
  column->addLayout(head);
  rows_ = new kit::CellRows({{tr("Sent"), 84}, {tr("Status"), 54, Qt::AlignRight}, {tr("Took"), 0, Qt::AlignRight}}, this);
  table_ = new kit::TableView(tr("History of this request"), kit::size::kRowDense);
  table_->setModel(rows_);
  table_->setProperty("plain", true);
  table_->set_empty_text(tr("Not sent yet"));
  column->addWidget(table_, 1);
  connect(table_, &kit::TableView::key_selected, this, [this](const QString& key) { Q_EMIT chosen(key.toLongLong()); });
  connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] { diff_->setEnabled(table_->selectionModel()->selectedRows().size() == 2); });
}

void RequestHistory::set_exchanges(const std::vector<Exchange>& all, const workbench::traffic::SavedRequest& request) {
  std::vector<Exchange> now;
  for (const Exchange& e : all)
    if (e.request.id == request.id) now.push_back(e);
  title_->setText(QString::fromStdString(request.name));
  const bool same = now.size() == shown_.size() && std::equal(now.begin(), now.end(), shown_.begin(), [](const Exchange& a, const Exchange& b) { return a.started_wall_ns == b.started_wall_ns; });
  if (same && static_cast<int>(now.size()) == rows_->rowCount()) return;
  shown_ = std::move(now);
  std::vector<kit::CellRow> rows;
  for (const Exchange& e : shown_) {
    const Token token = e.status >= 500 || e.status == 0 ? Token::Err : e.status >= 400 ? Token::Warn : Token::Ok;
    rows.push_back({QString::number(e.started_wall_ns),
                    {kit::Cell::mono(clock_text(e.started_wall_ns, false), Token::Tx2), kit::Cell::number(e.error.empty() ? QString::number(e.status) : tr("failed"), e.status, token),
                     kit::Cell::number(kit::plots::duration_text(static_cast<double>(e.total_ns)), static_cast<qlonglong>(e.total_ns))},
                    {}});
  }
  rows_->set_rows(std::move(rows));
}

void RequestHistory::diff_chosen() {
  std::vector<const Exchange*> two;
  for (const QModelIndex& row : table_->selectionModel()->selectedRows())
    for (const Exchange& e : shown_)
      if (QString::number(e.started_wall_ns) == row.data(kit::kKeyRole).toString()) two.push_back(&e);
  if (two.size() != 2) return;
  std::sort(two.begin(), two.end(), [](const Exchange* a, const Exchange* b) { return a->started_wall_ns < b->started_wall_ns; });
  auto* dialog = new QDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(tr("%1: the reply of %2 against that of %3").arg(title_->text(), clock_text(two[0]->started_wall_ns, false), clock_text(two[1]->started_wall_ns, false)));
  dialog->resize(820, 520);
  auto* layout = new QVBoxLayout(dialog);
  layout->setContentsMargins(12, 12, 12, 12);
  auto* words = kit::label({}, Type::Body, Token::Tx2);
  layout->addWidget(words);
  auto* view = new kit::CodeEdit(tr("Difference of two replies"));
  view->setReadOnly(true);
  view->set_syntax(kit::Syntax::Json);
  const auto lines = kit::diff_lines(reply_text(*two[0]), reply_text(*two[1]));
  const auto count = [&lines](kit::DiffLine::Kind kind) { return std::count_if(lines.begin(), lines.end(), [kind](const auto& l) { return l.kind == kind; }); };
  const auto added = count(kit::DiffLine::Kind::Added), removed = count(kit::DiffLine::Kind::Removed);
  words->setText(added + removed == 0 ? tr("Both replies are equal in status, headers and body.") : tr("%1 lines only in the older, %2 only in the newer.").arg(removed).arg(added));
  kit::show_diff(*view, lines);
  layout->addWidget(view, 1);
  dialog->show();
}

}  // namespace panels::requests
