#include "panels/traces/traces_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <unordered_set>

#include "panels/kit/cell_rows.h"
#include "panels/kit/chart_actions.h"
#include "panels/kit/plots/flame_view.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/plots/waterfall.h"
#include "panels/kit/span_inspector.h"
#include "panels/kit/trace_geometry.h"
#include "panels/kit/widgets.h"
#include "panels/traces/trace_list.h"

namespace panels::traces {

using kit::Selection;
using kit::Token;
using kit::Type;
using workbench::recorder::TracePtr;

TracesPanel::TracesPanel(kit::Session* session, QWidget* parent) : Panel(session, parent) {
  setAccessibleName(tr("Traces"));
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  splitter_ = new QSplitter(Qt::Vertical, this);
  splitter_->setHandleWidth(8);
  splitter_->setChildrenCollapsible(false);
  all->addWidget(splitter_);
  build_list();
  build_detail();
  splitter_->addWidget(list_sheet_);
  splitter_->addWidget(detail_sheet_);
  splitter_->setSizes({330, 486});
  splitter_->setStretchFactor(0, 2);
  splitter_->setStretchFactor(1, 3);
  setFocusProxy(list_);
}

void TracesPanel::build_list() {
  list_sheet_ = new kit::Sheet;
  list_sheet_->set_title(tr("Traces"));
  filter_ = kit::filter_edit(tr("service=orders dur>5ms status!=ok"), tr("Filter traces"));
  filter_->setMinimumWidth(280);
  filter_->setMaximumWidth(400);
  matches_ = kit::label({}, Type::Caption, Token::Tx2);
  list_sheet_->header_layout()->insertWidget(1, filter_, 2);
  list_sheet_->header_layout()->insertWidget(2, matches_);
  freeze_ = kit::button(tr("Live"), QStringLiteral("pause"));
  freeze_->setCheckable(true);
  freeze_->setToolTip(tr("Freeze the list; what arrives meanwhile is counted and kept"));
  list_sheet_->add_tool(freeze_);
  auto* save = kit::icon_button(QStringLiteral("download"), tr("Export traces"));
  auto* menu = new QMenu(save);
  for (const auto& [name, format] : {std::pair{tr("JSON…"), "json"}, {tr("OTLP JSON…"), "otlp"}, {tr("Jaeger JSON…"), "jaeger"}, {tr("Chrome trace…"), "chrome"}})
    menu->addAction(name, this, [this, format = QString::fromLatin1(format)] { save_as(format); });
  save->setMenu(menu);
  save->setPopupMode(QToolButton::InstantPopup);
  list_sheet_->add_tool(save);

  banner_ = new kit::Banner;
  list_sheet_->body()->addWidget(banner_);
  model_ = new TraceListModel(this);
  list_ = new kit::TableView(tr("Traces, newest first"), kit::size::kRow);
  list_->setModel(model_);
  list_->setItemDelegate(new TraceListDelegate(list_));
  list_->viewport()->installEventFilter(this);
  list_->installEventFilter(this);
  empty_ = new kit::EmptyState(QStringLiteral("trace"), tr("Every request that your services answer leaves a trace here."));
  list_stack_ = new QStackedWidget;
  list_stack_->addWidget(list_);
  list_stack_->addWidget(empty_);
  list_sheet_->body()->addWidget(list_stack_, 1);

  connect(filter_, &QLineEdit::returnPressed, this, [this] { apply_filter(); });
  auto* later = new QTimer(this);
  later->setSingleShot(true);
  later->setInterval(250);
  connect(filter_, &QLineEdit::textChanged, later, qOverload<>(&QTimer::start));
  connect(later, &QTimer::timeout, this, [this] { apply_filter(); });
  connect(freeze_, &QPushButton::toggled, this, [this](bool on) { set_frozen(on); });
  connect(list_, &kit::TableView::key_selected, this, [this](const QString& key) {
    if (key.startsWith(QLatin1String("mark:"))) return;
    if (const TracePtr trace = find_kept(key)) {
      show_trace(trace);
      this->session()->select({Selection::Kind::Trace, key, {}});
    }
  });
  connect(list_, &kit::TableView::key_activated, this, [this](const QString& key) {
    if (key.startsWith(QLatin1String("mark:"))) {
      if (const auto* change = model_->mark(model_->row_of(key))) this->session()->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, QString::fromStdString(change->key), {}});
    } else {
      waterfall_->setFocus();
    }
  });
  connect(list_, &kit::TableView::cell_clicked, this, [this](const QModelIndex& index, const QPoint&) {
    if (const auto* change = model_->mark(index.row())) this->session()->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, QString::fromStdString(change->key), {}});
  });
}

