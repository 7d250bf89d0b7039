#include "app/window/chrome.h"

#include <QApplication>
#include <QClipboard>
#include <QDateTime>
#include <QDesktopServices>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QUrl>
#include <QVBoxLayout>

#include "app/window/runs.h"
#include "panels/kit/icons.h"
#include "panels/kit/widgets.h"

namespace app {

using namespace panels::kit;

QString compact(double n) {
  if (n >= 999'500) return QStringLiteral("%1M").arg(n / 1e6, 0, 'f', n >= 9'950'000 || std::abs(n / 1e6 - std::round(n / 1e6)) < 0.05 ? 0 : 1);
  if (n >= 10'000) return QStringLiteral("%1k").arg(n / 1e3, 0, 'f', 0);
  const QString whole = QString::number(qint64(std::llround(n)));
  return whole.size() > 3 ? whole.left(whole.size() - 3) + QLatin1Char(' ') + whole.right(3) : whole;
}

QString uptime_text(std::int64_t ns) {
  const std::int64_t s = ns / 1'000'000'000;
  if (s < 60) return QStringLiteral("%1s").arg(s);
  if (s < 3600) return QStringLiteral("%1m %2s").arg(s / 60).arg(s % 60, 2, 10, QLatin1Char('0'));
  return QStringLiteral("%1h %2m").arg(s / 3600).arg(s / 60 % 60, 2, 10, QLatin1Char('0'));
}

namespace {

// "traces kept  [==    ]  306k / 1M"
class KeptMeter final : public QWidget {
 public:
  KeptMeter(Session* session, QWidget* parent) : QWidget(parent), session_(session) { setFixedSize(224, 28); }

 protected:
  void paintEvent(QPaintEvent*) override {
    const auto& counts = session_->views().totals.recorder;
    QPainter p(this);
    const double capacity = counts.trace_capacity ? double(counts.trace_capacity) : 1;
    const QString kept = compact(double(counts.traces_kept)), all = compact(double(counts.trace_capacity));
    QFontMetrics mono(theme().font(Type::Dense));
    int x = width();
    x -= mono.horizontalAdvance(QStringLiteral(" / ") + all);
    paint_text(p, QRect(x, 0, width() - x, height()), QStringLiteral(" / ") + all, Type::Dense, theme().color(Token::Tx3));
    x -= mono.horizontalAdvance(kept);
    paint_text(p, QRect(x, 0, 80, height()), kept, Type::Dense, theme().color(Token::Tx));
    const QRect bar(x - gap::kM - 56, height() / 2 - 2, 56, 4);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(Qt::NoPen);
    p.setBrush(theme().color(Token::Bg3));
    p.drawRoundedRect(bar, 2, 2);
    p.setBrush(theme().color(Token::Tx2));
    p.drawRoundedRect(QRectF(bar.left(), bar.top(), bar.width() * std::min(1.0, double(counts.traces_kept) / capacity), 4), 2, 2);
    paint_text(p, QRect(0, 0, bar.left() - gap::kM, height()), QCoreApplication::translate("TopBar", "traces kept"), Type::Caption,
               theme().color(Token::Tx2), Qt::AlignRight);
  }

 private:
  Session* session_;
};

// Looks like the search field it opens.
class Omnibox final : public QPushButton {
 public:
  explicit Omnibox(QWidget* parent) : QPushButton(parent) {
    setProperty("input", true);
    setAccessibleName(QCoreApplication::translate("TopBar", "Search or run a command"));
    setToolTip(QCoreApplication::translate("TopBar", "Search or run a command  (Ctrl+K)"));
    setCursor(Qt::IBeamCursor);
  }

 protected:
  void paintEvent(QPaintEvent* event) override {
    QPushButton::paintEvent(event);
    QPainter p(this);
    paint_icon(p, QStringLiteral("search"), theme().color(Token::Tx2), QRectF(9, (height() - 16) / 2, 16, 16));
    const QString keys = QStringLiteral("Ctrl+K");
    const int w = QFontMetrics(theme().font(Type::Dense)).horizontalAdvance(keys) + gap::kL;
    const QRect cap(width() - w - 6, (height() - 18) / 2, w, 18);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(theme().color(Token::Line));
    p.setBrush(theme().color(Token::Bg1));
    p.drawRoundedRect(QRectF(cap).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    paint_text(p, cap, keys, Type::Dense, theme().color(Token::Tx2), Qt::AlignHCenter);
    paint_text(p, QRect(33, 0, cap.left() - 41, height()),
               QCoreApplication::translate("TopBar", "Search, paste a cURL line, or type > for commands"), Type::Body, theme().color(Token::Tx3));
  }
};

class RunButton final : public QPushButton {
 public:
  RunButton(Session* session, QWidget* parent) : QPushButton(parent), session_(session) {}
  QSize sizeHint() const override {
    return {QFontMetrics(theme().font(Type::Dense)).horizontalAdvance(detail()) + 96, 28};
  }
  // "12m 41s" of the run going on, "Nov 22 14:21, 25m 03s" of a past one.
  QString detail() const {
    const Views& v = session_->views();
    if (!session_->is_past()) return v.wall_ns > 0 ? uptime_text(v.wall_ns - v.run_started_ns) : QString();
    return session_->is_loading() || !v.run.error.empty() ? QString::fromStdString(session_->run_id()) : run_name(v.run.info, QDateTime::currentMSecsSinceEpoch() * 1'000'000);
  }

 protected:
  void paintEvent(QPaintEvent* event) override {
    QPushButton::paintEvent(event);
    const bool past = session_->is_past();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(Qt::NoPen);
    p.setBrush(theme().color(past ? Token::Warn : session_->views().totals.running > 0 ? Token::Ok : Token::Tx3));
    p.drawEllipse(QRectF(11, (height() - 7) / 2.0, 7, 7));
    int x = 26;
    x += paint_text(p, QRect(x, 0, 60, height()), past ? QCoreApplication::translate("TopBar", "Past") : QCoreApplication::translate("TopBar", "Live"), Type::Medium, theme().color(Token::Tx)) + gap::kM;
    paint_text(p, QRect(x, 0, width() - x - 24, height()), detail(), Type::Dense, theme().color(Token::Tx2));
    paint_icon(p, QStringLiteral("chevron-down"), theme().color(Token::Tx2), QRectF(width() - 24, (height() - 14) / 2, 14, 14));
  }

 private:
  Session* session_;
};

class WorkspaceButton final : public QPushButton {
 public:
  WorkspaceButton(Session* session, QWidget* parent) : QPushButton(parent), session_(session) {
    setProperty("plain", true);
  }

 protected:
  void paintEvent(QPaintEvent* event) override {
    QPushButton::paintEvent(event);
    QPainter p(this);
    paint_icon(p, QStringLiteral("logo"), theme().color(Token::Acc), QRectF(7, (height() - 20) / 2, 20, 20));
    paint_icon(p, QStringLiteral("chevrons"), theme().color(Token::Tx2), QRectF(width() - 20, (height() - 14) / 2, 14, 14));
    paint_text(p, QRect(33, 0, width() - 55, height()), QString::fromStdString(session_->views().workspace), Type::Strong, theme().color(Token::Tx));
  }

 private:
  Session* session_;
};

class Bell final : public QToolButton {
 public:
  using QToolButton::QToolButton;
  int count = 0;

 protected:
  void paintEvent(QPaintEvent* event) override {
    QToolButton::paintEvent(event);
    if (count == 0) return;
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(Qt::NoPen);
    p.setBrush(theme().color(Token::Err));
    const QString text = count > 9 ? QStringLiteral("9+") : QString::number(count);
    p.drawEllipse(QRectF(14, 1, 14, 14));
    p.setFont(theme().font(Type::Axis));
    p.setPen(theme().color(Token::Bg0));
    p.drawText(QRect(14, 1, 14, 14), Qt::AlignCenter, text);
  }
};

}  // namespace

// ---------------------------------------------------------------- top bar

TopBar::TopBar(Session* session, CommandTable* commands, QWidget* parent) : QWidget(parent), session_(session) {
  setObjectName(QStringLiteral("topbar"));
  setFixedHeight(size::kTopBar);
  workspace_ = new WorkspaceButton(session, this);
  workspace_->setAccessibleName(tr("Workspace"));
  workspace_->setFixedSize(128, 28);
  connect(workspace_, &QPushButton::clicked, this, [this] {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString folder = QString::fromStdString(session_->views().folder);
    menu->addAction(icon(QStringLiteral("folder-open")), tr("Reveal folder"), this, [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    menu->addAction(icon(QStringLiteral("copy")), tr("Copy path"), this, [folder] { QApplication::clipboard()->setText(folder); });
    menu->popup(workspace_->mapToGlobal(QPoint(0, workspace_->height() + 2)));
  });
  run_ = new RunButton(session, this);
  run_->setAccessibleName(tr("Run"));
  run_->setToolTip(tr("Which run the panels show"));
  connect(run_, &QPushButton::clicked, this, [this] { open_run_menu(session_, run_); });
  omnibox_ = new Omnibox(this);
  omnibox_->setFixedHeight(30);
  connect(omnibox_, &QPushButton::clicked, this, &TopBar::omnibox_clicked);
  kept_ = new KeptMeter(session, this);
  auto* bell = new Bell(this);
  bell_ = bell;
  bell_->setIcon(icon(QStringLiteral("bell")));
  bell_->setFocusPolicy(Qt::TabFocus);
  bell_->setFixedSize(28, 28);
  bell_->setIconSize({18, 18});
  bell_->setAccessibleName(tr("Problems"));
  connect(bell_, &QToolButton::clicked, this, &TopBar::problems_clicked);
  theme_ = icon_button(theme().dark() ? QStringLiteral("sun") : QStringLiteral("moon"), tr("Light or dark"), QStringLiteral("Ctrl+Shift+L"), this);
  theme_->setIconSize({18, 18});
  connect(theme_, &QToolButton::clicked, commands, [commands] { commands->run(QStringLiteral("view.theme")); });
  connect(&theme(), &Theme::changed, theme_, [this] { theme_->setIcon(icon(theme().dark() ? QStringLiteral("sun") : QStringLiteral("moon"))); });
  help_ = icon_button(QStringLiteral("help"), tr("Commands and shortcuts"), QStringLiteral("F1"), this);
  help_->setIconSize({18, 18});
  connect(help_, &QToolButton::clicked, commands, [commands] { commands->run(QStringLiteral("view.help")); });
  show_views();
}

void TopBar::show_views() {
  const Views& v = session_->views();
  workspace_->setToolTip(QString::fromStdString(v.folder));
  const auto& c = v.totals.recorder;
  kept_->setToolTip(tr("%1 traces kept of %2, %3 MiB").arg(c.traces_kept).arg(c.trace_capacity).arg(c.bytes >> 20));
  kept_->setAccessibleName(kept_->toolTip());
  const int wanted = run_->sizeHint().width();
  if (run_->width() != wanted) run_->resize(wanted, 28);
  run_->update();
  kept_->update();
  workspace_->update();
}

QWidget* TopBar::run() const { return run_; }

void TopBar::set_problems(int count) {
  static_cast<Bell*>(bell_)->count = problems_ = count;
  bell_->setToolTip(count == 0 ? tr("No problems") : plural(count, tr("problem"), tr("problems")));
  bell_->update();
}

void TopBar::resizeEvent(QResizeEvent*) {
  const int y = (height() - 28) / 2;
  workspace_->move(8, y);
  run_->setGeometry(144, y, run_->sizeHint().width(), 28);
  int x = width() - 12 - 28;
  for (QWidget* w : {static_cast<QWidget*>(help_), static_cast<QWidget*>(theme_), static_cast<QWidget*>(bell_)}) {
    w->move(x, y);
    x -= 28 + gap::kM;
  }
  kept_->move(x - kept_->width() + 20, y);
  const int free_left = run_->geometry().right() + gap::kL, free_right = kept_->x() - gap::kL;
  int w = std::min(520, free_right - free_left);
  int left = (width() - w) / 2;
  if (left < free_left) left = free_left;
  if (left + w > free_right) left = free_right - w;
  omnibox_->setGeometry(left, (height() - 30) / 2, w, 30);
}

void TopBar::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), theme().color(Token::Bg0));
}

// ---------------------------------------------------------------- rail

RailButton::RailButton(const PanelInfo& info, QWidget* parent) : QAbstractButton(parent), info_(info) {
  setCheckable(true);
  setAutoExclusive(false);
  setAccessibleName(info.title);
  setToolTip(tr("%1  (Alt+%2)").arg(info.title, info.key));
  setFocusPolicy(Qt::TabFocus);
  setAttribute(Qt::WA_Hover);
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}
void RailButton::set_narrow(bool narrow) { narrow_ = narrow, updateGeometry(), update(); }
QSize RailButton::sizeHint() const { return narrow_ ? QSize(60, 44) : QSize(120, 30); }

void RailButton::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.setRenderHint(QPainter::Antialiasing);
  const bool on = isChecked();
  if (on || underMouse()) {
    p.setPen(Qt::NoPen);
    p.setBrush(theme().color(on ? Token::Sel : Token::Bg2));
    p.drawRoundedRect(rect(), 6, 6);
  }
  const QColor ink = theme().color(on ? Token::Acc : Token::Tx2), text = theme().color(on ? Token::Tx : Token::Tx2);
  if (narrow_) {
    paint_icon(p, info_.icon, ink, QRectF((width() - 18) / 2, 5, 18, 18));
    paint_text(p, QRect(0, 23, width(), 18), info_.title, Type::Caption, text, Qt::AlignHCenter);
  } else {
    paint_icon(p, info_.icon, ink, QRectF(9, (height() - 18) / 2, 18, 18));
    paint_text(p, QRect(36, 0, width() - 56, height()), info_.title, on ? Type::Strong : Type::Body, text);
    paint_text(p, QRect(width() - 24, 0, 15, height()), info_.key, Type::Axis, theme().color(on ? Token::Tx2 : Token::Tx3), Qt::AlignRight);
  }
  if (hasFocus()) {
    p.setPen(QPen(theme().color(Token::Acc), 2));
    p.setBrush(Qt::NoBrush);
    p.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
  }
}

FirstSteps first_steps(const Views& v, int comparisons) {
  auto changed = [&](auto what) { return std::any_of(v.history.begin(), v.history.end(), what); };
  const bool sent = !v.exchanges.empty();
  const bool traced = !v.traces.empty();
  const bool configured = changed([](const auto& c) { return c.who == "window"; });
  const bool undone = changed([](const auto& c) { return c.who == "undo"; });
  const bool loaded = v.load.progress != nullptr;
  const bool balanced = changed([](const auto& c) { return c.key.find("balancer") != std::string::npos; });
  const bool compared = comparisons > 0 || !v.reports.empty();
  FirstSteps s;
  const std::pair<bool, QString> steps[] = {{sent, QCoreApplication::translate("FirstSteps", "Send a request (Alt+3, Ctrl+Enter)")},
                                            {traced, QCoreApplication::translate("FirstSteps", "Look at its trace (Alt+4)")},
                                            {configured, QCoreApplication::translate("FirstSteps", "Change a setting live (Alt+2)")},
                                            {undone, QCoreApplication::translate("FirstSteps", "Undo it (Ctrl+Z in Config)")},
                                            {loaded, QCoreApplication::translate("FirstSteps", "Run a load (Alt+9)")},
                                            {balanced, QCoreApplication::translate("FirstSteps", "Switch a balancer under load (Alt+7)")},
                                            {compared, QCoreApplication::translate("FirstSteps", "Compare two designs (Alt+0)")}};
  for (const auto& [done, words] : steps) {
    s.done += done;
    if (!done && s.next.isEmpty()) s.next = words;
  }
  return s;
}

class Rail::Steps final : public QWidget {
 public:
  explicit Steps(QWidget* parent) : QWidget(parent) { setFixedHeight(40); }
  FirstSteps steps;
  bool narrow = false;

 protected:
  void paintEvent(QPaintEvent*) override {
    QPainter p(this);
    const QRect line(8, 0, width() - 16, 22);
    const QString figure = QStringLiteral("%1 / 7").arg(steps.done);
    if (!narrow) paint_text(p, line, QCoreApplication::translate("Rail", "First steps"), Type::Caption, theme().color(Token::Tx2));
    paint_text(p, line, figure, Type::Dense, theme().color(Token::Tx2), narrow ? Qt::AlignHCenter : Qt::AlignRight);
    const int n = 7, each = (line.width() - (n - 1) * 3) / n;
    for (int i = 0; i < n; ++i)
      p.fillRect(QRect(line.left() + i * (each + 3), 26, each, 3), theme().color(i < steps.done ? Token::Acc : Token::Line));
  }
};

Rail::Rail(Session* session, const std::vector<PanelInfo>& panels, QWidget* parent) : QWidget(parent), session_(session) {
  setObjectName(QStringLiteral("rail"));
  setAccessibleName(tr("Panels"));
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(gap::kM, 0, gap::kM, gap::kXs);
  all->setSpacing(2);
  const std::pair<Group, QString> groups[] = {{Group::Build, tr("BUILD")}, {Group::Watch, tr("WATCH")}, {Group::Prove, tr("PROVE")}, {Group::Learn, tr("LEARN")}};
  for (const auto& [group, name] : groups) {
    if (std::none_of(panels.begin(), panels.end(), [g = group](const PanelInfo& p) { return p.group == g; })) continue;
    auto* caption = label(name, Type::Caption, Token::Tx2);
    caption->setFixedHeight(28);
    caption->setContentsMargins(gap::kM, gap::kXs, 0, 0);
    captions_.push_back(caption);
    all->addWidget(caption);
    for (const PanelInfo& info : panels) {
      if (info.group != group) continue;
      auto* b = new RailButton(info, this);
      connect(b, &QAbstractButton::clicked, this, [this, b, id = info.id] {
        b->setChecked(true);
        Q_EMIT chosen(id);
      });
      buttons_.emplace_back(info.id, b);
      all->addWidget(b);
    }
  }
  all->addStretch(1);
  steps_ = new Steps(this);
  all->addWidget(steps_);
  connect(&theme(), &Theme::changed, this, [this] { update(); });
  set_narrow(false);
  show_views();
}

void Rail::set_narrow(bool narrow) {
  setFixedWidth(narrow ? size::kRailNarrow : size::kRail);
  for (auto& [id, b] : buttons_) b->set_narrow(narrow);
  for (QLabel* c : captions_) c->setAlignment(narrow ? Qt::AlignCenter : Qt::AlignLeft | Qt::AlignVCenter), c->setContentsMargins(narrow ? 0 : gap::kM, gap::kXs, 0, 0);
  layout()->setContentsMargins(narrow ? gap::kS : gap::kM, 0, narrow ? gap::kS : gap::kM, gap::kXs);
  steps_->narrow = narrow;
}

void Rail::set_current(const QString& panel) {
  for (auto& [id, b] : buttons_) b->setChecked(id == panel);
}

void Rail::show_views() {
  steps_->steps = first_steps(session_->views(), session_->comparisons());
  steps_->setToolTip(steps_->steps.next.isEmpty() ? tr("All seven done") : tr("Next: %1").arg(steps_->steps.next));
  steps_->setAccessibleName(tr("First steps: %1 of 7").arg(steps_->steps.done));
  steps_->update();
}

// ---------------------------------------------------------------- status bar

StatusBar::StatusBar(Session* session, QWidget* parent) : QWidget(parent), session_(session) {
  setObjectName(QStringLiteral("statusbar"));
  setFixedHeight(size::kStatusBar);
  show_views();
}

std::vector<StatusBar::Figure> StatusBar::left() const {
  const auto& t = session_->views().totals;
  const bool all = t.running == t.services, resting = t.running == 0 && t.requests_per_s == 0;
  std::vector<Figure> f;
  if (session_->is_past()) f.push_back({tr("past run, as it ended"), {}, Token::Warn, QStringLiteral("clock")});
  f.push_back({tr("services"), QStringLiteral("%1/%2").arg(t.running).arg(t.services), Token::Tx,
               session_->is_past() ? QString() : t.services == 0 || resting ? QStringLiteral("info") : all ? QStringLiteral("check-circle") : QStringLiteral("alert")});
  f.push_back({tr("requests"), tr("%1 /s").arg(compact(t.requests_per_s))});
  if (!t.entry_service.empty())
    f.push_back({tr("p99 at %1").arg(QString::fromStdString(t.entry_service)),
                 t.p99_ns > 0 ? tr("%1 ms").arg(double(t.p99_ns) / 1e6, 0, 'f', 1) : QStringLiteral("-")});
  f.push_back({tr("errors"), tr("%1 /s").arg(compact(t.errors_per_s)), t.errors_per_s > 0 ? Token::Err : Token::Tx});
  return f;
}

std::vector<StatusBar::Figure> StatusBar::right() const {
  const Views& v = session_->views();
  const auto& c = v.totals.recorder;
  bool loopback = true;
  for (const auto& s : v.services) {
    const std::string& a = s.address;
    loopback = loopback && (a.empty() || a.rfind("127.", 0) == 0 || a.rfind("[::1]", 0) == 0 || a.rfind("localhost", 0) == 0);
  }
  std::vector<Figure> f;
  f.push_back(loopback ? Figure{tr("loopback only, offline"), {}, Token::Tx, QStringLiteral("shield-check")}
                       : Figure{tr("open to the network"), {}, Token::Warn, QStringLiteral("globe")});
  f.push_back({tr("traces dropped"), compact(double(c.dropped)), c.dropped > 0 ? Token::Warn : Token::Tx});
  f.push_back({tr("sampled"), c.sampling >= 1 ? tr("none") : tr("%1 %").arg(c.sampling * 100, 0, 'f', c.sampling < 0.1 ? 1 : 0),
               c.sampling >= 1 ? Token::Tx : Token::Warn});
  f.push_back({tr("RSS"), tr("%1 MB").arg(v.totals.rss_bytes >> 20)});
  if (frame_p99_ms_ >= 0) f.push_back({tr("frame p99"), tr("%1 ms").arg(frame_p99_ms_, 0, 'f', frame_p99_ms_ < 10 ? 1 : 0)});
  return f;
}

void StatusBar::show_views() {
  QStringList words;
  for (const auto& list : {left(), right()})
    for (const Figure& f : list) words << (f.value.isEmpty() ? f.name : f.name + QLatin1Char(' ') + f.value);
  setAccessibleName(words.join(QStringLiteral(", ")));
  setToolTip(tr("Dropped: traces that did not fit the recorder. Sampled: share of calls kept by head sampling; errors and the slowest are always kept."));
  update();
}

void StatusBar::set_frame_p99(double ms) { frame_p99_ms_ = ms, update(); }

void StatusBar::paintEvent(QPaintEvent*) {
  QPainter p(this);
  p.fillRect(rect(), theme().color(Token::Bg0));
  auto width_of = [](const Figure& f) {
    int w = QFontMetrics(theme().font(Type::Caption)).horizontalAdvance(f.name);
    if (!f.value.isEmpty()) w += gap::kS + QFontMetrics(theme().font(Type::Dense)).horizontalAdvance(f.value);
    if (!f.icon.isEmpty()) w += 14 + gap::kS;
    return w;
  };
  auto draw = [&](const Figure& f, int x) {
    const QRect r(x, 0, width(), height());
    if (!f.icon.isEmpty()) {
      const Token t = f.icon == QStringLiteral("check-circle") ? Token::Ok : f.icon == QStringLiteral("alert") ? Token::Err
                      : f.token == Token::Warn ? Token::Warn : Token::Tx2;
      paint_icon(p, f.icon, theme().color(t), QRectF(x, (height() - 14) / 2, 14, 14));
      x += 14 + gap::kS;
    }
    x += paint_text(p, r.translated(x - r.left(), 0), f.name, Type::Caption, theme().color(Token::Tx2)) + gap::kS;
    if (!f.value.isEmpty()) paint_text(p, QRect(x, 0, width(), height()), f.value, Type::Dense, theme().color(f.token));
  };
  int x = gap::kXl;
  for (const Figure& f : left()) draw(f, x), x += width_of(f) + 20;
  int end = width() - gap::kXl;
  const auto figures = right();
  for (auto f = figures.rbegin(); f != figures.rend(); ++f) {
    end -= width_of(*f);
    if (end < x) break;
    draw(*f, end);
    end -= 20;
  }
}

}  // namespace app
