#include "panels/requests/requests_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDateTime>
#include <QDialog>
#include <QInputMethodEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QTextLayout>
#include <QTimer>
#include <QTreeView>
#include <QUrlQuery>
#include <QVBoxLayout>

#include "panels/kit/cell_rows.h"
#include "panels/kit/code_edit.h"
#include "panels/kit/line_diff.h"
#include "panels/kit/plots/units.h"
#include "panels/kit/plots/waterfall.h"
#include "panels/kit/span_inspector.h"
#include "panels/kit/trace_geometry.h"
#include "panels/kit/widgets.h"
#include "panels/requests/body_text.h"
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

QString clock(std::int64_t wall_ns, bool millis) {
  return QDateTime::fromMSecsSinceEpoch(wall_ns / 1'000'000).toString(millis ? QStringLiteral("HH:mm:ss.zzz") : QStringLiteral("HH:mm:ss"));
}

Token status_token(int status) { return status >= 500 || status == 0 ? Token::Err : status >= 400 ? Token::Warn : Token::Ok; }

QString query_lines(const QString& url) {
  const auto mark = url.indexOf(QLatin1Char('?'));
  return mark < 0 ? QString() : url.mid(mark + 1).split(QLatin1Char('&')).join(QLatin1Char('\n'));
}

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
  setFocusProxy(tree_);
}

