#include "panels/kit/log_list.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>
#include <QScrollBar>
#include <QVBoxLayout>
#include <set>

#include "panels/kit/controls.h"
#include "panels/kit/icons.h"
#include "panels/kit/tabs.h"
#include "workbench/host/host.h"

namespace panels::kit {

using slipway::telemetry::LogLine;
using Severity = slipway::telemetry::Level;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }

QString fields_of(const LogLine& line) {
  QString out;
  if (!line.operation.empty()) out += QStringLiteral("  ") + q(line.operation);
  for (const auto& [name, value] : line.fields) {
    const QString text = q(value.to_text());
    if (!text.isEmpty()) out += QStringLiteral("  %1=%2").arg(q(name), text);
  }
  return out;
}

bool fits(const LogLine& line, const LogFilter& filter) {
  if (line.level < filter.least) return false;
  if (!filter.source.isEmpty() && q(line.logger) != filter.source) return false;
  for (const QString& word : filter.words.split(QLatin1Char(' '), Qt::SkipEmptyParts))
    if (!q(line.text).contains(word, Qt::CaseInsensitive) && !fields_of(line).contains(word, Qt::CaseInsensitive) && !q(line.logger).contains(word, Qt::CaseInsensitive) &&
        !q(line.trace_id).startsWith(word, Qt::CaseInsensitive))
      return false;
  return true;
}

}  // namespace

LogModel::LogModel(QObject* parent) : TableModel({{tr("Time"), 116}, {tr("Level"), 32}, {tr("Source"), 104}, {tr("Line"), 0}, {tr("Trace"), 96}}, parent) {}

void LogModel::set(const workbench::host::LogTail& tail, const LogFilter& filter) {
  std::vector<QString> keys;
  std::vector<std::size_t> rows;
  if (tail.lines)
    for (std::size_t i = 0; i < tail.lines->size(); ++i)
      if (fits((*tail.lines)[i], filter)) {
        rows.push_back(i);
        keys.push_back(QString::number(tail.total - i));  // a line's number in the run
      }
  replace_rows(std::move(keys), [&] { tail_ = tail, rows_ = std::move(rows); });
}

Cell LogModel::cell(int row, int column) const {
  const LogLine& line = at(row);
  switch (column) {
    case Time: return Cell::mono(QDateTime::fromMSecsSinceEpoch(line.wall_ns / 1'000'000, Qt::UTC).toString(QStringLiteral("HH:mm:ss.zzz")), Token::Tx2);
    case Level: {
      Cell c;
      c.kind = Cell::Kind::Icon;
      c.icon = line.level == Severity::Error ? QStringLiteral("error") : line.level == Severity::Warning ? QStringLiteral("warning") : line.level == Severity::Info ? QStringLiteral("info") : QStringLiteral("minus");
      c.icon_token = line.level == Severity::Error ? Token::Err : line.level == Severity::Warning ? Token::Warn : Token::Tx3;
      c.text = q(std::string(slipway::telemetry::level_name(line.level)));
      c.tooltip = c.text;
      return c;
    }
    case Source: return Cell::plain(q(line.logger));
    case Text: {
      Cell c = Cell::mono(q(line.text) + fields_of(line), line.level >= Severity::Warning ? Token::Tx : Token::Tx2);
      c.tooltip = c.text;
      return c;
    }
    default: {
      Cell c = Cell::mono(q(line.trace_id.substr(0, 8)), Token::Acc);
      c.link = true;
      c.sort = q(line.trace_id);
      if (!line.trace_id.empty()) c.tooltip = tr("Open the trace %1").arg(q(line.trace_id));
      return c;
    }
  }
}

LogList::LogList(Session* session, QWidget* parent) : QWidget(parent), session_(session) {
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  model_ = new LogModel(this);
  table_ = new TableView(tr("Log tail"), 22, this);
  table_->setModel(model_);
  table_->horizontalHeader()->hide();
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  all->addWidget(table_);

  tools_ = new QWidget(this);
  auto* line = new QHBoxLayout(tools_);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(gap::kM);
  dropped_ = label({}, Type::Caption, Token::Warn);
  resume_ = button({}, QStringLiteral("play"));
  resume_->hide();
  level_ = new Segments(tr("Least level"), tools_);
  for (const QString& name : {tr("All"), tr("Info"), tr("Warnings"), tr("Errors")}) level_->add(name);
  source_ = new QComboBox(tools_);
  source_->setAccessibleName(tr("Source"));
  source_->addItem(tr("All sources"));
  source_->setFixedHeight(size::kControl);
  words_ = filter_edit(tr("Filter lines"), tr("Filter log lines"), tools_);
  words_->setFixedWidth(170);
  for (QWidget* w : {static_cast<QWidget*>(dropped_), static_cast<QWidget*>(resume_), static_cast<QWidget*>(level_), static_cast<QWidget*>(source_), static_cast<QWidget*>(words_)}) line->addWidget(w);

  connect(resume_, &QPushButton::clicked, this, &LogList::resume);
  connect(level_, &Segments::changed, this, &LogList::fill);
  connect(source_, &QComboBox::currentIndexChanged, this, &LogList::fill);
  connect(words_, &QLineEdit::textChanged, this, &LogList::fill);
  connect(table_, &TableView::key_selected, this, &LogList::touch);
  connect(table_->verticalScrollBar(), &QScrollBar::valueChanged, this, [this](int value) {
    if (filling_) return;
    if (value > 0)
      touch();
    else if (!follows_ && !table_->currentIndex().isValid())
      resume();
  });
  connect(table_, &TableView::key_activated, this, [this](const QString& key) { open_trace(model_->row_of(key)); });
  connect(table_, &TableView::cell_clicked, this, [this](const QModelIndex& index) {
    if (index.column() == LogModel::Trace) open_trace(index.row());
  });
  connect(table_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
    if (const QModelIndex index = table_->indexAt(at); index.isValid()) row_menu(index.row(), table_->viewport()->mapToGlobal(at));
  });
  table_->installEventFilter(this);
  show_views();
}

