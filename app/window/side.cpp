#include "app/window/side.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QScrollArea>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "panels/kit/icons.h"
#include "panels/kit/table.h"

namespace app {

using namespace panels::kit;

namespace {
QString q(const std::string& s) { return QString::fromStdString(s); }
QString clock_text(std::int64_t wall_ns) {
  return QDateTime::fromMSecsSinceEpoch(wall_ns / 1'000'000, Qt::UTC).toString(QStringLiteral("HH:mm:ss.zzz"));
}
}  // namespace

// ---------------------------------------------------------------- inspector

Inspector::Inspector(QWidget* parent) : QFrame(parent) {
  setProperty("card", true);
  setFixedWidth(size::kInspector);
  setAccessibleName(tr("Inspector"));
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(1, 1, 1, 1);
  all->setSpacing(0);
  auto* head = new QWidget(this);
  head->setFixedHeight(size::kInspectorHeader - 1);
  auto* line = new QHBoxLayout(head);
  line->setContentsMargins(gap::kL, 0, gap::kM, 0);
  line->setSpacing(gap::kXs);
  icon_ = new IconLabel(QStringLiteral("info"), Token::Acc, 18);
  line->addWidget(icon_);
  line->addSpacing(gap::kXs);
  auto* words = new QVBoxLayout;
  words->setSpacing(0);
  words->addStretch(1);
  caption_ = label({}, Type::Caption, Token::Tx2);
  title_ = label({}, Type::Strong);
  for (QLabel* l : {caption_, title_}) l->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  words->addWidget(caption_);
  words->addWidget(title_);
  words->addStretch(1);
  line->addLayout(words, 1);
  pin_ = icon_button(QStringLiteral("pin"), tr("Keep this in the inspector"), {}, head);
  pin_->setCheckable(true);
  close_ = icon_button(QStringLiteral("close"), tr("Close the inspector"), QStringLiteral("Ctrl+I"), head);
  connect(close_, &QToolButton::clicked, this, &Inspector::close_requested);
  line->addWidget(pin_);
  line->addWidget(close_);
  all->addWidget(head);
  all->addWidget(hairline(this));
  scroll_ = new QScrollArea(this);
  scroll_->setWidgetResizable(true);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setFocusPolicy(Qt::NoFocus);
  scroll_->viewport()->setAutoFillBackground(false);
  all->addWidget(scroll_, 1);
  foot_ = new QWidget(this);
  auto* foot = new QVBoxLayout(foot_);
  foot->setContentsMargins(0, 0, 0, 0);
  foot->setSpacing(0);
  foot->addWidget(hairline(foot_));
  foot_layout_ = new QHBoxLayout;
  foot_layout_->setContentsMargins(gap::kL, gap::kL, gap::kL, gap::kL);
  foot_layout_->setSpacing(gap::kM);
  foot->addLayout(foot_layout_);
  all->addWidget(foot_);
  show_view(nullptr);
}

bool Inspector::pinned() const { return pin_->isChecked(); }

void Inspector::show_view(InspectorView* view) {
  while (QLayoutItem* item = foot_layout_->takeAt(0)) {
    if (item->widget()) item->widget()->hide(), item->widget()->deleteLater();
    delete item;
  }
  view_ = view;
  if (!view) {
    icon_->set(QStringLiteral("info"), Token::Tx3);
    caption_->setText(tr("Inspector"));
    title_->setText(tr("Nothing selected"));
    auto* empty = new EmptyState(QStringLiteral("target"), tr("Whatever you select is explained here: a service, a middleware step, a setting, a request, a span."));
    empty->setProperty("scrolled", true);
    scroll_->setWidget(empty);
    foot_->hide();
    return;
  }
  icon_->set(view->icon_name(), Token::Acc);
  caption_->setText(view->caption());
  title_->setText(view->title());
  title_->setToolTip(view->title());
  title_->setFont(theme().font(view->mono_title() ? Type::MonoStrong : Type::Strong));
  scroll_->setWidget(view);
  for (QPushButton* action : view->actions()) foot_layout_->addWidget(action);
  foot_layout_->addStretch(1);
  foot_->setVisible(!view->actions().empty());
}

// ---------------------------------------------------------------- drawer

std::vector<Problem> problems_of(const Views& v) {
  std::vector<Problem> out;
  for (const auto& s : v.services)
    if (s.state == workbench::host::ServiceState::Failed)
      out.push_back({q(s.instance), q(s.error), QStringLiteral("services"), {Selection::Kind::Service, q(s.instance), {}}, true});
  for (const auto& p : v.config.problems) out.push_back({QCoreApplication::translate("Drawer", "config"), q(p), QStringLiteral("config"), {}, true});
  if (v.load.progress && !v.load.progress->honesty.empty())
    out.push_back({QCoreApplication::translate("Drawer", "load"), q(v.load.progress->honesty), QStringLiteral("load"), {}, false});
  if (v.totals.recorder.dropped > 0)
    out.push_back({QCoreApplication::translate("Drawer", "recorder"),
                   QCoreApplication::translate("Drawer", "%1 traces did not fit the rings and were dropped").arg(v.totals.recorder.dropped), QStringLiteral("traces"), {}, false});
  return out;
}

class Drawer::EventModel final : public TableModel {
 public:
  explicit EventModel(QObject* parent)
      : TableModel({{tr("Time"), 116}, {QString(), 32}, {tr("Who"), 104}, {tr("What"), 0}}, parent) {}
  void set(const std::vector<workbench::recorder::Event>& events) {
    std::vector<QString> keys;
    for (const auto& e : events) keys.push_back(QStringLiteral("%1/%2").arg(e.wall_ns).arg(q(e.text)));
    replace_rows(std::move(keys), [&] { events_ = events; });
  }