void TracesPanel::build_detail() {
  detail_sheet_ = new kit::Sheet;
  detail_sheet_->set_title(tr("No trace chosen"));
  detail_words_ = kit::label({}, Type::Dense, Token::Tx2);
  detail_words_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  detail_words_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  detail_sheet_->header_layout()->insertWidget(1, detail_words_, 3);
  modes_ = new kit::Segments(tr("How the trace is drawn"));
  modes_->add(tr("Waterfall"));
  modes_->add(tr("Flame"));
  modes_->add(tr("Table"));
  modes_->add(tr("Diff"));
  detail_sheet_->add_tool(modes_);
  pin_ = kit::button(tr("Compare with"), QStringLiteral("pin"));
  pin_->setCheckable(true);
  pin_->setToolTip(tr("Keeps this trace as A; the next one chosen is B. Without it a typical trace of the same operation is A."));
  detail_sheet_->add_tool(pin_);
  connect(pin_, &QPushButton::toggled, this, [this](bool on) {
    base_ = on ? current_ : nullptr;
    if (on) modes_->set_current(kDiff), views_->setCurrentIndex(kDiff);
    show_diff();
  });
  auto* again = kit::button(tr("Send again"), QStringLiteral("send"));
  detail_sheet_->add_tool(again);
  connect(again, &QPushButton::clicked, this, [this] {
    if (!current_) return;
    for (const auto& exchange : session()->views().exchanges)
      if (exchange.trace_id == current_->id) return session()->open(QStringLiteral("requests"), {Selection::Kind::Request, QString::fromStdString(exchange.request.id), {}});
    session()->open(QStringLiteral("requests"));
  });
  auto* more = kit::icon_button(QStringLiteral("more"), tr("More about this trace"));
  auto* menu = new QMenu(more);
  menu->addAction(tr("Copy trace id"), this, [this] {
    if (current_) QApplication::clipboard()->setText(QString::fromStdString(current_->id));
  });
  menu->addAction(tr("Copy as table"), this, [this] { QApplication::clipboard()->setText(views_->currentIndex() == kDiff ? diff_->as_tsv() : table_->as_tsv()); });
  menu->addAction(tr("Copy image"), this, [this] { QApplication::clipboard()->setPixmap(views_->grab()); });
  menu->addSeparator();
  menu->addAction(tr("Open all rows"), this, [this] { waterfall_->set_all_closed(false); });
  menu->addAction(tr("Close all rows"), this, [this] { waterfall_->set_all_closed(true); });
  more->setMenu(menu);
  more->setPopupMode(QToolButton::InstantPopup);
  detail_sheet_->add_tool(more);

  views_ = new QStackedWidget;
  waterfall_ = new kit::plots::Waterfall;
  waterfall_->set_empty_text(tr("Choose a trace above, or send a request with Ctrl+Enter in Requests."));
  flame_ = new kit::plots::FlameView;
  table_rows_ = new kit::CellRows({{tr("Span"), 0}, {tr("Service"), 120}, {tr("Kind"), 80}, {tr("Start"), 92, Qt::AlignRight}, {tr("Total"), 92, Qt::AlignRight}, {tr("Self"), 92, Qt::AlignRight}, {tr("Of the trace"), 120}}, this);
  table_ = new kit::TableView(tr("Spans of the trace"), kit::size::kRow);
  table_->setModel(table_rows_);
  views_->addWidget(waterfall_);
  views_->addWidget(flame_);
  views_->addWidget(table_);
  diff_rows_ = new kit::CellRows(diff_columns(), this);
  diff_ = new kit::TableView(tr("Two traces, span by span"), kit::size::kRow);
  diff_->setModel(diff_rows_);
  diff_->set_empty_text(tr("No other trace of this operation is among those shown. Compare with keeps this one until you choose another."));
  views_->addWidget(diff_);
  kit::add_chart_actions(waterfall_, [this] { return kit::waterfall_tsv(waterfall_->geometry()); });
  kit::add_chart_actions(flame_, [this] { return kit::waterfall_tsv(waterfall_->geometry()); });
  detail_sheet_->body()->addWidget(views_, 1);
  connect(modes_, &kit::Segments::changed, this, [this](int mode) {
    views_->setCurrentIndex(mode);
    show_diff();
  });
  connect(diff_, &kit::TableView::key_selected, this, [this](const QString& key) {
    const auto i = key.toUInt();
    if (i < pairs_.size() && pairs_[i].b >= 0) waterfall_->set_current(waterfall_->row_of_span(pairs_[i].b));
  });
  connect(waterfall_, &kit::plots::Waterfall::currentChanged, this, [this](int row) {
    flame_->set_current(row);
    select_span(row);
  });
  connect(waterfall_, &kit::plots::Waterfall::activated, this, [this](int row) {
    if (!current_ || row < 0) return;
    const int span = waterfall_->geometry().rows[static_cast<std::size_t>(row)].span;
    const QStringList keys = span >= 0 ? kit::config_keys_of(current_->spans[static_cast<std::size_t>(span)]) : QStringList();
    if (!keys.isEmpty()) session()->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, keys.front(), {}});
  });
  connect(flame_, &kit::plots::FlameView::chosen, waterfall_, &kit::plots::Waterfall::set_current);
  connect(table_, &kit::TableView::key_selected, this, [this](const QString& key) { waterfall_->set_current(waterfall_->row_of_span(key.toInt())); });
}

