#include "panels/services/services_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QFileDialog>
#include <QHeaderView>
#include <QMenu>
#include <QMouseEvent>
#include <QSaveFile>
#include <QSplitter>
#include <QStackedWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "panels/kit/code_edit.h"
#include "panels/kit/icons.h"
#include "panels/kit/tabs.h"
#include "panels/services/detail_models.h"
#include "panels/services/fix_bar.h"
#include "panels/services/inspectors.h"
#include "panels/services/new_service_menu.h"
#include "panels/services/route_editor.h"
#include "panels/services/service_model.h"
#include "panels/services/services_actions.h"

namespace panels::services {

using namespace kit;
using workbench::host::ServiceRow;
using workbench::host::ServiceState;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }

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
  split_->setSizes({404, 300});
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
  new_service_ = button(tr("New service"), QStringLiteral("plus"));
  new_service_->setMenu(make_new_service_menu(session(), [this](const QString& name) { show_new(name); }, new_service_));
  new_service_->setToolTip(tr("Empty, from a sample, from an OpenAPI or a .proto file"));
  sheet_->add_tool(new_service_);
  front_ = new QStackedWidget(sheet_);
  model_ = new ServiceModel(this);
  table_ = new TableView(tr("Services"), size::kRowControls, front_);
  table_->setModel(model_);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  front_->addWidget(table_);
  auto* empty = new EmptyState(QStringLiteral("server"), tr("This workspace has no services yet."), front_);
  empty->set_sentence(tr("This workspace has no services yet."),
                      tr("Make one from a sample, an OpenAPI or a .proto file, or put a file into the services folder: it appears here as soon as it is saved."));
  empty->set_action(tr("New service"), [this] { new_service_->showMenu(); });
  empty->set_link(tr("Open the services folder"), [this] {
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
  table_->viewport()->installEventFilter(this);
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
  for (const QString& name : {tr("Routes"), tr("Middleware"), tr("Config in use"), tr("Instances"), tr("OpenAPI"), tr("Last errors")}) tabs_->add(name);
  line->addWidget(tabs_);
  line->addStretch(1);
  auto* copy = icon_button(QStringLiteral("copy"), tr("Copy the OpenAPI document"), {}, head);
  auto* save = icon_button(QStringLiteral("download"), tr("Save the OpenAPI document as a file"), {}, head);
  connect(copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(openapi_text_->toPlainText()); });
  connect(save, &QToolButton::clicked, this, [this] { save_openapi(); });
  for (QToolButton* b : {copy, save}) {
    b->hide();
    line->addWidget(b);
    connect(tabs_, &TabStrip::changed, b, [b](int index) { b->setVisible(index == OpenApi); });
  }
  design_ = new Segments(tr("Design of the service"), head);
  design_->add(tr("Singleton"));
  design_->add(tr("Injected"));
  design_->setToolTip(tr("Where its steps get database, cache and clients: named instances made on first use, or parts made and injected before it serves. Live; Ctrl+Z takes it back."));
  design_->hide();
  line->addWidget(design_);
  line->addSpacing(gap::kM);
  connect(tabs_, &TabStrip::changed, design_, [this](int index) { design_->setVisible(index == Instances); });
  connect(design_, &Segments::changed, this, [this](int index) { set_option(session(), q(service_ + ".design"), index == 1 ? QStringLiteral("injected") : QStringLiteral("singleton")); });
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
  build_routes();
  chain_view_ = page(tr("Middleware"), chain_, size::kRowDense, tr("Nothing stands before this service's handlers."));
  chain_view_->setSelectionMode(QAbstractItemView::SingleSelection);
  in_use_view_ = page(tr("Config in use"), in_use_, size::kRow, tr("This service has read no settings yet."));
  instances_view_ = page(tr("Instances"), instances_, size::kRow, tr("Nothing was made yet: instances appear when they are first asked for."));
  build_openapi();
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
}

// The list and, beside it, the chosen route as it is written.
void ServicesPanel::build_routes() {
  auto* both = new QSplitter(Qt::Horizontal, pages_);
  both->setHandleWidth(1);
  both->setProperty("hair", true);
  both->setChildrenCollapsible(false);
  routes_view_ = new TableView(tr("Routes"), size::kRow, both);
  routes_view_->setModel(routes_);
  routes_view_->set_empty_text(tr("This service has no routes."));
  route_editor_ = new RouteEditor(session(), both);
  both->addWidget(routes_view_);
  both->addWidget(route_editor_);
  both->setSizes({620, 500});
  pages_->addWidget(both);
  connect(routes_view_, &TableView::key_selected, this, [this](const QString& key) {
    show_route();
    session()->select({Selection::Kind::Route, key, q(service_)});
  });
  connect(routes_view_, &TableView::key_activated, this, [this](const QString&) { route_editor_->text()->setFocus(Qt::ShortcutFocusReason); });
  connect(routes_view_, &TableView::cell_clicked, this, [this](const QModelIndex& index) {
    if (index.column() != RouteModel::Place) return;
    const auto& r = routes_->at(index.row());
    session()->open(QStringLiteral("config"), {Selection::Kind::File, QStringLiteral("%1:%2").arg(q(r.file)).arg(r.line), {}});
  });
  connect(route_editor_, &RouteEditor::saved, this, [this](const QString& service, const QString& route) {
    if (service == q(service_)) wanted_route_ = route;
  });
}

