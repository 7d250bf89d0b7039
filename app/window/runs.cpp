#include "app/window/runs.h"

#include <QApplication>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QMessageBox>
#include <QPainter>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include "app/window/chrome.h"
#include "panels/kit/icons.h"
#include "panels/kit/sheet.h"
#include "panels/kit/states.h"
#include "panels/kit/widgets.h"
#include "workbench/host/host.h"

namespace app {

using namespace panels::kit;
using workbench::recorder::RunInfo;
using Runs = std::vector<RunInfo>;

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(Runs)
};

QString grouped(std::uint64_t n) {
  QString text = QString::number(n);
  for (auto at = text.size() - 3; at > 0; at -= 3) text.insert(at, QLatin1Char(' '));
  return text;
}
QString size_text(std::uint64_t bytes) { return QLocale::c().formattedDataSize(qint64(bytes), bytes < 10'000'000 ? 1 : 0, QLocale::DataSizeSIFormat); }

QString counted(std::uint64_t n, const QString& one, const QString& many) { return n == 1 ? one : many.arg(grouped(n)); }

QString figures_of(const RunInfo& run) {
  QString text = counted(run.requests, Words::tr("1 request"), Words::tr("%1 requests"));
  if (run.errors > 0) text += QStringLiteral(", ") + counted(run.errors, Words::tr("1 error"), Words::tr("%1 errors"));
  return text;
}

// What is not in the file, and why; empty when everything is.
QString caveat_of(const RunInfo& run) {
  QStringList parts;
  if (run.not_kept > 0) parts << Words::tr("partial: %1 of %2 traces kept").arg(grouped(run.traces), grouped(run.traces + run.not_kept));
  if (!run.stopped_writing.empty()) parts << Words::tr("recorded only to the moment when %1").arg(QString::fromStdString(run.stopped_writing));
  if (run.state == RunInfo::State::Cut) parts << Words::tr("its process ended without closing it");
  return parts.join(QStringLiteral("; "));
}

bool yes(const QString& question, const QString& action) {
  QMessageBox box(QMessageBox::Question, Words::tr("Slipway"), question, QMessageBox::NoButton, QApplication::activeWindow());
  auto* go = box.addButton(action, QMessageBox::DestructiveRole);
  box.setDefaultButton(box.addButton(QMessageBox::Cancel));
  box.exec();
  return box.clickedButton() == go;
}

void say(Session* session, const slipway::Status& status, const QString& done) {
  session->toast({status.ok() ? done : QString::fromStdString(status.error().to_string()), {}, {}, !status.ok()});
}

}  // namespace

QString run_name(const RunInfo& run, qint64 now_ns) {
  const QDateTime at = QDateTime::fromMSecsSinceEpoch(run.started_ns / 1'000'000);
  const bool today = at.date() == QDateTime::fromMSecsSinceEpoch(now_ns / 1'000'000).date();
  return QStringLiteral("%1, %2").arg(today ? at.toString(QStringLiteral("HH:mm")) : QLocale::c().toString(at, QStringLiteral("MMM d HH:mm")),
                                      uptime_text(std::max<std::int64_t>(0, run.ended_ns - run.started_ns)));
}

// ---------------------------------------------------------------- bar

RunBar::RunBar(Session* session, QWidget* parent) : QFrame(parent), session_(session) {
  setProperty("card", true);
  auto* line = new QHBoxLayout(this);
  line->setContentsMargins(gap::kL, gap::kS, gap::kM, gap::kS);
  line->setSpacing(gap::kM);
  icon_ = new IconLabel(QStringLiteral("clock"), Token::Warn, 18);
  title_ = label({}, Type::Strong);
  figures_ = label({}, Type::Body, Token::Tx2);
  caveat_ = label({}, Type::Body, Token::Warn);
  caveat_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  star_ = button(tr("Star"), QStringLiteral("star"));
  remove_ = button(tr("Delete"), QStringLiteral("trash"));
  back_ = primary_button(tr("Back to live"), QStringLiteral("activity"), QStringLiteral("Esc"));
  line->addWidget(icon_);
  line->addWidget(title_);
  line->addWidget(figures_);
  line->addWidget(caveat_, 1);
  for (QPushButton* b : {star_, remove_, back_}) line->addWidget(b);
  connect(back_, &QPushButton::clicked, session, [session] { session->show_run({}); });
  connect(star_, &QPushButton::clicked, this, [this] { star_run(session_, session_->run_id(), !session_->views().run.info.starred); });
  connect(remove_, &QPushButton::clicked, this, [this] { remove_run(session_, session_->run_id()); });
  show_views();
}