LogFilter LogList::filter() const {
  static constexpr Severity kLeast[] = {Severity::Debug, Severity::Info, Severity::Warning, Severity::Error};
  return {kLeast[level_->current()], source_->currentIndex() > 0 ? source_->currentText() : QString(), words_->text()};
}

void LogList::show_views() {
  const auto& tail = session_->views().logs;
  if (tail.lines) {
    std::set<QString> names;
    for (const LogLine& line : *tail.lines) names.insert(q(line.logger));
    for (const QString& name : names)
      if (source_->findText(name) < 0) source_->addItem(name);
  }
  if (follows_) {
    if (shown_.lines == tail.lines && shown_.total == tail.total && model_->rowCount() > 0) return;
    shown_ = tail;
    fill();
  } else {
    const auto since = tail.total - shown_.total;
    resume_->setText(since == 0 ? tr("Follow") : tr("+%1 new").arg(since));
    resume_->setAccessibleName(since == 0 ? tr("Follow the newest line") : tr("Follow the newest line, %1 came since").arg(since));
    resume_->setToolTip(tr("The list stands still since you touched it. Follow the newest line  (Esc)"));
    resume_->updateGeometry();
  }
}

void LogList::fill() {
  filling_ = true;
  const LogFilter f = filter();
  model_->set(shown_, f);
  const auto held = shown_.lines ? shown_.lines->size() : 0;
  table_->set_empty_text(held > 0 && !f.any() ? tr("None of the %1 lines fits the filter.").arg(held)
                                              : tr("Failed and slow calls write a line here. To see every call, set logging.every of a service to true."));
  dropped_->setVisible(shown_.dropped() > 0);
  dropped_->setText(tr("%1 older lines dropped").arg(shown_.dropped()));
  filling_ = false;
}

void LogList::touch() {
  if (filling_ || !follows_) return;
  follows_ = false;
  resume_->show();
  show_views();
}

void LogList::resume() {
  follows_ = true;
  resume_->hide();
  filling_ = true;
  table_->setCurrentIndex({});
  table_->clearSelection();
  table_->verticalScrollBar()->setValue(0);
  filling_ = false;
  shown_ = session_->views().logs;
  fill();
}

bool LogList::eventFilter(QObject* object, QEvent* event) {
  if (object == table_ && event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape && !follows_) {
    resume();
    return true;
  }
  return QWidget::eventFilter(object, event);
}

void LogList::open_trace(int row) {
  if (row < 0 || model_->at(row).trace_id.empty()) return;
  session_->open(QStringLiteral("traces"), {Selection::Kind::Trace, q(model_->at(row).trace_id), {}});
}

void LogList::row_menu(int row, const QPoint& at) {
  const LogLine line = model_->at(row);
  const QString source = q(line.logger);
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  auto copy = [](const QString& text) { QApplication::clipboard()->setText(text); };
  menu->addAction(icon(QStringLiteral("trace")), tr("Open its trace"), this, [this, row] { open_trace(row); })->setEnabled(!line.trace_id.empty());
  menu->addAction(icon(QStringLiteral("filter")), tr("Only %1").arg(source), this, [this, source] { source_->setCurrentText(source); });
  // A logger is named after its service or an instance of it.
  std::string service;
  for (const auto& s : session_->views().services)
    if (s.service == line.logger || s.instance == line.logger) service = s.service;
  if (!service.empty()) {
    auto* levels = menu->addMenu(icon(QStringLiteral("sliders")), tr("Level of %1").arg(q(service)));
    for (const char* name : {"debug", "info", "warning", "error"})
      levels->addAction(QString::fromLatin1(name), this, [this, service, name] {
        session_->act(tr("Set the log level of %1 to %2").arg(q(service), QString::fromLatin1(name)), [service, name](workbench::host::Host& h) -> slipway::Status {
          auto changed = h.set(service + ".log.level", name, "window");
          return changed.ok() ? slipway::Status() : slipway::Status(changed.error());
        });
      });
  }
  menu->addSeparator();
  menu->addAction(icon(QStringLiteral("copy")), tr("Copy the line"), this, [copy, line] { copy(q(line.to_text())); });
  menu->addAction(icon(QStringLiteral("code")), tr("Copy the line as JSON"), this, [copy, line] { copy(q(line.to_json())); });
  menu->addAction(icon(QStringLiteral("table")), tr("Copy the list as TSV\tCtrl+C"), this, [this, copy] { copy(table_->as_tsv()); });
  menu->popup(at);
}

}  // namespace panels::kit