// What the panel chooses by itself is no selection of the user's.
void ServicesPanel::show_route() {
  const QSignalBlocker quiet(routes_view_);
  if (!wanted_route_.isEmpty() && routes_->row_of(wanted_route_) >= 0) routes_view_->select_key(std::exchange(wanted_route_, {}));
  if (!routes_view_->currentIndex().isValid() && routes_->rowCount() > 0) routes_view_->setCurrentIndex(routes_->index(0, 0));
  if (const QModelIndex at = routes_view_->currentIndex(); at.isValid())
    route_editor_->show_route(service_, routes_->at(at.row()));
  else
    route_editor_->show_nothing();
}

void ServicesPanel::build_openapi() {
  openapi_ = new QStackedWidget(pages_);
  openapi_text_ = new CodeEdit(tr("OpenAPI document"), openapi_);
  openapi_text_->setReadOnly(true);
  openapi_text_->set_syntax(Syntax::Yaml);
  openapi_->addWidget(openapi_text_);
  openapi_->addWidget(new EmptyState(QStringLiteral("file"), tr("This service speaks gRPC only: its .proto file describes it."), openapi_));
  pages_->addWidget(openapi_);
}

void ServicesPanel::save_openapi() {
  auto* dialog = new QFileDialog(this, tr("Save the OpenAPI document"), q(session()->views().folder + "/" + service_ + ".openapi.yaml"), tr("YAML (*.yaml)"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  connect(dialog, &QFileDialog::fileSelected, this, [this, text = openapi_text_->toPlainText()](const QString& path) {
    QSaveFile file(path);
    const bool written = file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) >= 0 && file.commit();
    session()->toast({written ? tr("Saved %1").arg(path) : tr("%1 could not be written: %2").arg(path, file.errorString()), {}, {}, !written});
  });
  dialog->open();
}

// A service that was just made: in the table and with its route to be edited.
void ServicesPanel::show_new(const QString& name) {
  service_ = name.toStdString();
  wanted_service_ = name;
  tabs_->set_current(Routes);
  refresh();
}

const ServiceRow* ServicesPanel::current_server() const { return table_->currentIndex().isValid() ? model_->server(table_->currentIndex().row()) : nullptr; }

void ServicesPanel::refresh() {
  const Views& v = session()->views();
  model_->set(v.services);
  front_->setCurrentIndex(v.services.empty() ? 1 : 0);
  place_fixes();
  int running = 0, failed = 0;
  for (const auto& s : v.services) running += s.state == ServiceState::Running, failed += s.state == ServiceState::Failed;
  sheet_->set_caption(v.services.empty() ? QString()
                                         : tr("%1 of %2 running, %3").arg(v.totals.running).arg(v.totals.services).arg(plural(int(v.services.size()), tr("endpoint"), tr("endpoints"))) +
                                               (failed ? tr(", %1 failed").arg(failed) : QString()));
  const bool past = session()->is_past();
  start_all_->setEnabled(!past && running < int(v.services.size()));
  stop_all_->setEnabled(!past && running > 0);
  new_service_->setEnabled(!past);
  detail_->setVisible(!past);   // routes, steps and instances are those of what runs
  if (!wanted_service_.isEmpty())
    for (const auto& s : v.services)
      if (q(s.service) == wanted_service_) {
        wanted_service_.clear();
        table_->select_key(ServiceModel::key_of(s));
        break;
      }
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
    table_->indexWidget(first)->setEnabled(!session()->is_past());
  }
}

std::string ServicesPanel::design_of(const std::string& service) const {
  for (const auto& row : session()->views().services)
    if (row.service == service) return row.design;
  return {};
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
  const std::string design = design_of(service_);
  design_->setEnabled(!design.empty());
  {
    const QSignalBlocker quiet(design_);  // shown, not chosen
    design_->set_current(design == "injected" ? 1 : 0);
  }
  show_route();
  openapi_->setCurrentIndex(d.openapi || service_.empty() ? 0 : 1);
  openapi_text_->set_text(d.openapi ? q(*d.openapi) : QString());
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
    detail_->set_footer(q(d.file), tr("Enter edits the route, Ctrl+S writes it into the file, comments elsewhere stay"));
  } else if (tabs_->current() == OpenApi && d.openapi) {
    detail_->set_footer(tr("OpenAPI 3.0"), tr("Made from %1; what a template does not tell stays open").arg(q(d.file)));
  } else if (tabs_->current() == InUse && !d.config.empty()) {
    detail_->set_footer(plural(int(d.config.size()), tr("key read"), tr("keys read")), tr("Enter explains the key in Config"));
  } else {
    detail_->set_footer({});
  }
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
    if (session()->is_past()) return false;
    for (const auto& s : session()->views().services)
      if ((s.state == ServiceState::Running) == running) return true;
    return false;
  };
  auto one = [this](bool running) {
    const ServiceRow* s = current_server();
    return s && !session()->is_past() && (s->state == ServiceState::Running) == running;
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
