#include "app/window/window.h"

#include <QAction>
#include <QApplication>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "app/window/chrome.h"
#include "app/window/consent_bar.h"
#include "app/window/drawer.h"
#include "app/window/palette.h"
#include "app/window/runs.h"
#include "app/window/side.h"

namespace app {

using namespace panels::kit;

namespace {
constexpr const char* kFirstFocus = "firstFocus";
void focus_first(Panel* panel) {
  if (auto* first = panel->property(kFirstFocus).value<QWidget*>()) first->setFocus(Qt::OtherFocusReason);
}

// A plain key must stay free for typing; only chords and function keys belong to the whole window.
bool window_wide(const QString& keys) {
  if (keys.isEmpty()) return false;
  const QKeySequence sequence(keys);
  if (sequence.isEmpty()) return false;
  const auto combined = sequence[0];
  const int key = combined.key();
  if (key >= Qt::Key_F1 && key <= Qt::Key_F35) return true;
  return combined.keyboardModifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
}
}  // namespace

MainWindow::MainWindow(Session* session, QString state_file, QWidget* parent)
    : QMainWindow(parent), session_(session), state_file_(std::move(state_file)), commands_(new CommandTable(this)), entries_(panel_table()) {
  setWindowTitle(tr("%1 - Slipway").arg(QString::fromStdString(session->views().workspace)));
  setMinimumSize(1024, 640);
  auto* root = new QWidget(this);
  root->setObjectName(QStringLiteral("centre"));
  auto* all = new QVBoxLayout(root);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(0);
  add_window_commands();
  top_ = new TopBar(session, commands_, root);
  all->addWidget(top_);
  run_row_ = new QWidget(root);
  auto* run_line = new QHBoxLayout(run_row_);
  run_line->setContentsMargins(gap::kM, 0, gap::kM, gap::kM);
  run_bar_ = new RunBar(session, run_row_);
  run_line->addWidget(run_bar_);
  all->addWidget(run_row_);
  middle_ = new QWidget(root);
  auto* line = new QHBoxLayout(middle_);
  line->setContentsMargins(0, 0, gap::kM, 0);
  line->setSpacing(0);
  std::vector<PanelInfo> infos;
  for (const PanelEntry& e : entries_) infos.push_back(e.info);
  rail_ = new Rail(session, infos, middle_);
  line->addWidget(rail_);
  split_ = new QSplitter(Qt::Vertical, middle_);
  split_->setHandleWidth(gap::kM);
  split_->setChildrenCollapsible(false);
  stack_ = new QStackedWidget(split_);
  loading_ = new LoadingPage(session, stack_);
  stack_->addWidget(loading_);
  drawer_ = new Drawer(session, split_);
  drawer_->setMinimumHeight(84);
  split_->addWidget(stack_);
  split_->addWidget(drawer_);
  split_->setStretchFactor(0, 1);
  split_->setStretchFactor(1, 0);
  split_->setSizes({1000, 104});
  line->addWidget(split_, 1);
  inspector_ = new Inspector(middle_);
  line->addSpacing(gap::kM);
  line->addWidget(inspector_);
  all->addWidget(middle_, 1);
  status_ = new StatusBar(session, root);
  all->addWidget(status_);
  run_frame_ = new RunFrame(split_, middle_);
  setCentralWidget(root);
  for (const PanelEntry& e : entries_) {
    Panel* p = e.make(session, stack_);
    panels_[e.info.id] = p;
    // A focus proxy would make Tab jump over what stands before it: the window remembers where a panel's keyboard begins.
    p->setProperty(kFirstFocus, QVariant::fromValue(p->focusProxy()));
    p->setFocusProxy(nullptr);
    stack_->addWidget(p);
    for (Command& c : p->commands()) commands_->add(std::move(c));
  }
  palette_ = new Palette(session, commands_, infos, root);
  toasts_ = new Toasts(root);
  bind_shortcuts();

  connect(commands_, &CommandTable::changed, this, &MainWindow::bind_shortcuts);
  connect(top_, &TopBar::omnibox_clicked, this, [this] { palette_->open(); });
  connect(top_, &TopBar::problems_clicked, this, [this] { show_drawer(Drawer::Problems); });
  connect(rail_, &Rail::chosen, this, &MainWindow::go);
  connect(drawer_, &Drawer::close_requested, this, [this] { set_drawer(false); });
  connect(inspector_, &Inspector::close_requested, this, [this] { set_inspector(false); });
  connect(session, &Session::refreshed, this, &MainWindow::show_views);
  connect(session, &Session::selection_changed, this, &MainWindow::show_selection);
  connect(session, &Session::open_requested, this, &MainWindow::open);
  connect(session, &Session::toast_raised, this, [this](const Toast& t) { toasts_->raise(t); });
  connect(&theme(), &Theme::changed, this, [this] { update(); });
  // The status bar's own figure, once a second, so that showing it costs nothing.
  connect(&figures_, &QTimer::timeout, this, [this] { status_->set_frame_p99(frame_p99_ms()); });
  if (session->is_live()) figures_.start(1000);
  qApp->installEventFilter(this);
  resize(1600, 900);
  load_state();
  if (current_.isEmpty() && !entries_.empty()) go(entries_.front().info.id);
  show_views();
  arrange();
  if (Panel* p = panel(current_)) focus_first(p);
}

MainWindow::~MainWindow() = default;

Panel* MainWindow::panel(const QString& id) const {
  auto found = panels_.find(id);
  return found == panels_.end() ? nullptr : found->second;
}

ConsentBar* MainWindow::consent() const { return consent_; }

void MainWindow::ask_consent(const std::vector<workbench::workspace::StartStep>& plan, std::function<void()> on_start) {
  consent_ = new ConsentBar(QString::fromStdString(session_->views().workspace), plan, centralWidget());
  auto* all = static_cast<QVBoxLayout*>(centralWidget()->layout());
  auto* row = new QHBoxLayout;
  row->setContentsMargins(gap::kM, 0, gap::kM, gap::kM);
  row->addWidget(consent_);
  all->insertLayout(1, row);
  const auto leave = [this, row] {
    consent_->deleteLater();
    row->deleteLater();
  };
  connect(consent_, &ConsentBar::start_chosen, this, [this, leave, on_start = std::move(on_start)] {
    commands_->run(QStringLiteral("services.start_all"));
    if (on_start) on_start();
    leave();
  });
  connect(consent_, &ConsentBar::later_chosen, this, leave);
}

void MainWindow::go(const QString& id) {
  Panel* p = panel(id);
  if (!p) return;
  if (id != current_) overlay_ = false, touched_.invalidate();
  current_ = id;
  show_front();
  rail_->set_current(id);
  const auto wanted = drawers_.find(id);
  drawer_->setVisible(wanted != drawers_.end() ? wanted->second : id == QStringLiteral("services"));
  if (isVisible() && stack_->currentWidget() == p) focus_first(p);
  arrange();
  setAccessibleName(tr("Slipway, %1").arg(p->info().title));
}

void MainWindow::open(const QString& id, const Selection& selection) {
  go(id);
  if (Panel* p = panel(id); p && selection.kind != Selection::Kind::None) {
    p->reveal(selection);
    set_inspector(true);
  }
}

void MainWindow::show_views() {
  top_->show_views();
  rail_->show_views();
  status_->show_views();
  drawer_->show_views();
  top_->set_problems(int(problems_of(session_->views()).size()));
  setWindowTitle(tr("%1 - Slipway").arg(QString::fromStdString(session_->views().workspace)));
  show_front();
  show_run();
  refresh_inspector();
}

void MainWindow::show_front() {
  QWidget* front = session_->is_loading() ? static_cast<QWidget*>(loading_) : panel(current_);
  loading_->show_views();
  if (!front || stack_->currentWidget() == front) return;
  const bool loaded = stack_->currentWidget() == loading_;
  stack_->setCurrentWidget(front);
  if (Panel* p = panel(current_); loaded && p == front && isVisible()) focus_first(p);
}

void MainWindow::show_run() {
  run_bar_->show_views();
  run_row_->setVisible(session_->is_past());
  run_frame_->setVisible(session_->is_past());
}

// What is explained moves on: at once when the config changed, once a second for what has rates. Not under the user's hands.
void MainWindow::refresh_inspector() {
  if (!session_->is_live() || !inspector_->has_view() || inspector_->pinned()) return;
  const std::uint64_t version = session_->views().config.version;
  const auto kind = session_->selection().kind;
  const bool rates = kind == Selection::Kind::Node || kind == Selection::Kind::Service || kind == Selection::Kind::Edge;
  const bool due = !inspected_.isValid() || inspected_.elapsed() > 1000;
  const QWidget* focus = QApplication::focusWidget();
  const bool in_use = inspector_->underMouse() || (focus && inspector_->isAncestorOf(focus));
  const bool settings = kind == Selection::Kind::ConfigKey || (kind == Selection::Kind::Step && !in_use);
  if ((version != inspected_version_ && settings) || (rates && due && !in_use)) show_selection();
}

void MainWindow::show_selection() {
  // What the user picked may lie over the panel; what a panel chose by itself may not.
  if (touched_.isValid() && touched_.elapsed() < 250) overlay_ = true;
  inspected_.start();
  inspected_version_ = session_->views().config.version;
  if (inspector_->pinned()) return;
  InspectorView* view = nullptr;
  // The panel in front knows best; any other that can explain the thing is next.
  std::vector<Panel*> order;
  if (Panel* p = panel(current_)) order.push_back(p);
  if (session_->selection().kind != Selection::Kind::None)
    for (auto& [id, p] : panels_)
      if (id != current_) order.push_back(p);
  for (Panel* p : order) {
    view = qobject_cast<InspectorView*>(p->make_inspector(session_->selection(), nullptr));
    if (view) break;
  }
  inspector_->show_view(view);
  arrange();
}

void MainWindow::arrange() {
  const bool narrow = width() < size::kNarrowBelow;
  if (narrow != narrow_) {
    narrow_ = narrow;
    rail_->set_narrow(narrow);
  }
  auto* line = static_cast<QHBoxLayout*>(middle_->layout());
  const bool show = narrow ? overlay_ && inspector_->has_view() : inspector_wanted_;
  if (narrow) {
    line->removeWidget(inspector_);
    line->itemAt(2)->spacerItem()->changeSize(0, 0);
    line->invalidate();
    inspector_->setVisible(show);
    inspector_->setGeometry(middle_->width() - size::kInspector - gap::kM, 0, size::kInspector, middle_->height());
    inspector_->raise();
  } else {
    line->itemAt(2)->spacerItem()->changeSize(show ? gap::kM : 0, 0);
    if (line->indexOf(inspector_) < 0) line->addWidget(inspector_);
    line->invalidate();
    inspector_->setVisible(show);
  }
}

// Home shows the drawer; elsewhere the room belongs to the panel until the user says otherwise.
void MainWindow::set_drawer(bool visible) {
  drawers_[current_] = visible;
  drawer_->setVisible(visible);
}

void MainWindow::show_drawer(int tab) {
  constexpr int kRoom = 240;
  set_drawer(true);
  drawer_->show_tab(Drawer::Tab(tab));
  if (const int all = split_->height(); drawer_->height() < kRoom) split_->setSizes({all - kRoom - split_->handleWidth(), kRoom});
}

void MainWindow::set_inspector(bool visible) {
  overlay_ = visible;
  if (!narrow_ || visible) inspector_wanted_ = visible;
  arrange();
}

double MainWindow::frame_p99_ms() const {
  const std::size_t n = std::min(frame_count_, frames_.size());
  if (n == 0) return -1;
  std::vector<float> sorted(frames_.begin(), frames_.begin() + long(n));
  std::sort(sorted.begin(), sorted.end());
  return double(sorted[(n - 1) * 99 / 100]);
}

bool MainWindow::eventFilter(QObject* object, QEvent* event) {
  // A press inside the panel, be it of the mouse or of a plain key, is a pick.
  const auto type = event->type();
  const bool pressed = type == QEvent::MouseButtonPress || (type == QEvent::KeyPress && !(static_cast<QKeyEvent*>(event)->modifiers() & (Qt::ControlModifier | Qt::AltModifier)));
  if (const auto* widget = qobject_cast<QWidget*>(object); pressed && widget && stack_->isAncestorOf(widget)) touched_.start();
  return QMainWindow::eventFilter(object, event);
}

bool MainWindow::event(QEvent* event) {
  if (event->type() == QEvent::UpdateRequest) {  // the repaint of everything that changed
    QElapsedTimer timer;
    timer.start();
    const bool handled = QMainWindow::event(event);
    frames_[frame_count_++ % frames_.size()] = float(double(timer.nsecsElapsed()) / 1e6);
    return handled;
  }
  return QMainWindow::event(event);
}

// What no panel had a use for. Esc leaves a past run.
void MainWindow::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && session_->is_past())
    session_->show_run({});
  else
    QMainWindow::keyPressEvent(event);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
  QMainWindow::resizeEvent(event);
  if (auto* l = centralWidget() ? centralWidget()->layout() : nullptr) l->activate();
  arrange();
  if (palette_->isVisible()) palette_->open(QString());
  toasts_->place();
}

