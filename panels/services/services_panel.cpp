#include "panels/services/services_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QHeaderView>
#include <QMenu>
#include <QMouseEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "panels/kit/icons.h"
#include "panels/services/detail_models.h"
#include "panels/services/inspectors.h"
#include "panels/services/service_model.h"
#include "panels/services/services_actions.h"

namespace panels::services {

using namespace kit;
using workbench::host::ServiceRow;
using workbench::host::ServiceState;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }

// "Port 8106 is taken by python3 (pid 4121). Next free port is 8107."  [Use 8107] [Retry]
class FixBar final : public QWidget {
 public:
  FixBar(Session* session, const ServiceRow& row, QWidget* parent) : QWidget(parent) {
    const QString port = q(row.address).section(QLatin1Char(':'), -1);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(96 + size::kRowPadding + gap::kM, 0, gap::kXl, gap::kXs);
    line->setSpacing(gap::kM);
    line->addWidget(new IconLabel(QStringLiteral("corner"), Token::Tx2, 14));
    const bool taken = row.holder_pid > 0;
    auto* cause = label(taken ? ServicesPanel::tr("Port %1 is taken").arg(port) : ServicesPanel::tr("It could not start:"), Type::Medium);
    line->addWidget(cause);
    if (taken) {
      line->addWidget(label(ServicesPanel::tr("by"), Type::Body, Token::Tx2));
      line->addWidget(label(q(row.holder_name), Type::Mono));
      QString rest = ServicesPanel::tr("(pid %1).").arg(row.holder_pid);
      if (row.next_free_port > 0) rest += QLatin1Char(' ') + ServicesPanel::tr("Next free port is %1.").arg(row.next_free_port);
      auto* more = label(rest, Type::Body, Token::Tx2);
      more->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
      line->addWidget(more, 1);
    } else {
      auto* why = label(q(row.error), Type::Mono, Token::Tx2);
      why->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
      why->setToolTip(q(row.error));
      line->addWidget(why, 1);
    }
    const QString instance = q(row.instance), kind = q(row.kind);
    if (row.next_free_port > 0) {
      auto* use = primary_button(ServicesPanel::tr("Use %1").arg(row.next_free_port));
      use->setAccessibleName(ServicesPanel::tr("Move %1 to port %2 and start it").arg(instance).arg(row.next_free_port));
      connect(use, &QPushButton::clicked, session, [=, port = row.next_free_port] { use_port(session, instance, kind, port); });
      line->addWidget(use);
    }
    auto* retry = button(ServicesPanel::tr("Retry"));
    retry->setAccessibleName(ServicesPanel::tr("Start %1 again").arg(instance));
    connect(retry, &QPushButton::clicked, session, [=] { start(session, instance); });
    line->addWidget(retry);
    auto* copy = icon_button(QStringLiteral("copy"), ServicesPanel::tr("Copy the error"));
    connect(copy, &QToolButton::clicked, this, [e = q(row.error)] { QApplication::clipboard()->setText(e); });
    line->addWidget(copy);
  }
};

}  // namespace

ServicesPanel::ServicesPanel(Session* session, QWidget* parent) : Panel(session, parent) {
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  split_ = new QSplitter(Qt::Vertical, this);
  split_->setHandleWidth(gap::kM);
  split_->setChildrenCollapsible(false);
  all->addWidget(split_);
  build_table();
  build_detail();
  split_->setSizes({436, 284});
  setFocusProxy(table_);
  split_->setStretchFactor(0, 4);
  split_->setStretchFactor(1, 3);
}

PanelInfo ServicesPanel::info() const { return {QStringLiteral("services"), tr("Services"), QStringLiteral("server"), Group::Build, QStringLiteral("1")}; }

