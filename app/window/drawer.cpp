#include "app/window/drawer.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/window/drawer_models.h"
#include "panels/kit/log_list.h"
#include "panels/kit/widgets.h"
#include "workbench/host/host.h"

namespace app {

using namespace panels::kit;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }
QString words(const char* text) { return QCoreApplication::translate("Drawer", text); }

// "config/service.toml:14:3: rate: …": the layer or file opens there. Anything else is told as it is.
Problem document_problem(const QString& text) {
  const Place place = place_of(text);
  if (place.file.isEmpty()) return {words("config"), text, QStringLiteral("config"), {}, true};
  const bool ours = place.file.startsWith(QStringLiteral("config/")) || place.file.startsWith(QStringLiteral("services/")) || place.file.startsWith(QStringLiteral(".slipway/")) || place.file == QStringLiteral("workspace.yaml");
  return {place_text(place), place.rest, QStringLiteral("config"), ours ? Selection{Selection::Kind::File, place_text(place), {}} : Selection{}, true};
}

}  // namespace

std::vector<Problem> problems_of(const Views& v) {
  std::vector<Problem> out;
  for (const auto& s : v.services)
    if (s.state == workbench::host::ServiceState::Failed)
      out.push_back({q(s.instance), q(s.error), QStringLiteral("services"), {Selection::Kind::Service, q(s.instance), {}}, true});
  // A rejected document tells every line that is wrong.
  for (const auto& p : v.config.problems)
    for (const QString& line : q(p).split(QLatin1Char('\n'), Qt::SkipEmptyParts)) out.push_back(document_problem(line));
  if (v.load.progress && !v.load.progress->honesty.empty()) out.push_back({words("load"), q(v.load.progress->honesty), QStringLiteral("load"), {}, false});
  if (v.totals.recorder.dropped > 0)
    out.push_back({words("recorder"), words("%1 traces did not fit the rings and were dropped").arg(v.totals.recorder.dropped), QStringLiteral("traces"), {}, false});
  return out;
}

Drawer::Drawer(Session* session, QWidget* parent) : QFrame(parent), session_(session) {
  setProperty("card", true);
  setAccessibleName(tr("Drawer"));
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(1, 1, 1, 1);
  all->setSpacing(0);
  tabs_ = new TabStrip(tr("Drawer"), this);
  for (const QString& name : {tr("Log tail"), tr("Events"), tr("Problems"), tr("Tasks")}) tabs_->add(name);
  auto* head = new QHBoxLayout;
  head->setContentsMargins(0, 0, gap::kM, 0);
  head->setSpacing(gap::kM);
  head->addWidget(tabs_);
  head->addStretch(1);
  logs_ = new LogList(session, this);
  head->addWidget(logs_->tools());
  head->addWidget(new KeyCap(QStringLiteral("Ctrl+J")));
  auto* close = icon_button(QStringLiteral("chevron-down"), tr("Close the drawer"), QStringLiteral("Ctrl+J"), this);
  connect(close, &QToolButton::clicked, this, &Drawer::close_requested);
  head->addWidget(close);
  all->addLayout(head);
  all->addWidget(hairline(this));
  pages_ = new QStackedWidget(this);
  all->addWidget(pages_, 1);
  pages_->addWidget(logs_);
  auto table = [&](const QString& name, TableModel* model, const QString& empty) {
    auto* view = new TableView(name, 22, this);
    view->setModel(model);
    view->horizontalHeader()->hide();
    view->set_empty_text(empty);
    pages_->addWidget(view);
    return view;
  };
  events_ = new EventModel(this);
  problems_ = new ProblemModel(this);
  tasks_ = new TaskModel(this);
  table(tr("Events"), events_, tr("Starts, config edits and runs appear here as they happen."));
  problems_view_ = table(tr("Problems"), problems_, tr("Nothing is wrong."));
  tasks_view_ = table(tr("Tasks"), tasks_, tr("What you start runs here, with its progress and a way to cancel it."));
  auto go = [this](int row) {
    if (row < 0) return;
    const Problem p = problems_->at(row);
    session_->open(p.panel, p.selection);
  };
  connect(problems_view_, &TableView::key_activated, this, [this, go](const QString& key) { go(problems_->row_of(key)); });
  connect(problems_view_, &TableView::cell_clicked, this, [go](const QModelIndex& index) {
    if (index.column() == 1) go(index.row());
  });
  connect(tasks_view_, &TableView::cell_clicked, this, [this](const QModelIndex& index) {
    if (index.column() == TaskModel::Cancel) cancel(index.row());
  });
  connect(tasks_view_, &TableView::key_activated, this, [this](const QString& key) { cancel(tasks_->row_of(key)); });
  connect(tabs_, &TabStrip::changed, this, [this](int index) {
    pages_->setCurrentIndex(index);
    logs_->tools()->setVisible(index == Logs);
    show_views();
  });
  connect(session, &Session::tasks_changed, this, &Drawer::show_views);
  logs_->tools()->hide();
  tabs_->set_current(Events);
  pages_->setCurrentIndex(Events);
  show_views();
}

void Drawer::cancel(int row) {
  if (row < 0 || tasks_->over(row)) return;
  if (tasks_->id(row) > 0) return session_->cancel_task(tasks_->id(row));
  session_->act(tr("Stop the load"), [](workbench::host::Host& host) -> slipway::Status {
    if (auto run = host.load()) run->cancel();
    return {};
  });
}

void Drawer::show_views() {
  const Views& v = session_->views();
  if (tabs_->current() == Logs) logs_->show_views();
  events_->set(v.events);
  auto problems = problems_of(v);
  const int n = int(problems.size());
  problems_->set(std::move(problems));
  tabs_->set_count(Problems, n ? QString::number(n) : QString(), n ? Token::Err : Token::Tx3, n > 0);
  tasks_->set(session_->tasks(), v.load, session_->now_ns() / 1'000'000);
  const int running = tasks_->running();
  tabs_->set_count(Tasks, running ? QString::number(running) : QString());
}

void Drawer::show_tab(Tab tab) { tabs_->set_current(tab); }
Drawer::Tab Drawer::tab() const { return Tab(tabs_->current()); }

}  // namespace app