QWidget* RequestsPanel::build_left() {
  left_ = new kit::Sheet;
  left_->setFixedWidth(224);
  left_->set_title(tr("Requests"));
  auto* add = kit::icon_button(QStringLiteral("plus"), tr("New request"));
  connect(add, &QToolButton::clicked, this, [this] { import_text(QStringLiteral("curl http://127.0.0.1:8080/")); });
  left_->add_tool(add);
  filter_ = kit::filter_edit(tr("Filter"), tr("Filter requests"));
  auto* pad = new QVBoxLayout;
  pad->setContentsMargins(8, 8, 8, 4);
  pad->addWidget(filter_);
  left_->body()->addLayout(pad);
  tree_model_ = new RequestTree(this);
  tree_ = new QTreeView;
  tree_->setAccessibleName(tr("Saved requests"));
  tree_->setModel(tree_model_);
  tree_->setItemDelegate(new RequestTreeDelegate(tree_));
  tree_->setHeaderHidden(true);
  tree_->setRootIsDecorated(false);
  tree_->setIndentation(0);
  tree_->setUniformRowHeights(true);
  tree_->setFrameShape(QFrame::NoFrame);
  tree_->setMouseTracking(true);
  tree_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  tree_->setExpandsOnDoubleClick(true);
  auto* none = kit::label(tr("Nothing matches the filter."), Type::Body, Token::Tx2);
  none->setAlignment(Qt::AlignCenter);
  none->setWordWrap(true);
  left_stack_ = new QStackedWidget;
  left_stack_->addWidget(tree_);
  left_stack_->addWidget(none);
  left_->body()->addWidget(left_stack_, 3);
  left_->body()->addWidget(kit::hairline());
  auto* head = new QHBoxLayout;
  head->setContentsMargins(12, 4, 8, 0);
  head->setSpacing(8);
  head->addWidget(kit::label(tr("History"), Type::Strong));
  history_title_ = kit::label({}, Type::Caption, Token::Tx2);
  history_title_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  head->addWidget(history_title_, 1);
  auto* diff = kit::link_button(tr("Diff two"));
  diff->setToolTip(tr("Choose two rows with Ctrl, then compare their replies"));
  connect(diff, &QPushButton::clicked, this, [this] { diff_two(); });
  head->addWidget(diff);
  left_->body()->addLayout(head);
  history_rows_ = new kit::CellRows({{tr("Sent"), 84}, {tr("Status"), 54, Qt::AlignRight}, {tr("Took"), 0, Qt::AlignRight}}, this);
  history_ = new kit::TableView(tr("History of this request"), kit::size::kRowDense);
  history_->setModel(history_rows_);
  history_->setProperty("plain", true);
  history_->set_empty_text(tr("Not sent yet"));
  left_->body()->addWidget(history_, 2);
  left_->body()->addWidget(kit::hairline());
  file_ = kit::label({}, Type::Axis, Token::Tx2);
  file_->setContentsMargins(12, 6, 8, 6);
  file_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  left_->body()->addWidget(file_);

  connect(filter_, &QLineEdit::textChanged, this, [this] { refresh(); });
  connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) {
    const QString id = now.data(RequestTree::kIdRole).toString();
    if (!id.isEmpty() && !loading_) open_request(id.toStdString());
  });
  connect(tree_, &QTreeView::clicked, this, [this](const QModelIndex& index) {
    if (!index.parent().isValid()) tree_->setExpanded(index, !tree_->isExpanded(index));
  });
  connect(history_, &kit::TableView::key_selected, this, [this](const QString& key) {
    for (const Exchange& e : this->session()->views().exchanges)
      if (QString::number(e.started_wall_ns) == key) {
        chosen_history_ = true;
        show_exchange(e);
        return;
      }
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

  auto* line = new QHBoxLayout;
  line->setContentsMargins(12, 12, 12, 12);
  line->setSpacing(8);
  method_ = new QComboBox;
  method_->setAccessibleName(tr("Method"));
  for (const char* m : {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "GRPC"}) method_->addItem(method_words(m), QString::fromLatin1(m));
  method_->setFixedWidth(88);
  method_->setFont(kit::theme().font(Type::Mono));
  url_ = new QLineEdit;
  url_->setAccessibleName(tr("URL, or a cURL line to import"));
  url_->setPlaceholderText(tr("URL, {{gateway}}/path, or paste a cURL line"));
  url_->setFont(kit::theme().font(Type::Mono));
  url_->installEventFilter(this);
  resolved_ = kit::label({}, Type::Dense, Token::Tx3, url_);
  auto* inside = new QHBoxLayout(url_);
  inside->setContentsMargins(0, 0, 10, 0);
  inside->addStretch(1);
  inside->addWidget(resolved_);
  send_ = kit::primary_button(tr("Send"), QStringLiteral("send"), QStringLiteral("Ctrl+Enter"));
  connect(send_, &QPushButton::clicked, this, [this] { send_or_cancel(); });
  copy_ = kit::button(tr("Copy as"), QStringLiteral("copy"));
  auto* menu = new QMenu(copy_);
  const QStringList forms{tr("cURL (bash)"), tr("cURL (cmd)"), tr("cURL (PowerShell)"), tr("grpcurl"), tr(".http"), tr("Reply body"), tr("Reply headers")};
  for (int i = 0; i < forms.size(); ++i) menu->addAction(forms[i], this, [this, i] { copy_as(i); });
  copy_->setMenu(menu);
  line->addWidget(method_);
  line->addWidget(url_, 1);
  line->addWidget(send_);
  line->addWidget(copy_);
  builder_->body()->addLayout(line);
  banner_ = new kit::Banner;
  builder_->body()->addWidget(banner_);
  builder_->body()->addWidget(kit::hairline());

  auto* split = new QSplitter(Qt::Horizontal);
  split->setHandleWidth(1);
  split->setChildrenCollapsible(false);
  auto* request = new QWidget;
  auto* rl = new QVBoxLayout(request);
  rl->setContentsMargins(0, 0, 0, 0);
  rl->setSpacing(0);
  request_tabs_ = new kit::TabStrip(tr("Parts of the request"));
  for (const QString& name : {tr("Params"), tr("Headers"), tr("Body"), tr("Asserts")}) request_tabs_->add(name);
  syntax_ = kit::label(QStringLiteral("JSON"), Type::Caption, Token::Tx2);
  auto* rt = new QHBoxLayout;
  rt->setContentsMargins(0, 0, 12, 0);
  rt->addWidget(request_tabs_, 1);
  rt->addWidget(syntax_);
  rl->addLayout(rt);
  rl->addWidget(kit::hairline());
  request_pages_ = new QStackedWidget;
  params_ = new kit::CodeEdit(tr("Query parameters, one name=value per line"));
  params_->setPlaceholderText(tr("name=value, one per line"));
  headers_ = new kit::CodeEdit(tr("Headers, one name: value per line"));
  headers_->setPlaceholderText(tr("name: value, one per line"));
  body_ = new kit::CodeEdit(tr("Body"));
  body_->set_syntax(kit::Syntax::Json);
  body_->setPlaceholderText(tr("No body"));
  asserts_ = new kit::CodeEdit(tr("Assertions, one per line"));
  asserts_->setPlaceholderText(tr("status == 201\nbody.id > 0\ntime < 50ms"));
  for (QWidget* page : {params_, headers_, body_, asserts_}) request_pages_->addWidget(page);
  rl->addWidget(request_pages_, 1);
  auto* reply = new QWidget;
  auto* pl = new QVBoxLayout(reply);
  pl->setContentsMargins(0, 0, 0, 0);
  pl->setSpacing(0);
  reply_tabs_ = new kit::TabStrip(tr("Parts of the reply"));
  for (const QString& name : {tr("Pretty"), tr("Raw"), tr("Headers"), tr("Timing"), tr("Asserts")}) reply_tabs_->add(name);
  auto* copy_reply = kit::icon_button(QStringLiteral("copy"), tr("Copy what is shown"));
  connect(copy_reply, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(reply_->toPlainText()); });
  auto* pt = new QHBoxLayout;
  pt->setContentsMargins(0, 0, 8, 0);
  pt->addWidget(reply_tabs_, 1);
  pt->addWidget(copy_reply);
  pl->addLayout(pt);
  pl->addWidget(kit::hairline());
  reply_ = new kit::CodeEdit(tr("Reply"));
  reply_->setReadOnly(true);
  reply_->setPlaceholderText(tr("Ctrl+Enter sends the request; its reply stands here."));
  pl->addWidget(reply_, 1);
  split->addWidget(request);
  split->addWidget(reply);
  split->setSizes({430, 480});
  builder_->body()->addWidget(split, 1);

  builder_->body()->addWidget(kit::hairline());
  auto* foot = new QHBoxLayout;
  foot->setContentsMargins(12, 6, 12, 6);
  foot->setSpacing(12);
  code_tag_ = new kit::Tag({});
  status_line_ = kit::label({}, Type::Mono, Token::Tx2);
  sent_line_ = kit::label({}, Type::Body, Token::Tx2);
  sent_line_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  sent_line_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  foot->addWidget(code_tag_);
  foot->addWidget(status_line_);
  foot->addWidget(sent_line_, 1);
  auto* foot_box = new QWidget;
  foot_box->setFixedHeight(34);
  foot_box->setLayout(foot);
  builder_->body()->addWidget(foot_box);

  request_tabs_->set_current(2);
  request_pages_->setCurrentIndex(2);
  connect(request_tabs_, &kit::TabStrip::changed, this, [this](int i) { show_request_tab(i); });
  connect(reply_tabs_, &kit::TabStrip::changed, this, [this](int i) { show_reply_tab(i); });
  connect(method_, &QComboBox::currentIndexChanged, this, [this] { edited(); });
  connect(url_, &QLineEdit::textEdited, this, [this](const QString& now) {
    if (now.trimmed().startsWith(QLatin1String("curl "))) {
      const QString line = now;
      QTimer::singleShot(0, this, [this, line] { import_text(line); });
      return;
    }
    edited();
  });
  connect(url_, &QLineEdit::textChanged, this, [this] { paint_variables(); });
  for (kit::CodeEdit* edit : {params_, headers_, body_, asserts_}) {
    edit->installEventFilter(this);
    connect(edit, &QPlainTextEdit::textChanged, this, [this] { edited(); });
  }
  reply_->installEventFilter(this);
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

kit::PanelInfo RequestsPanel::info() const { return {QStringLiteral("requests"), tr("Requests"), QStringLiteral("send"), kit::Group::Build, QStringLiteral("3")}; }

std::vector<kit::Command> RequestsPanel::commands() {
  return {{QStringLiteral("requests.send"), tr("Send the request, or cancel it"), QStringLiteral("send"), QStringLiteral("Ctrl+Return"), [this] { send_or_cancel(); }, [this] { return !draft_.url.empty(); }, {}},
          {QStringLiteral("requests.save"), tr("Save the request"), QStringLiteral("save"), QStringLiteral("Ctrl+S"), [this] { save(); }, [this] { return is_changed(); }, {}},
          {QStringLiteral("requests.revert"), tr("Revert the request to what is saved"), QStringLiteral("undo"), {}, [this] { revert(); }, [this] { return is_changed() && saved(draft_.id); }, {}},
          {QStringLiteral("requests.url"), tr("Go to the URL"), QStringLiteral("link"), QStringLiteral("Ctrl+L"), [this] { url_->setFocus(), url_->selectAll(); }, {}, {}},
          {QStringLiteral("requests.paste_curl"), tr("Paste a cURL line as a request"), QStringLiteral("terminal"), {}, [this] { import_text(QApplication::clipboard()->text()); }, {}, {}},
          {QStringLiteral("requests.copy_curl"), tr("Copy the request as cURL"), QStringLiteral("copy"), {}, [this] { copy_as(0); }, [this] { return !draft_.url.empty(); }, {}}};
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
  loading_ = true;
  tree_model_->set_requests(views.requests, drafts(), filter_->text());
  for (int f = 0; f < tree_model_->rowCount(); ++f) {
    const QModelIndex folder = tree_model_->index(f, 0);
    if (!folder.data().toString().startsWith(QLatin1String("check")) || !filter_->text().isEmpty()) tree_->expand(folder);
  }
  loading_ = false;
  left_stack_->setCurrentIndex(tree_model_->rowCount() == 0 && !filter_->text().isEmpty() ? 1 : 0);
  if (draft_.id.empty() && !views.requests.empty()) {
    // What does something is the better beginning.
    const auto post = std::find_if(views.requests.begin(), views.requests.end(), [](const SavedRequest& r) { return r.method == "POST" && r.folder != "checks"; });
    open_request(post == views.requests.end() ? views.requests.front().id : post->id);
  }
  const QModelIndex at = tree_model_->index_of(draft_.id);
  if (at.isValid() && tree_->currentIndex() != at) {
    loading_ = true;
    tree_->setCurrentIndex(at);
    loading_ = false;
  }
  pages_->setCurrentIndex(draft_.id.empty() ? 1 : 0);
  history_->parentWidget()->setEnabled(true);
  show_history();
  paint_variables();
  if (!trace_ && !wanted_trace_.empty()) look_up_trace();
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
  chosen_history_ = false;
  waterfall_->set_geometry({});
  span_words_->clear();
  reply_->clear();
  load_fields();
  show_tabs();
  show_history();
  for (const Exchange& e : session()->views().exchanges)
    if (e.request.id == id) {
      show_exchange(e);
      break;
    }
  show_status();
}

void RequestsPanel::load_fields() {
  loading_ = true;
  method_->setCurrentIndex(std::max(0, method_->findData(text(draft_.method))));
  url_->setText(text(draft_.url));
  params_->set_text(query_lines(text(draft_.url)));
  headers_->set_text(header_lines(draft_.headers));
  body_->set_text(text(draft_.body));
  QStringList lines;
  for (const std::string& a : draft_.assertions) lines << text(a);
  asserts_->set_text(lines.join(QLatin1Char('\n')));
  file_->setText(draft_.file.empty() ? tr("not saved yet") : text(draft_.file));
  file_->setToolTip(file_->text());
  request_tabs_->set_count(1, draft_.headers.empty() ? QString() : QString::number(draft_.headers.size()));
  request_tabs_->set_count(3, draft_.assertions.empty() ? QString() : QString::number(draft_.assertions.size()));
  loading_ = false;
  paint_variables();
}

void RequestsPanel::edited() {
  if (loading_ || draft_.id.empty()) return;
  draft_.method = method_->currentData().toString().toStdString();
  loading_ = true;
  if (params_->hasFocus()) {
    const QString base = url_->text().section(QLatin1Char('?'), 0, 0), query = params_->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts).join(QLatin1Char('&'));
    url_->setText(query.isEmpty() ? base : base + QLatin1Char('?') + query);
  } else {
    params_->set_text(query_lines(url_->text()));
  }
  loading_ = false;
  draft_.url = url_->text().toStdString();
  draft_.headers = headers_of_lines(headers_->toPlainText());
  draft_.body = body_->toPlainText().toStdString();
  draft_.assertions.clear();
  for (const QString& line : asserts_->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts)) draft_.assertions.push_back(line.trimmed().toStdString());
  request_tabs_->set_count(1, draft_.headers.empty() ? QString() : QString::number(draft_.headers.size()));
  request_tabs_->set_count(3, draft_.assertions.empty() ? QString() : QString::number(draft_.assertions.size()));
  keep_later_->start();
  paint_variables();
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
  tree_model_->set_requests(session()->views().requests, drafts(), filter_->text());
  for (int f = 0; f < tree_model_->rowCount(); ++f)
    if (!tree_model_->index(f, 0).data().toString().startsWith(QLatin1String("check"))) tree_->expand(tree_model_->index(f, 0));
  const QModelIndex at = tree_model_->index_of(draft_.id);
  if (at.isValid()) tree_->setCurrentIndex(at);
  loading_ = false;
}

