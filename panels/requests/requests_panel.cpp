#include "panels/requests/requests_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QKeyEvent>
#include <QLineEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>

#include "panels/kit/chart_actions.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/plots/waterfall.h"
#include "panels/kit/span_inspector.h"
#include "panels/kit/trace_geometry.h"
#include "panels/kit/widgets.h"
#include "panels/requests/body_text.h"
#include "panels/requests/reply_view.h"
#include "panels/requests/request_browser.h"
#include "panels/requests/request_history.h"
#include "panels/requests/request_parts.h"
#include "panels/requests/request_tree.h"
#include "panels/requests/requests_live.h"
#include "workbench/traffic/curl.h"

namespace panels::requests {

using kit::Selection;
using kit::Token;
using kit::Type;
using workbench::traffic::Exchange;
using workbench::traffic::SavedRequest;

namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

Token status_token(int status) { return status >= 500 || status == 0 ? Token::Err : status >= 400 ? Token::Warn : Token::Ok; }

}  // namespace

RequestsPanel::RequestsPanel(kit::Session* session, QWidget* parent) : Panel(session, parent) {
  setAccessibleName(tr("Requests"));
  auto* all = new QHBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(kit::gap::kM);
  keep_later_ = new QTimer(this);
  keep_later_->setSingleShot(true);
  keep_later_->setInterval(400);
  connect(keep_later_, &QTimer::timeout, this, [this] {
    if (store_ && !draft_.id.empty() && is_changed()) store_->store(draft_);
    show_tabs();
  });
  ticking_ = new QTimer(this);
  ticking_->setInterval(50);
  connect(ticking_, &QTimer::timeout, this, [this] { show_status(); });
  all->addWidget(build_left());
  auto* right = new QSplitter(Qt::Vertical);
  right->setHandleWidth(8);
  right->setChildrenCollapsible(false);
  right->addWidget(build_builder());
  right->addWidget(build_waterfall());
  right->setSizes({348, 468});
  right->setStretchFactor(0, 3);
  right->setStretchFactor(1, 4);
  pages_ = new QStackedWidget;
  pages_->addWidget(right);
  auto* first = new kit::Sheet;
  first->set_header_visible(false);
  auto* empty = new kit::EmptyState(QStringLiteral("send"), tr("Saved requests are .http files in the requests folder."));
  empty->set_sentence(tr("No request yet."), tr("Saved requests are .http files in the requests folder. Paste a cURL line, or begin with an empty one."));
  empty->set_action(tr("New request"), [this] { import_text(QStringLiteral("curl http://127.0.0.1:8080/")); });
  empty->set_link(tr("Paste a cURL line"), [this] { import_text(QApplication::clipboard()->text()); });
  first->body()->addWidget(empty);
  pages_->addWidget(first);
  all->addWidget(pages_, 1);
  setFocusProxy(browser_->tree());
}

QWidget* RequestsPanel::build_left() {
  left_ = new kit::Sheet;
  left_->setFixedWidth(224);
  left_->set_title(tr("Requests"));
  auto* add = kit::icon_button(QStringLiteral("plus"), tr("New request"));
  connect(add, &QToolButton::clicked, this, [this] { import_text(QStringLiteral("curl http://127.0.0.1:8080/")); });
  left_->add_tool(add);
  browser_ = new RequestBrowser;
  left_->body()->addWidget(browser_, 3);
  left_->body()->addWidget(kit::hairline());
  history_ = new RequestHistory;
  left_->body()->addWidget(history_, 2);
  left_->body()->addWidget(kit::hairline());
  file_ = kit::label({}, Type::Axis, Token::Tx2);
  file_->setContentsMargins(12, 6, 8, 6);
  file_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  left_->body()->addWidget(file_);

  connect(browser_, &RequestBrowser::opened, this, [this](const QString& id) { open_request(id.toStdString()); });
  connect(history_, &RequestHistory::chosen, this, [this](qint64 started_wall_ns) {
    for (const Exchange& e : this->session()->views().exchanges)
      if (e.started_wall_ns == started_wall_ns) return show_exchange(e);
  });
  return left_;
}