kit::PanelInfo TracesPanel::info() const { return {QStringLiteral("traces"), tr("Traces"), QStringLiteral("trace"), kit::Group::Watch, QStringLiteral("4")}; }

std::vector<kit::Command> TracesPanel::commands() {
  const auto has_trace = [this] { return current_ != nullptr; };
  return {{QStringLiteral("traces.freeze"), tr("Freeze or resume the traces"), QStringLiteral("pause"), {}, [this] { set_frozen(!frozen_); }, {}, {}},
          {QStringLiteral("traces.filter"), tr("Filter traces"), QStringLiteral("filter"), {}, [this] { filter_->setFocus(), filter_->selectAll(); }, {}, {}},
          {QStringLiteral("traces.clear_filter"), tr("Clear the filter of the traces"), QStringLiteral("close"), {}, [this] { set_filter({}); }, [this] { return !filter_->text().isEmpty(); }, {}},
          {QStringLiteral("traces.fit"), tr("Show the whole trace"), QStringLiteral("fit"), {}, [this] { waterfall_->fit(); }, has_trace, {}},
          {QStringLiteral("traces.copy_id"), tr("Copy the trace id"), QStringLiteral("copy"), {}, [this] { QApplication::clipboard()->setText(QString::fromStdString(current_->id)); }, has_trace, {}},
          {QStringLiteral("traces.diff"), tr("Compare the trace with a typical one"), QStringLiteral("diff"), {}, [this] { show_mode(kDiff); }, has_trace, {}},
          {QStringLiteral("traces.flame"), tr("Show the trace as a flame"), QStringLiteral("flame"), {}, [this] { show_mode(kFlame); }, has_trace, {}},
          {QStringLiteral("traces.waterfall"), tr("Show the trace as a waterfall"), QStringLiteral("trace"), {}, [this] { show_mode(kWaterfall); }, has_trace, {}},
          {QStringLiteral("traces.export"), tr("Export the traces shown"), QStringLiteral("download"), {}, [this] { save_as(QStringLiteral("json")); }, [this] { return !shown_.empty(); }, {}}};
}

void TracesPanel::show_mode(int mode) {
  modes_->set_current(mode);
  views_->setCurrentIndex(mode);
  show_diff();
}

void TracesPanel::refresh() {
  kit::Interest wanted = session()->interest();
  if (wanted.trace_filter != applied_filter_.toStdString() || wanted.trace_limit == 0) {
    wanted.trace_filter = applied_filter_.toStdString();
    wanted.trace_limit = 200;
    session()->set_interest(wanted);
  }
  const auto& views = session()->views();
  if (!views.trace_filter_error.empty())
    banner_->show_error(QString::fromStdString(views.trace_filter_error), tr("Clear filter"), [this] { set_filter({}); });
  else if (views.totals.recorder.dropped > 0)
    banner_->show_warning(tr("Partial: %1 traces were dropped because the rings were full.").arg(kit::plots::grouped(views.totals.recorder.dropped)));
  else
    banner_->clear();
  if (!frozen_) {
    shown_ = views.traces;   // as they came; a long one comes after shorter ones that began later
    std::stable_sort(shown_.begin(), shown_.end(), [](const TracePtr& a, const TracePtr& b) { return a->start_ns > b->start_ns; });
    show_rows();
  }
  show_counts();
  // The first look goes to the slowest: it is what one comes for, unless one came for another.
  const auto asked = session()->selection().kind;
  if (!current_ && !shown_.empty() && asked != Selection::Kind::Trace && asked != Selection::Kind::Span)
    show_trace(*std::max_element(shown_.begin(), shown_.end(), [](const TracePtr& a, const TracePtr& b) { return a->duration_ns < b->duration_ns; }));
}