void ServicesPanel::build_table() {
  sheet_ = new Sheet(split_);
  sheet_->set_title(tr("Services"));
  auto* view = new Segments(tr("View"), sheet_);
  view->add(tr("Table"), QStringLiteral("table"));
  view->add(tr("Graph"), QStringLiteral("topology"));
  connect(view, &Segments::changed, this, [this, view](int index) {
    if (index != 1) return;
    view->set_current(0);
    session()->open(QStringLiteral("topology"));
  });
  sheet_->add_tool(view);
  stop_all_ = button(tr("Stop all"), QStringLiteral("stop"), QStringLiteral("F6"));
  start_all_ = button(tr("Start all"), QStringLiteral("play"), QStringLiteral("F5"));
  connect(stop_all_, &QPushButton::clicked, this, [this] { stop(session(), {}); });
  connect(start_all_, &QPushButton::clicked, this, [this] { start(session(), {}); });
  sheet_->add_tool(stop_all_);
  sheet_->add_tool(start_all_);
  front_ = new QStackedWidget(sheet_);
  model_ = new ServiceModel(this);
  table_ = new TableView(tr("Services"), size::kRowControls, front_);
  table_->setModel(model_);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  front_->addWidget(table_);
  auto* empty = new EmptyState(QStringLiteral("server"), tr("This workspace has no services yet."), front_);
  empty->set_sentence(tr("This workspace has no services yet."),
                      tr("Put a file into its services folder; it appears here as soon as it is saved, with what is wrong in it if something is."));
  empty->set_action(tr("Open the services folder"), [this] {
    QDesktopServices::openUrl(QUrl::fromLocalFile(q(this->session()->views().folder) + QStringLiteral("/services")));
  });
  front_->addWidget(empty);
  sheet_->body()->addWidget(front_);

  connect(table_, &TableView::key_selected, this, [this](const QString&) {
    if (const ServiceRow* s = current_server()) {
      service_ = s->service;
      show_detail();
      session()->select({Selection::Kind::Service, q(s->instance), q(s->kind)});
    }
  });
  connect(table_, &TableView::key_activated, this, [this](const QString&) {
    if (const ServiceRow* s = current_server()) s->state == ServiceState::Running ? restart(session(), q(s->instance)) : start(session(), q(s->instance));
  });
  connect(table_, &TableView::cell_clicked, this, [this](const QModelIndex& index) {
    const ServiceRow* s = model_->server(index.row());
    if (!s) return;
    const QString instance = q(s->instance);
    if (index.column() == ServiceModel::Act)
      s->state == ServiceState::Running || s->state == ServiceState::Starting ? stop(session(), instance) : start(session(), instance);
    else if (index.column() == ServiceModel::More)
      row_menu(index.row(), table_->viewport()->mapToGlobal(table_->visualRect(index).bottomLeft()));
    else if (index.column() == ServiceModel::Address && s->state == ServiceState::Running && s->kind == "HTTP")
      QDesktopServices::openUrl(QUrl(q(s->url)));
  });
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(table_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
    if (const QModelIndex index = table_->indexAt(at); index.isValid() && model_->server(index.row())) row_menu(index.row(), table_->viewport()->mapToGlobal(at));
  });
}