QWidget* RequestsPanel::build_builder() {
  builder_ = new kit::Sheet;
  builder_->set_header_visible(false);
  tabs_ = new kit::TabStrip(tr("Open requests"));
  connect(tabs_, &kit::TabStrip::changed, this, [this](int i) {
    if (!loading_ && i >= 0 && i < static_cast<int>(open_.size())) open_request(open_[static_cast<std::size_t>(i)]);
  });
  builder_->body()->addWidget(tabs_);
  builder_->body()->addWidget(kit::hairline());

  line_ = new RequestLine;
  builder_->body()->addWidget(line_);
  banner_ = new kit::Banner;
  builder_->body()->addWidget(banner_);
  builder_->body()->addWidget(kit::hairline());
  auto* split = new QSplitter(Qt::Horizontal);
  split->setHandleWidth(1);
  split->setChildrenCollapsible(false);
  parts_ = new RequestParts;
  reply_ = new ReplyView;
  split->addWidget(parts_);
  split->addWidget(reply_);
  split->setSizes({430, 480});
  builder_->body()->addWidget(split, 1);
  builder_->body()->addWidget(kit::hairline());
  foot_ = new ReplyFoot;
  builder_->body()->addWidget(foot_);

  connect(line_, &RequestLine::edited, this, [this] {
    parts_->set_query_of(line_->url_text());
    edited();
  });
  connect(line_, &RequestLine::send_asked, this, [this] { send_or_cancel(); });
  connect(line_, &RequestLine::curl_pasted, this, [this](const QString& curl) { import_text(curl); });
  connect(line_, &RequestLine::copy_asked, this, [this](RequestLine::Form form) { copy_as(form); });
  connect(line_, &RequestLine::environment_chosen, this, [this](const QString& name) { use_environment(this->session(), name); });
  connect(parts_, &RequestParts::edited, this, [this] { edited(); });
  connect(parts_, &RequestParts::query_edited, this, [this] {
    const QString base = line_->url_text().section(QLatin1Char('?'), 0, 0), query = parts_->query();
    line_->set_url(query.isEmpty() ? base : base + QLatin1Char('?') + query);
    edited();
  });
  for (kit::CodeEdit* edit : parts_->edits()) edit->installEventFilter(this);
  line_->url()->installEventFilter(this);
  reply_->body()->installEventFilter(this);
  return builder_;
}

QWidget* RequestsPanel::build_waterfall() {
  trace_sheet_ = new kit::Sheet(nullptr, kit::size::kSubHeader);
  trace_sheet_->set_title(tr("This request"));
  span_words_ = kit::label({}, Type::Caption, Token::Tx2);
  trace_sheet_->header_layout()->insertWidget(1, span_words_);
  auto* legend = kit::label(tr("solid: own time, pale: inside, line: critical path"), Type::Caption, Token::Tx2);
  trace_sheet_->add_tool(legend);
  open_trace_ = kit::button(tr("Open trace"), QStringLiteral("trace"));
  connect(open_trace_, &QPushButton::clicked, this, [this] {
    if (trace_) session()->open(QStringLiteral("traces"), {Selection::Kind::Trace, text(trace_->id), {}});
  });
  trace_sheet_->add_tool(open_trace_);
  waterfall_ = new kit::plots::Waterfall;
  waterfall_->set_band_visible(false);
  waterfall_->set_name_width(278);
  waterfall_->set_row_height(22);
  waterfall_->set_empty_text(tr("The waterfall of the request stands here once it was sent."));
  trace_sheet_->body()->addWidget(waterfall_, 1);
  kit::add_chart_actions(waterfall_, [this] { return kit::waterfall_tsv(waterfall_->geometry()); });
  connect(waterfall_, &kit::plots::Waterfall::currentChanged, this, [this](int row) {
    if (!trace_ || row < 0) return;
    const auto& bar = waterfall_->geometry().rows[static_cast<std::size_t>(row)];
    const int span = bar.span >= 0 ? bar.span : waterfall_->geometry().rows[static_cast<std::size_t>(row) + 1].span;
    session()->select({Selection::Kind::Span, text(trace_->spans[static_cast<std::size_t>(span)].id), text(trace_->id)});
  });
  connect(waterfall_, &kit::plots::Waterfall::activated, this, [this](int row) {
    const int span = waterfall_->geometry().rows[static_cast<std::size_t>(row)].span;
    const QStringList keys = trace_ && span >= 0 ? kit::config_keys_of(trace_->spans[static_cast<std::size_t>(span)]) : QStringList();
    if (!keys.isEmpty()) session()->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, keys.front(), {}});
  });
  return trace_sheet_;
}

QLineEdit* RequestsPanel::url() const { return line_->url(); }
kit::CodeEdit* RequestsPanel::body() const { return parts_->body(); }

kit::PanelInfo RequestsPanel::info() const { return {QStringLiteral("requests"), tr("Requests"), QStringLiteral("send"), kit::Group::Build, QStringLiteral("3")}; }