void TracesPanel::show_rows() {
  model_->set_traces(shown_, session()->views().history);
  list_->clearSpans();
  for (int row = 0; row < model_->rowCount(); ++row)
    if (model_->mark(row)) list_->setSpan(row, TraceListModel::kOperation, 1, TraceListModel::kColumnCount - 1);
}

void TracesPanel::show_counts() {
  const auto& views = session()->views();
  const std::uint64_t kept = views.totals.recorder.traces_kept;
  const bool filtered = !applied_filter_.isEmpty();
  QString words = filtered ? tr("%1 of %2 match").arg(shown_.size()).arg(kit::plots::compact_count(kept)) : tr("newest %1 of %2").arg(shown_.size()).arg(kit::plots::compact_count(kept));
  if (views.totals.recorder.sampling < 0.999) words += tr(", sampled %1").arg(kit::plots::percent_text(views.totals.recorder.sampling, 0));
  matches_->setText(words);
  int fresh = 0;
  if (frozen_) {
    std::unordered_set<std::string> known;
    for (const auto& trace : shown_) known.insert(trace->id);
    for (const auto& trace : views.traces) fresh += known.count(trace->id) ? 0 : 1;
  }
  freeze_->setText(frozen_ ? fresh > 0 ? tr("Frozen  +%1 new").arg(fresh) : tr("Frozen") : tr("Live"));
  QSignalBlocker quiet(freeze_);
  freeze_->setChecked(frozen_);
  if (shown_.empty()) {
    if (filtered) {
      empty_->set_sentence(tr("None of %1 kept traces matches.").arg(kit::plots::grouped(kept)), applied_filter_);
      empty_->set_action(tr("Clear filter"), [this] { set_filter({}); });
    } else {
      empty_->set_sentence(tr("Every request that your services answer leaves a trace here."), tr("Nothing has been asked yet."));
      empty_->set_action(tr("Send a request"), [this] { session()->open(QStringLiteral("requests")); });
    }
  }
  list_stack_->setCurrentIndex(shown_.empty() ? 1 : 0);
}

void TracesPanel::set_frozen(bool frozen) {
  if (frozen_ == frozen) return;
  frozen_ = frozen;
  refresh();
}

bool TracesPanel::eventFilter(QObject* watched, QEvent* event) {
  // A list that moves under the mouse is never right: the first touch freezes it.
  const bool touched = (watched == list_->viewport() && (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::Wheel)) ||
                       (watched == list_ && event->type() == QEvent::KeyPress);
  if (touched && !frozen_ && !shown_.empty()) set_frozen(true);
  return Panel::eventFilter(watched, event);
}

void TracesPanel::set_filter(const QString& filter) {
  filter_->setText(filter);
  apply_filter();
}

void TracesPanel::apply_filter() {
  const QString text = filter_->text().trimmed();
  if (text == applied_filter_) return;
  applied_filter_ = text;
  frozen_ = false;
  refresh();
}

TracePtr TracesPanel::find_kept(const QString& id) const {
  const std::string wanted = id.toStdString();
  for (const auto* list : {&shown_, &session()->views().traces})
    for (const auto& trace : *list)
      if (trace->id == wanted || (wanted.size() >= 6 && trace->id.rfind(wanted, 0) == 0)) return trace;
  return current_ && current_->id == wanted ? current_ : nullptr;
}