void ServicesPanel::build_detail() {
  detail_ = new Sheet(split_);
  detail_->set_header_visible(false);
  auto* head = new QWidget(detail_);
  auto* line = new QHBoxLayout(head);
  line->setContentsMargins(0, 0, gap::kL, 0);
  tabs_ = new TabStrip(tr("Detail of the service"), head);
  for (const QString& name : {tr("Routes"), tr("Middleware"), tr("Config in use"), tr("Instances"), tr("Last errors")}) tabs_->add(name);
  line->addWidget(tabs_);
  line->addStretch(1);
  legend_square_ = new QWidget(head);
  legend_square_->setFixedSize(8, 8);
  legend_square_->setAutoFillBackground(true);
  legend_ = label({}, Type::Caption, Token::Tx2, head);
  line->addWidget(legend_square_);
  line->addSpacing(gap::kS);
  line->addWidget(legend_);
  detail_->body()->addWidget(head);
  detail_->body()->addWidget(hairline(detail_));
  pages_ = new QStackedWidget(detail_);
  detail_->body()->addWidget(pages_, 1);
  auto page = [&](const QString& name, TableModel* model, int row_height, const QString& empty) {
    auto* view = new TableView(name, row_height, pages_);
    view->setModel(model);
    view->set_empty_text(empty);
    pages_->addWidget(view);
    return view;
  };
  routes_ = new RouteModel(this);
  chain_ = new MiddlewareModel(this);
  in_use_ = new InUseModel(this);
  instances_ = new InstanceModel(this);
  errors_ = new ErrorModel(this);
  routes_view_ = page(tr("Routes"), routes_, size::kRow, tr("This service has no routes."));
  chain_view_ = page(tr("Middleware"), chain_, size::kRowDense, tr("Nothing stands before this service's handlers."));
  chain_view_->setSelectionMode(QAbstractItemView::SingleSelection);
  in_use_view_ = page(tr("Config in use"), in_use_, size::kRow, tr("This service has read no settings yet."));
  instances_view_ = page(tr("Instances"), instances_, size::kRow, tr("Nothing was made yet: instances appear when they are first asked for."));
  errors_view_ = page(tr("Last errors"), errors_, size::kRow, tr("No errors in this run."));
  connect(tabs_, &TabStrip::changed, this, [this](int index) {
    pages_->setCurrentIndex(index);
    show_detail();
  });
  pages_->setCurrentIndex(Routes);
  connect(chain_view_, &TableView::key_selected, this, [this](const QString& step) {
    if (!step.startsWith(QChar(1))) session()->select({Selection::Kind::Step, step, q(service_)});
  });
  connect(chain_view_, &TableView::space_pressed, this, [this](const QString&) { toggle_step(); });
  connect(chain_view_, &TableView::cell_clicked, this, [this](const QModelIndex& index) {
    if (index.column() == MiddlewareModel::On) toggle_step();
  });
  chain_view_->viewport()->installEventFilter(this);
  chain_view_->installEventFilter(this);
  connect(in_use_view_, &TableView::key_activated, this, [this](const QString& key) {
    session()->open(QStringLiteral("config"), {Selection::Kind::ConfigKey, key, {}});
  });
  connect(routes_view_, &TableView::key_selected, this, [this](const QString& key) { session()->select({Selection::Kind::Route, key, q(service_)}); });
  connect(routes_view_, &TableView::key_activated, this, [this](const QString& key) {
    const int row = routes_->row_of(key);
    if (row >= 0) QDesktopServices::openUrl(QUrl::fromLocalFile(q(session()->views().folder + "/" + routes_->at(row).file)));
  });
}

const ServiceRow* ServicesPanel::current_server() const { return table_->currentIndex().isValid() ? model_->server(table_->currentIndex().row()) : nullptr; }

void ServicesPanel::refresh() {
  const Views& v = session()->views();
  model_->set(v.services);
  front_->setCurrentIndex(v.services.empty() ? 1 : 0);
  place_fixes();
  int running = 0, failed = 0;
  for (const auto& s : v.services) running += s.state == ServiceState::Running, failed += s.state == ServiceState::Failed;
  sheet_->set_caption(v.services.empty() ? QString() : tr("%1 of %2 servers running").arg(running).arg(v.services.size()) + (failed ? tr(", %n failed", nullptr, failed) : QString()));
  start_all_->setEnabled(running < int(v.services.size()));
  stop_all_->setEnabled(running > 0);
  if (!table_->currentIndex().isValid() && !v.services.empty()) {
    service_ = v.services.front().service;
    const QSignalBlocker quiet(table_);
    table_->select_key(ServiceModel::key_of(v.services.front()));
  }
  show_detail();
}

void ServicesPanel::place_fixes() {
  for (int row = 0; row < model_->rowCount(); ++row) {
    const QModelIndex first = model_->index(row, 0);
    if (!model_->is_fix(row)) {
      if (table_->columnSpan(row, 0) > 1) table_->setSpan(row, 0, 1, 1), table_->setIndexWidget(first, nullptr);
      table_->setRowHeight(row, size::kRowControls);
      continue;
    }
    const QString text = q(model_->server_of(row).error + std::to_string(model_->server_of(row).next_free_port));
    QWidget* there = table_->indexWidget(first);
    if (table_->columnSpan(row, 0) == 1) table_->setSpan(row, 0, 1, ServiceModel::kColumns);
    table_->setRowHeight(row, 40);
    if (!there || there->objectName() != text) {
      auto* bar = new FixBar(session(), model_->server_of(row), table_);
      bar->setObjectName(text);
      table_->setIndexWidget(first, bar);
    }
  }
}