// QLineEdit has no rich text, but it draws the formats of a pre-edit: variables are shown in the accent.
void RequestsPanel::paint_variables() {
  QList<QInputMethodEvent::Attribute> marks;
  const QString url = url_->text();
  for (qsizetype open = url.indexOf(QLatin1String("{{")); open >= 0; open = url.indexOf(QLatin1String("{{"), open + 2)) {
    const auto close = url.indexOf(QLatin1String("}}"), open);
    if (close < 0) break;
    QTextCharFormat format;
    format.setForeground(kit::theme().color(Token::Acc));
    marks << QInputMethodEvent::Attribute(QInputMethodEvent::TextFormat, static_cast<int>(open) - url_->cursorPosition(), static_cast<int>(close + 2 - open), format);
  }
  QInputMethodEvent event(QString(), marks);
  QCoreApplication::sendEvent(url_, &event);
  QString resolved;
  for (const auto& [name, value] : session()->views().variables)
    if (url.startsWith(QStringLiteral("{{%1}}").arg(text(name)))) resolved = text(value).section(QStringLiteral("://"), -1);
  resolved_->setText(resolved);
  url_->setTextMargins(0, 0, resolved.isEmpty() ? 0 : resolved_->sizeHint().width() + 12, 0);
}

void RequestsPanel::show_history() {
  std::vector<kit::CellRow> rows;
  for (const Exchange& e : session()->views().exchanges) {
    if (e.request.id != draft_.id) continue;
    kit::Cell status = kit::Cell::number(e.error.empty() ? QString::number(e.status) : tr("failed"), e.status, status_token(e.status));
    rows.push_back({QString::number(e.started_wall_ns),
                    {kit::Cell::mono(clock(e.started_wall_ns, false), Token::Tx2), status, kit::Cell::number(kit::plots::duration_text(static_cast<double>(e.total_ns)), static_cast<qlonglong>(e.total_ns))},
                    {}});
  }
  history_rows_->set_rows(std::move(rows));
  history_title_->setText(text(draft_.name));
}