void MainWindow::closeEvent(QCloseEvent* event) {
  save_state();
  QMainWindow::closeEvent(event);
}

// ---------------------------------------------------------------- commands

void MainWindow::add_window_commands() {
  for (const PanelEntry& e : entries_)
    commands_->add({QStringLiteral("go.") + e.info.id, tr("Go to %1").arg(e.info.title), e.info.icon, QStringLiteral("Alt+") + e.info.key,
                    [this, id = e.info.id] { go(id); }, {}, {}});
  commands_->add({QStringLiteral("view.palette"), tr("Search or run a command"), QStringLiteral("search"), QStringLiteral("Ctrl+K"), [this] { palette_->open(); }, {}, {}});
  commands_->add({QStringLiteral("view.commands"), tr("Run a command"), QStringLiteral("command"), QStringLiteral("Ctrl+Shift+P"),
                  [this] { palette_->open(QStringLiteral(">")); }, {}, {}});
  commands_->add({QStringLiteral("view.help"), tr("Commands and shortcuts"), QStringLiteral("help"), QStringLiteral("F1"),
                  [this] { palette_->open(QStringLiteral(">")); }, {}, {}});
  commands_->add({QStringLiteral("view.drawer"), tr("Show or hide the drawer"), QStringLiteral("logs"), QStringLiteral("Ctrl+J"),
                  [this] { set_drawer(drawer_->isHidden()); }, {}, {}});
  commands_->add({QStringLiteral("view.inspector"), tr("Show or hide the inspector"), QStringLiteral("info"), QStringLiteral("Ctrl+I"),
                  [this] { set_inspector(!inspector_->isVisible()); }, {}, {}});
  commands_->add({QStringLiteral("view.theme"), tr("Switch between light and dark"), QStringLiteral("sun"), QStringLiteral("Ctrl+Shift+L"),
                  [] { theme().set_dark(!theme().dark()); }, {}, {}});
  commands_->add({QStringLiteral("view.problems"), tr("Show problems"), QStringLiteral("alert"), QStringLiteral("Ctrl+Shift+M"),
                  [this] { show_drawer(Drawer::Problems); }, {}, {}});
  commands_->add({QStringLiteral("view.tasks"), tr("Show tasks"), QStringLiteral("list"), {}, [this] { show_drawer(Drawer::Tasks); }, {}, {}});
  commands_->add({QStringLiteral("view.logs"), tr("Show the log tail"), QStringLiteral("logs"), QStringLiteral("Ctrl+Shift+J"), [this] { show_drawer(Drawer::Logs); }, {}, {}});
  commands_->add({QStringLiteral("view.events"), tr("Show events"), QStringLiteral("activity"), {}, [this] { show_drawer(Drawer::Events); }, {}, {}});
  const auto past = [this] { return session_->is_past(); };
  commands_->add({QStringLiteral("run.choose"), tr("Choose the run to show"), QStringLiteral("clock"), QStringLiteral("Ctrl+Shift+R"), [this] { open_run_menu(session_, top_->run()); }, {}, {}});
  commands_->add({QStringLiteral("run.live"), tr("Back to live"), QStringLiteral("activity"), {}, [this] { session_->show_run({}); }, past, {}});
  commands_->add({QStringLiteral("run.last"), tr("Show the last run"), QStringLiteral("clock"), {}, [this] { show_last_run(session_); }, {}, tr("the newest that is over, read only")});
  commands_->add({QStringLiteral("run.star"), tr("Star this run, or take the star away"), QStringLiteral("star"), {},
                  [this] { star_run(session_, session_->run_id(), !session_->views().run.info.starred); }, past, {}});
  commands_->add({QStringLiteral("run.delete"), tr("Delete this run"), QStringLiteral("trash"), {}, [this] { remove_run(session_, session_->run_id()); }, past, {}});
  commands_->add({QStringLiteral("run.clean"), tr("Clean: delete the runs without a star"), QStringLiteral("trash"), {}, [this] { clean_runs(session_); }, {}, {}});
  commands_->add({QStringLiteral("window.quit"), tr("Quit Slipway"), QStringLiteral("close"), QStringLiteral("Ctrl+Q"), [this] { close(); }, {}, {}});
}

void MainWindow::bind_shortcuts() {
  for (const Command& c : commands_->all()) {
    if (!window_wide(c.shortcut) || shortcuts_.count(c.shortcut)) continue;
    auto* action = new QAction(this);
    action->setShortcut(QKeySequence(c.shortcut));
    action->setShortcutContext(Qt::WindowShortcut);
    connect(action, &QAction::triggered, this, [this, keys = c.shortcut] { run_shortcut(keys); });
    addAction(action);
    shortcuts_[c.shortcut] = action;
  }
}

// Several panels may use one chord: that of the panel in front is meant, else the window's own, else the only one enabled.
void MainWindow::run_shortcut(const QString& keys) {
  const QString mine = current_ + QLatin1Char('.');
  const Command* pick = nullptr;
  for (const Command& c : commands_->all()) {
    if (c.shortcut != keys || !c.is_enabled()) continue;
    if (c.id.startsWith(mine)) {
      pick = &c;
      break;
    }
    if (!pick) pick = &c;
  }
  if (pick) commands_->run(pick->id);
}

}  // namespace app