 protected:
  Cell cell(int row, int column) const override {
    const auto& e = events_[std::size_t(row)];
    using Level = workbench::recorder::Event::Level;
    switch (column) {
      case 0: return Cell::mono(clock_text(e.wall_ns), Token::Tx2);
      case 1: {
        Cell c;
        c.kind = Cell::Kind::Icon;
        c.icon = e.level == Level::Error ? QStringLiteral("error") : e.level == Level::Warning ? QStringLiteral("warning")
                 : e.kind == "config"    ? QStringLiteral("sliders") : e.kind == "load" ? QStringLiteral("load") : QStringLiteral("play");
        c.icon_token = e.level == Level::Error ? Token::Err : e.level == Level::Warning ? Token::Warn : e.kind == "config" ? Token::Acc : Token::Ok;
        c.text = e.level == Level::Error ? tr("error") : e.level == Level::Warning ? tr("warning") : q(e.kind);
        return c;
      }
      case 2: return Cell::plain(q(e.subject));
      default: {
        Cell c = Cell::mono(q(e.text), Token::Tx2);
        c.tooltip = c.text;
        return c;
      }
    }
  }

 private:
  std::vector<workbench::recorder::Event> events_;
};

class Drawer::ProblemModel final : public TableModel {
 public:
  explicit ProblemModel(QObject* parent) : TableModel({{QString(), 40}, {tr("Where"), 116}, {tr("What"), 0}}, parent) {}
  void set(std::vector<Problem> problems) {
    std::vector<QString> keys;
    for (const auto& p : problems) keys.push_back(p.where + QLatin1Char('/') + p.text);
    replace_rows(std::move(keys), [&] { problems_ = std::move(problems); });
  }
  const Problem& at(int row) const { return problems_[std::size_t(row)]; }