void ServicesPanel::show_detail() {
  const Views& v = session()->views();
  static const workbench::host::ServiceDetail nothing;
  const auto found = v.details.find(service_);
  const auto& d = found == v.details.end() ? nothing : found->second;
  const QColor color = theme().service_color(q(service_));
  const double minutes = double(v.wall_ns - v.run_started_ns) / 60e9;
  routes_->set(d.routes);
  chain_->set(d, minutes, color);
  in_use_->set(d, v.config);
  instances_->set(d.instances);
  errors_->set(d.last_errors);
  tabs_->set_count(Routes, QString::number(d.routes.size()));
  tabs_->set_count(Middleware, QString::number(d.middleware.size()));
  tabs_->set_count(InUse, QString::number(d.config.size()));
  tabs_->set_count(Instances, QString::number(d.instances.size()));
  tabs_->set_count(Errors, QString::number(d.last_errors.size()), d.last_errors.empty() ? Token::Tx3 : Token::Err);
  legend_->setText(service_.empty() ? QString() : tr("%1, traces kept").arg(q(service_)));
  QPalette p = legend_square_->palette();
  p.setColor(QPalette::Window, color);
  legend_square_->setPalette(p);
  legend_square_->setVisible(!service_.empty());
  if (tabs_->current() == Middleware && chain_->steps() > 0) {
    const auto on = std::count_if(d.middleware.begin(), d.middleware.end(), [](const auto& m) { return m.on; });
    detail_->set_footer(tr("%1 steps on, %2 off &nbsp;&nbsp; Chain is <b>%3 %</b> of request time").arg(on).arg(d.middleware.size() - std::size_t(on)).arg(chain_->chain_share() * 100, 0, 'f', 1),
                        tr("Drag or Alt+Up / Alt+Down to reorder, Space to switch, Ctrl+Z to undo"));
  } else if (tabs_->current() == Routes && !d.routes.empty()) {
    detail_->set_footer(q(d.file), tr("Enter opens the file"));
  } else if (tabs_->current() == InUse && !d.config.empty()) {
    detail_->set_footer(tr("%n key(s) read", nullptr, int(d.config.size())), tr("Enter explains the key in Config"));
  } else {
    detail_->set_footer({});
  }
}

// ---------------------------------------------------------------- the chain

std::vector<std::pair<std::string, bool>> ServicesPanel::chain_now() const {
  std::vector<std::pair<std::string, bool>> steps;
  for (int i = 0; i < chain_->steps(); ++i) steps.emplace_back(chain_->at(i).view.name, chain_->at(i).view.on);
  return steps;
}

void ServicesPanel::apply_chain(std::vector<std::pair<std::string, bool>> steps, const QString& what) { set_middleware(session(), q(service_), std::move(steps), what); }

void ServicesPanel::move_step(int by) {
  const int row = chain_view_->currentIndex().row(), to = row + by;
  auto steps = chain_now();
  if (row < 0 || row >= int(steps.size()) || to < 0 || to >= int(steps.size()) || by == 0) return;
  const QString name = q(steps[std::size_t(row)].first);
  auto step = steps[std::size_t(row)];
  steps.erase(steps.begin() + row);
  steps.insert(steps.begin() + to, step);
  apply_chain(std::move(steps), tr("Moved %1 to place %2").arg(name).arg(to + 1));
}

void ServicesPanel::toggle_step() {
  const int row = chain_view_->currentIndex().row();
  auto steps = chain_now();
  if (row < 0 || row >= int(steps.size())) return;
  steps[std::size_t(row)].second = !steps[std::size_t(row)].second;
  const QString name = q(steps[std::size_t(row)].first);
  const bool on = steps[std::size_t(row)].second;
  apply_chain(std::move(steps), on ? tr("Switched %1 on").arg(name) : tr("Switched %1 off").arg(name));
}