std::vector<kit::Command> RequestsPanel::commands() {
  return {{QStringLiteral("requests.send"), tr("Send the request, or cancel it"), QStringLiteral("send"), QStringLiteral("Ctrl+Return"), [this] { send_or_cancel(); }, [this] { return !draft_.url.empty(); }, {}},
          {QStringLiteral("requests.save"), tr("Save the request"), QStringLiteral("save"), QStringLiteral("Ctrl+S"), [this] { save(); }, [this] { return is_changed(); }, {}},
          {QStringLiteral("requests.revert"), tr("Revert the request to what is saved"), QStringLiteral("undo"), {}, [this] { revert(); }, [this] { return is_changed() && saved(draft_.id); }, {}},
          {QStringLiteral("requests.url"), tr("Go to the URL"), QStringLiteral("link"), QStringLiteral("Ctrl+L"), [this] { line_->url()->setFocus(), line_->url()->selectAll(); }, {}, {}},
          {QStringLiteral("requests.paste_curl"), tr("Paste a cURL line as a request"), QStringLiteral("terminal"), {}, [this] { import_text(QApplication::clipboard()->text()); }, {}, {}},
          {QStringLiteral("requests.copy_curl"), tr("Copy the request as cURL"), QStringLiteral("copy"), {}, [this] { copy_as(RequestLine::Form::Bash); }, [this] { return !draft_.url.empty(); }, {}},
          {QStringLiteral("requests.diff_two"), tr("Compare two replies of the history"), QStringLiteral("diff"), {}, [this] { history_->diff_chosen(); }, {}, tr("choose two rows with Ctrl first")}};
}

const SavedRequest* RequestsPanel::saved(const std::string& id) const {
  for (const SavedRequest& r : session()->views().requests)
    if (r.id == id) return &r;
  return nullptr;
}

std::set<std::string> RequestsPanel::drafts() const {
  std::set<std::string> ids;
  for (const SavedRequest& r : session()->views().requests)
    if (store_ && store_->has(r.id)) ids.insert(r.id);
  if (is_changed()) ids.insert(draft_.id);
  return ids;
}

bool RequestsPanel::is_changed() const {
  if (draft_.id.empty()) return false;
  const SavedRequest* kept = saved(draft_.id);
  return !kept || kept->method != draft_.method || kept->url != draft_.url || kept->headers != draft_.headers || kept->body != draft_.body || kept->assertions != draft_.assertions;
}

void RequestsPanel::refresh() {
  const auto& views = session()->views();
  if (!store_) store_ = std::make_unique<DraftStore>(text(views.folder));
  kit::Interest wanted = session()->interest();
  if (wanted.trace_limit == 0) wanted.trace_limit = 200, session()->set_interest(wanted);
  browser_->set_requests(views.requests, drafts());
  if (draft_.id.empty() && !views.requests.empty()) {
    // What does something is the better beginning.
    const auto post = std::find_if(views.requests.begin(), views.requests.end(), [](const SavedRequest& r) { return r.method == "POST" && r.folder != "checks"; });
    open_request(post == views.requests.end() ? views.requests.front().id : post->id);
  }
  browser_->set_current(draft_.id);
  pages_->setCurrentIndex(draft_.id.empty() ? 1 : 0);
  history_->set_exchanges(views.exchanges, draft_);
  show_surroundings();
  if (!trace_ && !wanted_trace_.empty()) look_up_trace();
  // Spans of another service may come with a later collection.
  if (trace_)
    for (const auto& t : views.traces)
      if (t->id == trace_->id && t->spans.size() > trace_->spans.size()) return show_trace(t);
}

void RequestsPanel::open_request(const std::string& id) {
  if (id == draft_.id && !loading_) return;
  if (store_ && !draft_.id.empty() && is_changed()) store_->store(draft_);
  const SavedRequest* kept = saved(id);
  std::optional<SavedRequest> typed = store_ ? store_->load(id) : std::nullopt;
  if (!kept && !typed) return;
  draft_ = typed ? *typed : *kept;
  if (std::find(open_.begin(), open_.end(), id) == open_.end()) {
    open_.push_back(id);
    if (open_.size() > 6) open_.erase(open_.begin());
  }
  banner_->clear();
  exchange_.reset();
  trace_ = nullptr;
  wanted_trace_.clear();
  waterfall_->set_geometry({});
  span_words_->clear();
  reply_->clear();
  load_fields();
  show_tabs();
  history_->set_exchanges(session()->views().exchanges, draft_);
  for (const Exchange& e : session()->views().exchanges)
    if (e.request.id == id) {
      show_exchange(e);
      break;
    }
  show_status();
}