 protected:
  Cell cell(int row, int column) const override {
    const Problem& p = problems_[std::size_t(row)];
    if (column == 1) return Cell::plain(p.where);
    if (column == 2) {
      Cell c = Cell::mono(p.text, Token::Tx2);
      c.tooltip = p.text;
      return c;
    }
    Cell c;
    c.kind = Cell::Kind::Icon, c.icon = p.error ? QStringLiteral("error") : QStringLiteral("warning"), c.icon_token = p.error ? Token::Err : Token::Warn;
    c.text = p.error ? tr("error") : tr("warning");
    return c;
  }

 private:
  std::vector<Problem> problems_;
};

class Drawer::TaskModel final : public TableModel {
 public:
  explicit TaskModel(QObject* parent)
      : TableModel({{tr("State"), 108}, {tr("Task"), 280}, {tr("Took"), 88, Qt::AlignRight}, {tr("Note"), 0}, {QString(), 40}}, parent) {}
  void set(const std::vector<Task>& tasks) {
    std::vector<QString> keys;
    for (const auto& t : tasks) keys.push_back(QString::number(t.id));
    replace_rows(std::move(keys), [&] { tasks_ = tasks; });
  }
  const Task& at(int row) const { return tasks_[std::size_t(row)]; }

 protected:
  Cell cell(int row, int column) const override {
    const Task& t = tasks_[std::size_t(row)];
    const bool over = t.state != Task::State::Waiting && t.state != Task::State::Running;
    switch (column) {
      case 0: {
        static const std::pair<const char*, Token> kStates[] = {
            {QT_TRANSLATE_NOOP("Drawer", "Waiting"), Token::Tx2}, {QT_TRANSLATE_NOOP("Drawer", "Running"), Token::Acc},
            {QT_TRANSLATE_NOOP("Drawer", "Done"), Token::Ok},     {QT_TRANSLATE_NOOP("Drawer", "Failed"), Token::Err},
            {QT_TRANSLATE_NOOP("Drawer", "Cancelled"), Token::Tx2}};
        const auto& [name, token] = kStates[int(t.state)];
        return Cell::of_tags({{QCoreApplication::translate("Drawer", name), token, {}, true, false, true}});
      }
      case 1: return Cell::plain(t.name);
      case 2: return Cell::number(over ? tr("%1 ms").arg(t.ended_ms - t.started_ms) : QString());
      case 3: {
        if (!t.error.isEmpty()) return Cell::mono(t.error, Token::Err);
        const double share = t.control ? t.control->progress() : -1;
        QString note = t.control ? q(t.control->note()) : QString();
        if (!over && share >= 0) note = tr("%1 %  %2").arg(share * 100, 0, 'f', 0).arg(note);
        return Cell::mono(note, Token::Tx2);
      }
      default: {
        Cell c;
        c.kind = Cell::Kind::Icon, c.icon = over ? QString() : QStringLiteral("close"), c.text = over ? QString() : tr("cancel"), c.tooltip = over ? QString() : tr("Cancel");
        return c;
      }
    }
  }