void RunBar::show_views() {
  const RunView& run = session_->views().run;
  setVisible(session_->is_past());
  if (!session_->is_past()) return;
  const bool loading = session_->is_loading(), broken = !loading && !run.error.empty();
  icon_->set(broken ? QStringLiteral("error") : QStringLiteral("clock"), broken ? Token::Err : Token::Warn);
  title_->setText(loading  ? tr("Opening run %1").arg(QString::fromStdString(session_->run_id()))
                  : broken ? tr("Run %1 cannot be shown").arg(QString::fromStdString(run.id))
                           : tr("Past run, %1").arg(run_name(run.info, QDateTime::currentMSecsSinceEpoch() * 1'000'000)));
  figures_->setText(loading || broken ? QString() : figures_of(run.info));
  caveat_words_ = loading ? QString() : broken ? QString::fromStdString(run.error) : caveat_of(run.info);
  caveat_->setToolTip(caveat_words_);
  elide();
  set_tone(caveat_, broken ? Token::Err : Token::Warn);
  star_->setText(run.info.starred ? tr("Starred") : tr("Star"));
  star_->setToolTip(run.info.starred ? tr("Starred runs are kept. Take the star away") : tr("Keep this run: starred ones are never cleaned away"));
  star_->setVisible(!loading && !broken);
  remove_->setVisible(!loading);
  remove_->setToolTip(tr("Delete this run, %1 on disk").arg(size_text(run.info.bytes)));
  setAccessibleName(words());
}

QString RunBar::words() const {
  QStringList parts{title_->text()};
  for (const QString& text : {figures_->text(), caveat_words_})
    if (!text.isEmpty()) parts << text;
  return parts.join(QStringLiteral("; "));
}

void RunBar::elide() { caveat_->setText(caveat_->fontMetrics().elidedText(caveat_words_, Qt::ElideRight, caveat_->width())); }

void RunBar::resizeEvent(QResizeEvent* event) {
  QFrame::resizeEvent(event);
  layout()->activate();
  elide();
}

RunFrame::RunFrame(QWidget* framed, QWidget* parent) : QWidget(parent), framed_(framed) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setFocusPolicy(Qt::NoFocus);
  hide();
  framed->installEventFilter(this);
}

bool RunFrame::eventFilter(QObject* object, QEvent* event) {
  if (object == framed_ && (event->type() == QEvent::Resize || event->type() == QEvent::Move)) lay_over();
  return QWidget::eventFilter(object, event);
}

void RunFrame::lay_over() {
  setGeometry(framed_->geometry().adjusted(-3, -3, 3, 3) & parentWidget()->rect());
  setMask(QRegion(rect()).subtracted(rect().adjusted(2, 2, -2, -2)));  // what is inside repaints without it
  raise();
}

void RunFrame::paintEvent(QPaintEvent*) { QPainter(this).fillRect(rect(), theme().color(Token::Warn)); }

LoadingPage::LoadingPage(Session* session, QWidget* parent) : QWidget(parent), session_(session) {
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  sheet_ = new Sheet(this);
  words_ = new EmptyState(QStringLiteral("clock"), {}, sheet_);
  sheet_->body()->addWidget(words_, 1);
  all->addWidget(sheet_);
}

void LoadingPage::show_views() {
  const Views& v = session_->views();
  sheet_->set_title(v.wall_ns == 0 ? tr("Reading the workspace") : session_->is_past() ? tr("Opening the run") : tr("Going back to live"));
  words_->set_sentence(v.wall_ns == 0 ? tr("Reading the files of this workspace.") : session_->is_past() ? tr("Reading run %1.").arg(QString::fromStdString(session_->run_id())) : tr("Reading what runs now."));
}

void LoadingPage::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  sheet_->set_busy(true);
  if (!session_->is_live()) return;
  words_->hide();
  QTimer::singleShot(150, words_, &QWidget::show);
}

// ---------------------------------------------------------------- menu

void open_run_menu(Session* session, QWidget* under) {
  session->look<Runs>(
      Words::tr("List the runs"), [](Backend& backend) -> slipway::Result<Runs> { return backend.host().recordings().list(); },
      [session, under = QPointer<QWidget>(under)](slipway::Result<Runs> runs) {
        if (!under) return;
        QMenu* menu = make_run_menu(session, runs.ok() ? *runs : Runs(), under);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->popup(under->mapToGlobal(QPoint(0, under->height() + 2)));
      });
}