void RequestsPanel::send_or_cancel() {
  if (sending_ != 0) {
    session()->cancel_task(sending_);
    sending_ = 0;
    ticking_->stop();
    builder_->set_busy(false);
    banner_->show_warning(tr("Cancelled. The service may still have done the work."));
    show_status();
    return;
  }
  if (draft_.url.empty()) return;
  keep_later_->stop();
  if (store_ && is_changed()) store_->store(draft_);
  banner_->clear();
  builder_->set_busy(true);
  sent_at_ms_ = QDateTime::currentMSecsSinceEpoch();
  auto id = std::make_shared<std::uint64_t>(0);
  sending_ = *id = send_request(session(), draft_, [self = QPointer<RequestsPanel>(this), id](slipway::Result<Exchange> result) {
    // A cancelled or replaced send has nothing more to say.
    if (self && self->sending_ == *id) self->took(std::move(result));
  });
  ticking_->start();
  show_status();
}

void RequestsPanel::took(slipway::Result<Exchange> result) {
  sending_ = 0;
  ticking_->stop();
  builder_->set_busy(false);
  if (!result.ok()) {
    banner_->show_error(text(result.error().to_string()), tr("Retry"), [this] { send_or_cancel(); });
    show_status();
    Q_EMIT answered();
    return;
  }
  chosen_history_ = false;
  show_exchange(*result);
  if (!result->error.empty()) banner_->show_error(text(result->error), tr("Retry"), [this] { send_or_cancel(); });
  Q_EMIT answered();
}