 private:
  std::vector<Task> tasks_;
};

Drawer::Drawer(Session* session, QWidget* parent) : QFrame(parent), session_(session) {
  setProperty("card", true);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(1, 1, 1, 1);
  all->setSpacing(0);
  tabs_ = new TabStrip(tr("Drawer"), this);
  tabs_->add(tr("Events"));
  tabs_->add(tr("Problems"));
  tabs_->add(tr("Tasks"));
  auto* head = new QHBoxLayout;
  head->setContentsMargins(0, 0, gap::kM, 0);
  head->addWidget(tabs_);
  head->addStretch(1);
  head->addWidget(new KeyCap(QStringLiteral("Ctrl+J")));
  auto* close = icon_button(QStringLiteral("chevron-down"), tr("Close the drawer"), QStringLiteral("Ctrl+J"), this);
  connect(close, &QToolButton::clicked, this, &Drawer::close_requested);
  head->addWidget(close);
  all->addLayout(head);
  all->addWidget(hairline(this));
  pages_ = new QStackedWidget(this);
  all->addWidget(pages_, 1);
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
  auto* problems = table(tr("Problems"), problems_, tr("Nothing is wrong."));
  auto* tasks = table(tr("Tasks"), tasks_, tr("What you start runs here, with its progress and a way to cancel it."));
  auto go = [this](const QString& key) {
    if (const int row = problems_->row_of(key); row >= 0) session_->open(problems_->at(row).panel, problems_->at(row).selection);
  };
  connect(problems, &TableView::key_activated, this, go);
  connect(tasks, &TableView::cell_clicked, this, [this](const QModelIndex& index) {
    if (index.column() == 4) session_->cancel_task(tasks_->at(index.row()).id);
  });
  connect(tabs_, &TabStrip::changed, pages_, &QStackedWidget::setCurrentIndex);
  connect(session, &Session::tasks_changed, this, &Drawer::show_views);
  show_views();
}

void Drawer::show_views() {
  const Views& v = session_->views();
  events_->set(v.events);
  auto problems = problems_of(v);
  const int n = int(problems.size());
  problems_->set(std::move(problems));
  tabs_->set_count(Problems, n ? QString::number(n) : QString(), n ? Token::Err : Token::Tx3, n > 0);
  tasks_->set(session_->tasks());
  const auto running = std::count_if(session_->tasks().begin(), session_->tasks().end(),
                                     [](const Task& t) { return t.state == Task::State::Running || t.state == Task::State::Waiting; });
  tabs_->set_count(Tasks, running ? QString::number(running) : QString());
}

void Drawer::show_tab(Tab tab) { tabs_->set_current(tab); }

// ---------------------------------------------------------------- toasts

Toasts::Toasts(QWidget* window) : QObject(window), window_(window) {}

void Toasts::raise(const Toast& toast) {
  auto* box = new QFrame(window_);
  box->setProperty("floating", true);
  box->setAccessibleName(toast.text);
  auto* line = new QHBoxLayout(box);
  line->setContentsMargins(gap::kL, gap::kM, gap::kM, gap::kM);
  line->setSpacing(gap::kM);
  line->addWidget(new IconLabel(toast.error ? QStringLiteral("error") : QStringLiteral("check-circle"), toast.error ? Token::Err : Token::Ok));
  auto* text = label(toast.text);
  text->setWordWrap(true);
  text->setMinimumWidth(std::min(360, QFontMetrics(theme().font(Type::Body)).horizontalAdvance(toast.text) + 4));
  text->setMaximumWidth(420);
  line->addWidget(text, 1);
  if (!toast.action.isEmpty()) {
    auto* act = button(toast.action);
    connect(act, &QPushButton::clicked, box, [box, run = toast.on_action] {
      box->deleteLater();
      if (run) run();
    });
    line->addWidget(act);
  }
  auto* close = icon_button(QStringLiteral("close"), tr("Dismiss"));
  connect(close, &QToolButton::clicked, box, &QWidget::deleteLater);
  line->addWidget(close);
  connect(box, &QObject::destroyed, this, [this] { QTimer::singleShot(0, this, &Toasts::place); });
  QTimer::singleShot(toast.action.isEmpty() && !toast.error ? 4000 : 8000, box, &QWidget::deleteLater);
  shown_.push_back(box);
  while (shown_.size() > 3) {
    if (shown_.front()) shown_.front()->deleteLater();
    shown_.erase(shown_.begin());
  }
  box->show();
  place();
}

void Toasts::place() {
  shown_.erase(std::remove_if(shown_.begin(), shown_.end(), [](const auto& w) { return w.isNull(); }), shown_.end());
  int y = window_->height() - size::kStatusBar - gap::kL;
  for (auto it = shown_.rbegin(); it != shown_.rend(); ++it) {
    (*it)->adjustSize();
    y -= (*it)->height();
    (*it)->move(window_->width() - (*it)->width() - gap::kXl, y);
    (*it)->raise();
    y -= gap::kM;
  }
}

}  // namespace app