bool ServicesPanel::eventFilter(QObject* object, QEvent* event) {
  if (object == chain_view_ && event->type() == QEvent::KeyPress) {
    auto* key = static_cast<QKeyEvent*>(event);
    if (key->modifiers() == Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
      move_step(key->key() == Qt::Key_Up ? -1 : 1);
      return true;
    }
  }
  if (object == chain_view_->viewport()) {
    if (event->type() == QEvent::MouseButtonPress) {
      const auto index = chain_view_->indexAt(static_cast<QMouseEvent*>(event)->pos());
      drag_from_ = index.isValid() && index.column() == MiddlewareModel::Grip && index.row() < chain_->steps() ? index.row() : -1;
      if (drag_from_ >= 0) chain_view_->viewport()->setCursor(Qt::ClosedHandCursor);
    } else if (event->type() == QEvent::MouseMove && drag_from_ >= 0) {
      return true;  // no rubber-band selection while a step is carried
    } else if (event->type() == QEvent::MouseButtonRelease && drag_from_ >= 0) {
      const auto index = chain_view_->indexAt(static_cast<QMouseEvent*>(event)->pos());
      chain_view_->viewport()->unsetCursor();
      const int from = std::exchange(drag_from_, -1);
      if (index.isValid() && index.row() != from) {
        chain_view_->setCurrentIndex(chain_->index(from, 0));
        move_step(std::min(index.row(), chain_->steps() - 1) - from);
      }
    }
  }
  return Panel::eventFilter(object, event);
}

// ---------------------------------------------------------------- commands and links

void ServicesPanel::row_menu(int row, const QPoint& at) {
  const ServiceRow* s = model_->server(row);
  if (!s) return;
  const QString instance = q(s->instance), url = q(s->url), address = q(s->address);
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addAction(icon(QStringLiteral("play")), tr("Start"), this, [=, this] { start(session(), instance); })->setEnabled(s->state != ServiceState::Running);
  menu->addAction(icon(QStringLiteral("stop")), tr("Stop"), this, [=, this] { stop(session(), instance); })->setEnabled(s->state == ServiceState::Running);
  menu->addAction(icon(QStringLiteral("restart")), tr("Restart"), this, [=, this] { restart(session(), instance); });
  menu->addSeparator();
  menu->addAction(icon(QStringLiteral("copy")), tr("Copy address"), this, [=] { QApplication::clipboard()->setText(address); });
  menu->addAction(icon(QStringLiteral("terminal")), s->kind == "gRPC" ? tr("Copy as grpcurl") : tr("Copy as cURL"), this, [=, grpc = s->kind == "gRPC"] {
    QApplication::clipboard()->setText(grpc ? QStringLiteral("grpcurl -plaintext %1 list").arg(address) : QStringLiteral("curl -i %1/").arg(url));
  });
  menu->addAction(icon(QStringLiteral("table")), tr("Copy the table as TSV"), this, [this] { QApplication::clipboard()->setText(table_->as_tsv()); });
  menu->addAction(icon(QStringLiteral("code")), tr("Copy the table as JSON"), this, [this] { QApplication::clipboard()->setText(table_->as_json()); });
  menu->popup(at);
}

std::vector<Command> ServicesPanel::commands() {
  auto any = [this](bool running) {
    for (const auto& s : session()->views().services)
      if ((s.state == ServiceState::Running) == running) return true;
    return false;
  };
  auto one = [this](bool running) {
    const ServiceRow* s = current_server();
    return s && (s->state == ServiceState::Running) == running;
  };
  auto name = [this] { return current_server() ? q(current_server()->instance) : QString(); };
  return {
      {QStringLiteral("services.start_all"), tr("Start all services"), QStringLiteral("play"), QStringLiteral("F5"), [this] { start(session(), {}); }, [any] { return any(false); }, {}},
      {QStringLiteral("services.stop_all"), tr("Stop all services"), QStringLiteral("stop"), QStringLiteral("F6"), [this] { stop(session(), {}); }, [any] { return any(true); }, {}},
      {QStringLiteral("services.start"), tr("Start the selected service"), QStringLiteral("play"), QStringLiteral("Shift+F5"), [this, name] { start(session(), name()); }, [one] { return one(false); }, {}},
      {QStringLiteral("services.stop"), tr("Stop the selected service"), QStringLiteral("stop"), QStringLiteral("Shift+F6"), [this, name] { stop(session(), name()); }, [one] { return one(true); }, {}},
      {QStringLiteral("services.restart"), tr("Restart the selected service"), QStringLiteral("restart"), QStringLiteral("Ctrl+F5"), [this, name] { restart(session(), name()); },
       [this] { return current_server() != nullptr; }, {}},
      {QStringLiteral("services.switch_step"), tr("Switch the selected middleware step on or off"), QStringLiteral("switch"), QStringLiteral("Space"), [this] { toggle_step(); },
       [this] { return isVisible() && tabs_->current() == Middleware && chain_view_->currentIndex().isValid(); }, tr("live, Ctrl+Z undoes it")},
      {QStringLiteral("services.undo"), tr("Undo the last change"), QStringLiteral("undo"), QStringLiteral("Ctrl+Z"), [this] { undo(session()); },
       [this] { return !session()->views().history.empty(); }, {}},
  };
}