QMenu* make_run_menu(Session* session, const Runs& runs, QWidget* parent) {
  auto* menu = new QMenu(parent);
  menu->setAccessibleName(Words::tr("Runs of this workspace"));
  const auto mark = [](bool on, bool starred) { return on ? icon(QStringLiteral("check")) : starred ? icon(QStringLiteral("star")) : QIcon(); };
  menu->addAction(mark(!session->is_past(), false), Words::tr("Live"), session, [session] { session->show_run({}); });
  menu->addSeparator();
  std::uint64_t bytes = 0, loose_bytes = 0;
  int loose = 0, over = 0;
  const qint64 now = QDateTime::currentMSecsSinceEpoch() * 1'000'000;
  for (const RunInfo& run : runs) {
    bytes += run.bytes;
    if (run.state == RunInfo::State::Recording) continue;
    ++over;
    if (!run.starred) ++loose, loose_bytes += run.bytes;
    const QString caveat = run.problem.empty() ? caveat_of(run) : QString::fromStdString(run.problem);
    const QString name = run.problem.empty() ? run_name(run, now) + QLatin1Char('\t') + figures_of(run) : QString::fromStdString(run.id) + QLatin1Char('\t') + Words::tr("cannot be read");
    auto* action = menu->addAction(mark(run.id == session->run_id(), run.starred), name, session,
                                   [session, id = QString::fromStdString(run.id)] { session->show_run(id); });
    action->setToolTip(caveat.isEmpty() ? size_text(run.bytes) : QStringLiteral("%1; %2").arg(size_text(run.bytes), caveat));
  }
  menu->setToolTipsVisible(true);
  if (over == 0) menu->addAction(Words::tr("No past run yet: this one is kept when the window closes"))->setEnabled(false);
  menu->addSeparator();
  menu->addAction(Words::tr("%1 on disk; the newest 20 are kept, and all starred ones").arg(size_text(bytes)))->setEnabled(false);
  auto* clean = menu->addAction(icon(QStringLiteral("trash")), Words::tr("Clean: delete %1…").arg(counted(std::uint64_t(loose), Words::tr("1 run without a star"), Words::tr("%1 runs without a star"))),
                                session, [session] { clean_runs(session); });
  clean->setEnabled(loose > 0);
  clean->setToolTip(size_text(loose_bytes));
  return menu;
}

// ---------------------------------------------------------------- actions

void show_last_run(Session* session) {
  session->look<Runs>(
      Words::tr("Find the last run"), [](Backend& backend) -> slipway::Result<Runs> { return backend.host().recordings().list(); },
      [session](slipway::Result<Runs> runs) {
        for (const RunInfo& run : runs.ok() ? *runs : Runs())
          if (run.state != RunInfo::State::Recording) return session->show_run(QString::fromStdString(run.id));
        session->toast({Words::tr("There is no past run yet: this one is kept when the window closes"), {}, {}, false});
      });
}

void star_run(Session* session, std::string id, bool starred) {
  session->look<void>(
      starred ? Words::tr("Star the run") : Words::tr("Take the star from the run"), [id, starred](Backend& backend) { return backend.host().recordings().star(id, starred); },
      [session, starred](slipway::Status status) {
        say(session, status, starred ? Words::tr("The run is kept until its star is taken away") : Words::tr("The run is kept while it is among the newest 20"));
        session->read_run_again();
      });
}

void remove_run(Session* session, std::string id) {
  const RunInfo& run = session->views().run.info;
  const QString name = run.id == id ? run_name(run, QDateTime::currentMSecsSinceEpoch() * 1'000'000) : QString::fromStdString(id);
  if (!yes(Words::tr("Delete the run of %1? Its traces, events and logs are gone then.").arg(name), Words::tr("Delete"))) return;
  session->show_run({});
  session->look<void>(
      Words::tr("Delete the run"), [id](Backend& backend) { return backend.host().recordings().remove(id); },
      [session, name](slipway::Status status) { say(session, status, Words::tr("Deleted the run of %1").arg(name)); });
}

void clean_runs(Session* session) {
  if (!yes(Words::tr("Delete every past run without a star? Their traces, events and logs are gone then."), Words::tr("Delete them"))) return;
  session->show_run({});
  session->look<workbench::recorder::RunFolder::Freed>(
      Words::tr("Clean the runs"), [](Backend& backend) { return backend.host().recordings().clean(); },
      [session](slipway::Result<workbench::recorder::RunFolder::Freed> freed) {
        session->toast({freed.ok() ? Words::tr("Deleted %1, %2").arg(counted(freed->runs, Words::tr("1 run"), Words::tr("%1 runs")), size_text(freed->bytes))
                                   : QString::fromStdString(freed.error().to_string()), {}, {}, !freed.ok()});
      });
}

}  // namespace app