void RequestsPanel::load_fields() {
  loading_ = true;
  line_->set_request(draft_);
  parts_->set_request(draft_);
  file_->setText(draft_.file.empty() ? tr("not saved yet") : text(draft_.file));
  file_->setToolTip(file_->text());
  loading_ = false;
}

void RequestsPanel::edited() {
  if (loading_ || draft_.id.empty()) return;
  draft_.method = line_->method().toStdString();
  draft_.url = line_->url_text().toStdString();
  parts_->fill(draft_);
  keep_later_->start();
}

// What the workspace offers to a request: variables, environments, and the routes that may be asked.
void RequestsPanel::show_surroundings() {
  const auto& views = session()->views();
  line_->set_variables(views.variables);
  line_->set_environments(views.environments, views.environment);
  parts_->set_variables(views.variables, text(views.environment));
  QStringList http, grpc;
  for (const auto& [service, detail] : views.details)
    for (const auto& route : detail.routes) {
      const bool is_grpc = route.method == "gRPC";
      const QString url = QStringLiteral("{{%1}}%2").arg(text(service), text(route.path));
      (is_grpc ? grpc : http) << url;
    }
  http.removeDuplicates(), grpc.removeDuplicates();
  line_->set_offers(http, grpc);
}

void RequestsPanel::show_tabs() {
  loading_ = true;
  while (tabs_->count() < static_cast<int>(open_.size())) tabs_->add({});
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const SavedRequest* r = saved(open_[i]);
    tabs_->set_text(static_cast<int>(i), r ? text(r->name) : open_[i] == draft_.id ? text(draft_.name) : text(open_[i]));
    const bool changed = (open_[i] == draft_.id && is_changed()) || (open_[i] != draft_.id && store_ && store_->has(open_[i]));
    tabs_->set_count(static_cast<int>(i), changed ? QStringLiteral("•") : QString(), Token::Warn);
    if (open_[i] == draft_.id) tabs_->set_current(static_cast<int>(i));
  }
  browser_->set_requests(session()->views().requests, drafts());
  browser_->set_current(draft_.id);
  loading_ = false;
}

void RequestsPanel::save() {
  if (draft_.id.empty() || !is_changed()) return;
  save_request(session(), draft_, [self = QPointer<RequestsPanel>(this), id = draft_.id] {
    if (!self) return;
    if (self->store_) self->store_->discard(id);
    self->show_tabs();
  });
}

void RequestsPanel::revert() {
  const SavedRequest* kept = saved(draft_.id);
  if (!kept) return;
  const SavedRequest before = draft_;
  draft_ = *kept;
  if (store_) store_->discard(draft_.id);
  load_fields();
  show_tabs();
  session()->toast({tr("Reverted to what is saved"), tr("Undo"), [self = QPointer<RequestsPanel>(this), before] {
                      if (!self || self->draft_.id != before.id) return;
                      self->draft_ = before;
                      self->load_fields();
                      self->keep_later_->start();
                    }});
}

bool RequestsPanel::import_text(const QString& line) {
  auto request = workbench::traffic::import_curl(line.trimmed().toStdString());
  if (!request.ok()) {
    banner_->show_error(text(request.error().to_string()));
    return false;
  }
  if (store_ && !draft_.id.empty() && is_changed()) store_->store(draft_);
  int n = 1;
  std::string id;
  do id = "drafts/request-" + std::to_string(n++);
  while (saved(id) || std::find(open_.begin(), open_.end(), id) != open_.end() || (store_ && store_->has(id)));
  draft_ = *request;
  draft_.id = id, draft_.folder = "drafts", draft_.name = id.substr(7), draft_.file = "requests/" + id + ".http";
  open_.push_back(id);
  banner_->clear();
  exchange_.reset();
  trace_ = nullptr;
  wanted_trace_.clear();
  reply_->clear();
  waterfall_->set_geometry({});
  load_fields();
  show_tabs();
  history_->set_exchanges(session()->views().exchanges, draft_);
  show_status();
  pages_->setCurrentIndex(0);
  keep_later_->start();
  line_->url()->setFocus();
  return true;
}