QWidget* ServicesPanel::make_inspector(const Selection& selection, QWidget* parent) {
  if (selection.kind == Selection::Kind::Step) return make_step_inspector(session(), selection.owner, selection.id, parent);
  if (selection.kind == Selection::Kind::Service)
    for (const auto& row : session()->views().services)
      if (q(row.instance) == selection.id && (selection.owner.isEmpty() || q(row.kind) == selection.owner)) return make_service_inspector(session(), row, parent);
  if (selection.kind == Selection::Kind::Route) {
    const auto found = session()->views().details.find(selection.owner.toStdString());
    if (found == session()->views().details.end()) return nullptr;
    for (const auto& r : found->second.routes)
      if (q(r.method + " " + r.path) == selection.id) {
        auto* view = new InspectorView(QStringLiteral("globe"), tr("Route of %1").arg(selection.owner), selection.id, parent, true);
        view->add_section();
        view->add_row(tr("Written at"), QStringLiteral("%1:%2").arg(q(r.file)).arg(r.line));
        for (const auto& b : r.behaviours) view->add_row(tr("Behaviour"), q(b));
        if (!r.yaml.empty()) {
          view->add_section(tr("As written"));
          view->add_widget(code_block(q(r.yaml), tr("The route as written")));
        }
        return view;
      }
  }
  return nullptr;
}

void ServicesPanel::reveal(const Selection& selection) {
  auto show_service = [this](const QString& service) {
    for (const auto& row : session()->views().services)
      if (q(row.service) == service) {
        if (service_ != row.service) {
          const QSignalBlocker quiet(table_);
          table_->select_key(ServiceModel::key_of(row));
        }
        service_ = row.service;
        return;
      }
  };
  if (selection.kind == Selection::Kind::Service) {
    for (const auto& row : session()->views().services)
      if (q(row.instance) == selection.id && (selection.owner.isEmpty() || q(row.kind) == selection.owner)) {
        table_->select_key(ServiceModel::key_of(row));
        return;
      }
  } else if (selection.kind == Selection::Kind::Step) {
    show_service(selection.owner);
    tabs_->set_current(Middleware);
    show_detail();
    chain_view_->select_key(selection.id);
  } else if (selection.kind == Selection::Kind::Route) {
    show_service(selection.owner);
    tabs_->set_current(Routes);
    show_detail();
    routes_view_->select_key(selection.id);
  }
}

void ServicesPanel::show_example() {
  const auto& services = session()->views().services;
  if (services.empty()) return;
  tabs_->set_current(Middleware);
  for (const auto& m : session()->views().details.at(services.front().service).middleware)
    if (m.name == "rate_limit") session()->open(QStringLiteral("services"), {Selection::Kind::Step, QStringLiteral("rate_limit"), q(services.front().service)});
}

QVariantMap ServicesPanel::save_state() const { return {{QStringLiteral("tab"), tabs_->current()}, {QStringLiteral("service"), q(service_)}}; }
void ServicesPanel::restore_state(const QVariantMap& state) {
  tabs_->set_current(state.value(QStringLiteral("tab"), 0).toInt());
}

}  // namespace panels::services