void RequestsPanel::show_exchange(const Exchange& exchange) {
  exchange_ = exchange;
  trace_ = nullptr;
  wanted_trace_ = exchange.trace_id;
  waterfall_->set_geometry({});
  span_words_->clear();
  show_reply_tab(reply_tabs_->current());
  reply_tabs_->set_count(2, QString::number(exchange.headers.size()));
  int held = 0;
  for (const auto& a : exchange.assertions) held += a.held;
  const int all = static_cast<int>(exchange.assertions.size());
  reply_tabs_->set_count(4, all > 0 ? tr("%1 of %2").arg(held).arg(all) : QString(), held == all ? Token::Ok : Token::Err);
  show_status();
  session()->select({Selection::Kind::Exchange, text(exchange.trace_id), text(exchange.request.id)});
  if (!wanted_trace_.empty()) look_up_trace();
  waterfall_->set_empty_text(wanted_trace_.empty() ? tr("No trace was kept of this request.") : tr("Waiting for the trace of this request."));
}

void RequestsPanel::look_up_trace() {
  const std::string id = wanted_trace_;
  for (const auto& t : session()->views().traces)
    if (t->id == id) return show_trace(t);
  if (!session()->is_live()) return;
  wanted_trace_.clear();
  fetch_trace(session(), id, [self = QPointer<RequestsPanel>(this), id](workbench::recorder::TracePtr trace) {
    if (!self || !self->exchange_ || self->exchange_->trace_id != id) return;
    if (trace)
      self->show_trace(trace);
    else
      self->waterfall_->set_empty_text(tr("The trace of this request is not kept any more."));
  });
}