void TracesPanel::show_trace(TracePtr trace) {
  if (!trace || (current_ && current_->id == trace->id && current_->spans.size() == trace->spans.size())) return;
  current_ = trace;
  const auto geometry = kit::trace_geometry(*trace);
  waterfall_->set_geometry(geometry);
  flame_->set_geometry(geometry);
  const double total = static_cast<double>(trace->duration_ns);
  const auto unit = kit::plots::unit_for(total);
  std::vector<kit::CellRow> rows;
  for (std::size_t i = 0; i < trace->spans.size(); ++i) {
    const auto& span = trace->spans[i];
    kit::Cell name = kit::Cell::plain(QString(span.depth * 2, QLatin1Char(' ')) + QString::fromStdString(span.name));
    name.note = kit::span_detail(span);
    kit::Cell service = kit::Cell::plain(QString::fromStdString(span.instance.empty() ? span.service : span.instance));
    service.square = kit::theme().service_color(QString::fromStdString(span.service));
    kit::Cell share;
    share.kind = kit::Cell::Kind::Bar;
    share.share = total > 0 ? static_cast<double>(span.self_ns) / total : 0;
    share.text = kit::plots::percent_text(share.share);
    share.token = Token::Tx3;
    static const char* kinds[] = {"server", "client", "step", "handler", "sql", "cache", "internal"};
    const auto ms = [&unit](std::int64_t ns) { return kit::Cell::number(kit::plots::in_unit(static_cast<double>(ns), unit) + QLatin1Char(' ') + QString::fromUtf8(unit.name), static_cast<qlonglong>(ns)); };
    rows.push_back({QString::number(i), {name, service, kit::Cell::plain(QString::fromLatin1(kinds[static_cast<std::size_t>(span.kind)]), Token::Tx2), ms(span.start_ns - trace->start_ns), ms(span.duration_ns), ms(span.self_ns), share}, {}});
  }
  table_rows_->set_rows(std::move(rows));
  detail_sheet_->set_title(QString::fromStdString(trace->root_name));
  detail_words_->setText(tr("trace %1  %2  %3 spans, %4 services").arg(QString::fromStdString(trace->id).left(8), kit::plots::duration_text(total)).arg(trace->spans.size()).arg(trace->services().size()) +
                         (trace->partial ? tr(", partial: some spans were sampled out") : QString()));
  // What the time went to, along the critical path.
  std::vector<std::pair<std::int64_t, QString>> parts;
  std::int64_t rest = trace->duration_ns;
  for (const auto& span : trace->spans)
    if (span.critical && span.self_ns > trace->duration_ns / 12) parts.emplace_back(span.self_ns, QStringLiteral("%1 %2").arg(QString::fromStdString(span.instance.empty() ? span.service : span.instance), QString::fromStdString(span.name)));
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  QStringList words;
  for (std::size_t i = 0; i < parts.size() && i < 2; ++i) words << QStringLiteral("%1 <b>%2</b>").arg(parts[i].second.toHtmlEscaped(), kit::plots::duration_text(static_cast<double>(parts[i].first))), rest -= parts[i].first;
  if (!words.isEmpty()) words << tr("everything else <b>%1</b>").arg(kit::plots::duration_text(static_cast<double>(std::max<std::int64_t>(0, rest))));
  QString path = tr("Critical path: %1").arg(words.join(QStringLiteral(", ")));
  if (!trace->stopped_by.empty()) path = tr("The chain stopped at <b>%1</b>; the steps below it were not reached").arg(QString::fromStdString(trace->stopped_by).toHtmlEscaped());
  path_words_ = words.isEmpty() && trace->stopped_by.empty() ? QString() : path;
  show_diff();
  // The slowest own time is what one came for.
  int slowest = -1;
  for (std::size_t i = 0; i < trace->spans.size(); ++i)
    if (trace->spans[i].status == slipway::telemetry::SpanStatus::Stopped) {
      slowest = static_cast<int>(i);
      break;
    } else if (slowest < 0 || trace->spans[i].self_ns > trace->spans[static_cast<std::size_t>(slowest)].self_ns) {
      slowest = static_cast<int>(i);
    }
  QSignalBlocker quiet(waterfall_);
  waterfall_->set_current(waterfall_->row_of_span(slowest));
  if (const QString key = QString::fromStdString(trace->id); model_->row_of(key) >= 0)
    list_->select_key(key);
  else
    list_->setCurrentIndex({});  // not among the rows shown: no row may claim to be it
}

// The footer says what the view shows: the critical path of one, or how two differ.
void TracesPanel::show_diff() {
  detail_sheet_->set_footer(tr("W / S zoom, A / D pan, F fits &nbsp;&nbsp; Dragging measures"), path_words_);
  if (views_->currentIndex() != kDiff || !current_) return;
  const TracePtr a = base_ && base_->id != current_->id ? base_ : typical_of(shown_, current_);
  if (!a) {
    pairs_.clear();
    diff_rows_->set_rows({});
    return detail_sheet_->set_footer(base_ ? tr("A is kept. Choose another trace above; it becomes B.") : QString(), {});
  }
  pairs_ = match_spans(*a, *current_);
  diff_rows_->set_rows(diff_rows(*a, *current_, pairs_));
  const auto words = [](const TracePtr& t) { return QStringLiteral("%1, %2").arg(QString::fromStdString(t->id).left(8), kit::plots::duration_text(static_cast<double>(t->duration_ns))); };
  detail_sheet_->set_footer((a == base_ ? tr("A %1 &nbsp;&nbsp; B %2") : tr("A a typical one, %1 &nbsp;&nbsp; B this, %2")).arg(words(a), words(current_)), diff_sentence(*a, *current_, pairs_));
}