void RequestsPanel::copy_as(RequestLine::Form form) {
  using workbench::traffic::Shell;
  using Form = RequestLine::Form;
  QString out;
  switch (form) {
    case Form::Bash:
    case Form::Grpcurl: out = text(workbench::traffic::copy_as_command(draft_, Shell::Bash)); break;   // a gRPC request becomes grpcurl
    case Form::Cmd: out = text(workbench::traffic::copy_as_command(draft_, Shell::Cmd)); break;
    case Form::PowerShell: out = text(workbench::traffic::copy_as_command(draft_, Shell::PowerShell)); break;
    case Form::Http: out = as_http(draft_); break;
    case Form::ReplyBody: out = exchange_ ? text(exchange_->body) : QString(); break;
    case Form::ReplyHeaders: out = exchange_ ? header_lines(exchange_->headers) : QString(); break;
  }
  QApplication::clipboard()->setText(out);
  session()->toast({tr("Copied"), {}, {}});
}

bool RequestsPanel::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    // Editors would take Ctrl+Enter as a new line; it is the panel's.
    if (enter && (key->modifiers() & Qt::ControlModifier)) {
      if (event->type() == QEvent::KeyPress) send_or_cancel();
      event->accept();
      return true;
    }
  }
  return Panel::eventFilter(watched, event);
}

QWidget* RequestsPanel::make_inspector(const Selection& selection, QWidget* parent) {
  if (selection.kind == Selection::Kind::Span && trace_ && text(trace_->id) == selection.owner) {
    for (std::size_t i = 0; i < trace_->spans.size(); ++i)
      if (text(trace_->spans[i].id) == selection.id) return kit::make_span_inspector(session(), trace_, i, parent);
  }
  if (selection.kind != Selection::Kind::Exchange || !exchange_) return nullptr;
  const Exchange& e = *exchange_;
  auto* view = new kit::InspectorView(QStringLiteral("send"), tr("Exchange of %1").arg(text(draft_.name)), QStringLiteral("%1 %2").arg(method_words(e.request.method), text(e.request.url)), parent);
  view->add_section(tr("Reply"));
  view->add_row(tr("Status"), e.error.empty() ? QStringLiteral("%1 %2").arg(e.status).arg(text(e.reason)) : tr("no reply"), status_token(e.status));
  view->add_row(tr("Total"), kit::plots::duration_text(static_cast<double>(e.total_ns)));
  view->add_row(tr("First byte"), kit::plots::duration_text(static_cast<double>(e.first_byte_ns)));
  view->add_row(tr("Size"), kit::plots::size_text(e.body.size()));
  view->add_section(tr("Sent"));
  view->add_row(tr("At"), clock_text(e.started_wall_ns, true));
  view->add_row(tr("URL"), text(e.url));
  view->add_row(tr("Config snapshot"), QString::number(e.config_version));
  if (!e.assertions.empty()) {
    view->add_section(tr("Assertions"));
    for (const auto& a : e.assertions) view->add_row(text(a.text), a.held ? tr("held") : text(a.found), a.held ? Token::Ok : Token::Err);
  }
  return view;
}

void RequestsPanel::reveal(const Selection& selection) {
  if (!store_) refresh();
  if (selection.kind == Selection::Kind::Request) open_request(selection.id.toStdString());
  if (selection.kind == Selection::Kind::Exchange) {
    open_request(selection.owner.toStdString());
    for (const Exchange& e : session()->views().exchanges)
      if (text(e.trace_id) == selection.id) return show_exchange(e);
  }
  if (selection.kind == Selection::Kind::Span && trace_)
    for (std::size_t i = 0; i < trace_->spans.size(); ++i)
      if (text(trace_->spans[i].id) == selection.id) waterfall_->set_current(waterfall_->row_of_span(static_cast<int>(i)));
  if (selection.owner == QLatin1String("curl")) import_text(selection.id);
}

QVariantMap RequestsPanel::save_state() const {
  return {{QStringLiteral("request"), text(draft_.id)}, {QStringLiteral("part"), parts_->part()}, {QStringLiteral("reply"), reply_->part()}};
}

void RequestsPanel::restore_state(const QVariantMap& state) {
  const QString id = state.value(QStringLiteral("request")).toString();
  if (!store_ && !id.isEmpty() && !session()->views().requests.empty()) store_ = std::make_unique<DraftStore>(text(session()->views().folder));
  if (!id.isEmpty()) open_request(id.toStdString());
  parts_->show_part(state.value(QStringLiteral("part"), static_cast<int>(RequestParts::kBody)).toInt());
  reply_->show_part(state.value(QStringLiteral("reply"), 0).toInt());
}

}  // namespace panels::requests