void RequestsPanel::show_trace(workbench::recorder::TracePtr trace) {
  trace_ = std::move(trace);
  wanted_trace_.clear();
  waterfall_->set_geometry(kit::trace_geometry(*trace_));
  span_words_->setText((trace_->services().size() == 1 ? tr("%1 spans, 1 service").arg(trace_->spans.size()) : tr("%1 spans, %2 services").arg(trace_->spans.size()).arg(trace_->services().size())) + (trace_->partial ? tr(", partial") : QString()));
  open_trace_->setText(tr("Open trace %1").arg(text(trace_->id).left(6)));
  int row = -1;
  for (std::size_t i = 0; i < trace_->spans.size(); ++i)
    if (trace_->spans[i].status == slipway::telemetry::SpanStatus::Stopped || (row < 0 && trace_->spans[i].name == "rate_limit")) row = waterfall_->row_of_span(static_cast<int>(i));
  if (row >= 0) waterfall_->set_current(row);
}

void RequestsPanel::show_request_tab(int tab) {
  request_pages_->setCurrentIndex(tab);
  syntax_->setVisible(tab == 2);
}

void RequestsPanel::show_reply_tab(int tab) {
  if (!exchange_) return reply_->clear();
  const Exchange& e = *exchange_;
  reply_->set_syntax(tab <= 1 ? kit::Syntax::Json : kit::Syntax::Plain);
  QString out;
  switch (tab) {
    case 0: out = pretty_json(text(e.body)); break;
    case 1: out = text(e.body); break;
    case 2: out = header_lines(e.headers); break;
    case 3: {
      const auto d = [](std::int64_t ns) { return kit::plots::duration_text(static_cast<double>(ns)); };
      out = tr("connect      %1\nfirst byte   %2\nbody         %3\ntotal        %4").arg(e.reused_connection ? tr("kept alive") : d(e.connect_ns), d(e.first_byte_ns), d(std::max<std::int64_t>(0, e.total_ns - e.first_byte_ns)), d(e.total_ns));
      break;
    }
    case 4:
      for (const auto& a : e.assertions) out += (a.held ? tr("held    ") : tr("failed  ")) + text(a.text) + (a.held ? QString() : tr("    found %1").arg(text(a.found))) + QLatin1Char('\n');
      if (e.assertions.empty()) out = tr("No assertions. Write one per line in the Asserts tab of the request:\nstatus == 201");
      break;
    default: break;
  }
  reply_->set_text(out);
}