void TracesPanel::select_span(int row) {
  if (!current_ || row < 0) return;
  const auto& bar = waterfall_->geometry().rows[static_cast<std::size_t>(row)];
  const int span = bar.span >= 0 ? bar.span : row + 1 < static_cast<int>(waterfall_->geometry().rows.size()) ? waterfall_->geometry().rows[static_cast<std::size_t>(row) + 1].span : -1;
  if (span < 0) return;
  session()->select({Selection::Kind::Span, QString::fromStdString(current_->spans[static_cast<std::size_t>(span)].id), QString::fromStdString(current_->id)});
}

QWidget* TracesPanel::make_inspector(const Selection& selection, QWidget* parent) {
  if (selection.kind == Selection::Kind::Span) {
    const TracePtr trace = find_kept(selection.owner);
    if (!trace) return nullptr;
    for (std::size_t i = 0; i < trace->spans.size(); ++i)
      if (trace->spans[i].id == selection.id.toStdString()) return kit::make_span_inspector(session(), trace, i, parent);
  }
  if (selection.kind == Selection::Kind::Trace) {
    const TracePtr trace = find_kept(selection.id);
    if (!trace || trace->spans.empty()) return nullptr;
    const int row = waterfall_->current();
    const int span = trace == current_ && row >= 0 ? std::max(0, waterfall_->geometry().rows[static_cast<std::size_t>(row)].span) : 0;
    return kit::make_span_inspector(session(), trace, static_cast<std::size_t>(span), parent);
  }
  return nullptr;
}

void TracesPanel::open_by_id(const QString& id) {
  if (const TracePtr kept = find_kept(id)) return show_trace(kept);
  find_trace(session(), id, [self = QPointer<TracesPanel>(this)](slipway::Result<TracePtr> found) {
    if (!self) return;
    if (found.ok()) {
      self->show_trace(*found);
      self->session()->select({});   // what the inspector said of it while it was not here is made anew
      self->session()->select({Selection::Kind::Trace, QString::fromStdString((*found)->id), {}});
    } else
      self->banner_->show_error(QString::fromStdString(found.error().to_string()));
  });
}

void TracesPanel::reveal(const Selection& selection) {
  if (selection.owner == QLatin1String("filter")) return set_filter(selection.id);
  if (selection.kind == Selection::Kind::Trace) open_by_id(selection.id);
  if (selection.kind == Selection::Kind::Span) {
    open_by_id(selection.owner);
    if (current_)
      for (std::size_t i = 0; i < current_->spans.size(); ++i)
        if (current_->spans[i].id == selection.id.toStdString()) waterfall_->set_current(waterfall_->row_of_span(static_cast<int>(i)));
  }
  if (selection.kind == Selection::Kind::Service) set_filter(QStringLiteral("service=%1").arg(selection.id));
  if (selection.kind == Selection::Kind::Step) set_filter(QStringLiteral("service=%1 name=%2").arg(selection.owner, selection.id));
}

void TracesPanel::save_as(const QString& format) {
  if (shown_.empty()) return;
  QFileDialog::Options options = QFileDialog::DontUseNativeDialog;
  const QString path = QFileDialog::getSaveFileName(this, tr("Export %1 traces").arg(shown_.size()), QStringLiteral("traces.%1.json").arg(format), tr("JSON (*.json)"), nullptr, options);
  if (!path.isEmpty()) write_traces(session(), shown_, format, path);
}

QVariantMap TracesPanel::save_state() const {
  return {{QStringLiteral("filter"), filter_->text()}, {QStringLiteral("mode"), modes_->current()}, {QStringLiteral("split"), splitter_->saveState()}};
}

void TracesPanel::restore_state(const QVariantMap& state) {
  filter_->setText(state.value(QStringLiteral("filter")).toString());
  modes_->set_current(std::clamp<int>(state.value(QStringLiteral("mode")).toInt(), kWaterfall, kDiff));
  views_->setCurrentIndex(modes_->current());
  show_diff();
  const QByteArray split = state.value(QStringLiteral("split")).toByteArray();
  if (!split.isEmpty()) splitter_->restoreState(split);
}

}  // namespace panels::traces