void RequestsPanel::show_status() {
  kit::TagSpec tag;
  tag.tinted = true;
  const bool busy = sending_ != 0;
  send_->setText(busy ? tr("Cancel") : tr("Send"));
  send_->setToolTip(tr("Ctrl+Enter sends, and cancels while it runs"));
  if (busy) {
    tag.text = tr("sending"), tag.token = Token::Acc;
    status_line_->setText(tr("%1 ms").arg(QDateTime::currentMSecsSinceEpoch() - sent_at_ms_));
    sent_line_->clear();
  } else if (exchange_) {
    const Exchange& e = *exchange_;
    tag.text = e.error.empty() ? QStringLiteral("%1 %2").arg(e.status).arg(text(e.reason)) : tr("no reply");
    tag.token = e.error.empty() ? status_token(e.status) : Token::Err;
    tag.icon = tag.token == Token::Ok ? QStringLiteral("check") : QStringLiteral("error");
    status_line_->setText(QStringLiteral("%1  %2  %3").arg(kit::plots::duration_text(static_cast<double>(e.total_ns)), kit::plots::size_text(e.body.size()), e.reused_connection ? tr("kept alive") : tr("new connection")));
    sent_line_->setText(tr("Sent %1, config snapshot %2").arg(clock(e.started_wall_ns, true)).arg(e.config_version));
  } else {
    tag.text = tr("not sent"), tag.token = Token::Tx2;
    status_line_->clear();
    sent_line_->clear();
  }
  code_tag_->set(tag);
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
  show_history();
  show_status();
  pages_->setCurrentIndex(0);
  keep_later_->start();
  url_->setFocus();
  return true;
}

void RequestsPanel::copy_as(int form) {
  using workbench::traffic::Shell;
  QString out;
  switch (form) {
    case 0: out = text(workbench::traffic::copy_as_command(draft_, Shell::Bash)); break;
    case 1: out = text(workbench::traffic::copy_as_command(draft_, Shell::Cmd)); break;
    case 2: out = text(workbench::traffic::copy_as_command(draft_, Shell::PowerShell)); break;
    case 3: {
      SavedRequest grpc = draft_;
      grpc.method = "GRPC";
      out = text(workbench::traffic::copy_as_command(grpc, Shell::Bash));
      break;
    }
    case 4: out = as_http(draft_); break;
    case 5: out = exchange_ ? text(exchange_->body) : QString(); break;
    case 6: out = exchange_ ? header_lines(exchange_->headers) : QString(); break;
    default: break;
  }
  QApplication::clipboard()->setText(out);
  session()->toast({tr("Copied"), {}, {}});
}

void RequestsPanel::diff_two() {
  QStringList sides;
  for (const QModelIndex& row : history_->selectionModel()->selectedRows())
    for (const Exchange& e : session()->views().exchanges)
      if (QString::number(e.started_wall_ns) == row.data(kit::kKeyRole).toString()) sides << QStringLiteral("%1 %2\n\n").arg(clock(e.started_wall_ns, true)).arg(e.status) + pretty_json(text(e.body));
  if (sides.size() != 2) return session()->toast({tr("Choose two rows of the history with Ctrl first"), {}, {}});
  auto* dialog = new QDialog(this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(tr("Two replies of %1").arg(text(draft_.name)));
  dialog->resize(820, 520);
  auto* layout = new QVBoxLayout(dialog);
  auto* view = new kit::CodeEdit(tr("Difference of two replies"));
  view->setReadOnly(true);
  view->set_syntax(kit::Syntax::Json);
  kit::show_diff(*view, kit::diff_lines(sides[1], sides[0]));
  layout->addWidget(view);
  dialog->show();
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
    if (enter && watched == url_ && event->type() == QEvent::KeyPress) {
      send_or_cancel();
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
  view->add_row(tr("At"), clock(e.started_wall_ns, true));
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
  return {{QStringLiteral("request"), text(draft_.id)}, {QStringLiteral("part"), request_tabs_->current()}, {QStringLiteral("reply"), reply_tabs_->current()}};
}

void RequestsPanel::restore_state(const QVariantMap& state) {
  const QString id = state.value(QStringLiteral("request")).toString();
  if (!store_ && !id.isEmpty() && !session()->views().requests.empty()) store_ = std::make_unique<DraftStore>(text(session()->views().folder));
  if (!id.isEmpty()) open_request(id.toStdString());
  request_tabs_->set_current(std::clamp(state.value(QStringLiteral("part"), 2).toInt(), 0, 3));
  show_request_tab(request_tabs_->current());
  reply_tabs_->set_current(std::clamp(state.value(QStringLiteral("reply"), 0).toInt(), 0, 4));
}

}  // namespace panels::requests
