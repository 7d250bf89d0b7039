// Past runs in the window: chosen from the run selector, shown as they were and read only, left by Esc; kept, starred and deleted.
#include <gtest/gtest.h>

#include <QAction>
#include <QApplication>
#include <QElapsedTimer>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include "app/window/runs.h"
#include "app/window/window.h"
#include "panels/traces/traces_panel.h"
#include "workbench/host/host.h"
#include "workbench/workspace/load.h"

namespace app {
namespace {

using namespace panels::kit;
using workbench::recorder::RunInfo;

RunInfo run_of(const std::string& id, std::int64_t started_s, std::uint64_t requests, bool starred = false) {
  RunInfo run;
  run.id = id, run.started_ns = started_s * 1'000'000'000, run.ended_ns = run.started_ns + 125'000'000'000;
  run.state = RunInfo::State::Closed, run.requests = requests, run.starred = starred, run.bytes = 2'000'000;
  return run;
}

TEST(RunMenu, ListsEachRunWithWhatCleanWouldDelete) {
  Session session(sample_story());
  RunInfo now = run_of("20261124-120000-0001", 1'795'000'000, 7);
  now.state = RunInfo::State::Recording;
  RunInfo broken = run_of("20261122-120000-0004", 0, 0);
  broken.problem = "written by a newer Slipway";
  RunInfo cut = run_of("20261123-120000-0003", 1'794'900'000, 1'284'310);
  cut.state = RunInfo::State::Cut;
  const std::unique_ptr<QMenu> menu(make_run_menu(&session, {now, run_of("20261123-130000-0002", 1'794'910'000, 1, true), cut, broken}, nullptr));
  QStringList texts, tips;
  for (const QAction* a : menu->actions()) texts << a->text(), tips << a->toolTip();
  ASSERT_EQ(texts.size(), 8) << texts.join(QLatin1Char('|')).toStdString();   // live, line, three runs, line, size, clean
  EXPECT_EQ(texts[0], QStringLiteral("Live"));
  EXPECT_TRUE(texts[2].endsWith(QStringLiteral(", 2m 05s\t1 request"))) << texts[2].toStdString();
  EXPECT_TRUE(texts[3].endsWith(QStringLiteral(", 2m 05s\t1 284 310 requests"))) << texts[3].toStdString();
  EXPECT_TRUE(tips[3].contains(QStringLiteral("ended without closing it"))) << tips[3].toStdString();
  EXPECT_EQ(texts[4], QStringLiteral("20261122-120000-0004\tcannot be read"));
  EXPECT_TRUE(tips[4].contains(QStringLiteral("newer Slipway"))) << tips[4].toStdString();
  EXPECT_TRUE(texts[6].startsWith(QStringLiteral("8.0 MB on disk"))) << texts[6].toStdString();
  EXPECT_EQ(texts[7], QStringLiteral("Clean: delete 2 runs without a star…"));   // neither the starred nor the one going on
  EXPECT_TRUE(menu->actions()[7]->isEnabled());
}

TEST(RunMenu, WithoutPastRunsSaysSo) {
  Session session(sample_story());
  const std::unique_ptr<QMenu> menu(make_run_menu(&session, {}, nullptr));
  ASSERT_GE(menu->actions().size(), 3);
  EXPECT_FALSE(menu->actions()[2]->isEnabled());
  EXPECT_TRUE(menu->actions()[2]->text().contains(QStringLiteral("No past run yet")));
  EXPECT_FALSE(menu->actions().back()->isEnabled());
}

TEST(RunBarOfAStory, SaysWhatWasKeptAndWhatWasNot) {
  Session session(past_story());
  MainWindow window(&session, {});
  window.show();
  EXPECT_TRUE(window.run_bar()->isVisible());
  EXPECT_TRUE(window.run_bar()->words().contains(QStringLiteral("1 284 310 requests, 412 errors"))) << window.run_bar()->words().toStdString();
  EXPECT_TRUE(window.run_bar()->words().contains(QStringLiteral("partial: 12 480 of 306 000 traces kept"))) << window.run_bar()->words().toStdString();
}

TEST(RunBarOfAStory, ALiveWindowHasNone) {
  Session session(sample_story());
  MainWindow window(&session, {});
  window.show();
  EXPECT_FALSE(window.run_bar()->isVisible());
}

TEST(Loading, NothingThatHasNotComeIsShownAsEmpty) {
  Session session(loading_story());
  MainWindow window(&session, {});
  window.show();
  EXPECT_FALSE(window.panel(QStringLiteral("services"))->isVisible());
  Session there(empty_story());
  MainWindow loaded(&there, {});
  loaded.show();
  EXPECT_TRUE(loaded.panel(QStringLiteral("services"))->isVisible());
}

class PastRuns : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = root_.filePath(QStringLiteral("ws")).toStdString();
    ASSERT_TRUE(workbench::workspace::copy_sample(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/hello", folder_).ok());
  }
  void open() {
    workbench::host::HostOptions options;
    options.keep_ports = false;
    options.workers = 1;
    options.record = true;
    auto host = workbench::host::Host::open(folder_, options);
    ASSERT_TRUE(host.ok()) << host.error().to_string();
    host_ = host->get();
    session_ = Session::live(std::move(*host));
    window_ = std::make_unique<MainWindow>(session_.get(), QString());
    window_->show();
    ASSERT_TRUE(until([this] { return !session_->is_loading(); }));
  }
  void close() {
    window_.reset();
    session_.reset();
    host_ = nullptr;
  }
  bool until(const std::function<bool()>& holds) {
    QElapsedTimer limit;
    for (limit.start(); limit.elapsed() < 20'000;) {
      if (holds()) return true;
      QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 50);
    }
    return holds();
  }
  void send(int times) {
    for (int k = 0; k < times; ++k) {
      workbench::traffic::SavedRequest r;
      r.id = "test", r.url = "{{hello}}/hello/Ada";
      const auto sent = host_->expand(r);
      ASSERT_TRUE(sent.ok()) << sent.error().to_string();
      ASSERT_EQ(host_->send(*sent).status, 200);
    }
  }
  // Answers the question that comes next.
  void answer(bool yes) {
    QTimer::singleShot(0, qApp, [yes] {
      auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
      ASSERT_NE(box, nullptr);
      for (QAbstractButton* b : box->buttons())
        if ((box->buttonRole(b) == QMessageBox::DestructiveRole) == yes) return b->click();
    });
  }

  QTemporaryDir root_;
  std::string folder_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<MainWindow> window_;
  workbench::host::Host* host_ = nullptr;
};

TEST_F(PastRuns, AreShownAsTheyWereReadOnlyAndLeftByEsc) {
  open();
  send(5);
  ASSERT_TRUE(until([this] { return session_->views().traces.size() == 5; }));
  const std::string trace = session_->views().traces.front()->id;
  close();

  open();
  send(1);
  ASSERT_TRUE(until([this] { return session_->views().traces.size() == 1; }));
  EXPECT_TRUE(window_->commands().run(QStringLiteral("run.last")));
  ASSERT_TRUE(until([this] { return session_->is_past() && !session_->is_loading(); }));
  EXPECT_EQ(session_->views().run.error, "");
  EXPECT_TRUE(window_->run_bar()->isVisible());
  EXPECT_TRUE(window_->run_bar()->words().contains(QStringLiteral("5 requests"))) << window_->run_bar()->words().toStdString();
  ASSERT_EQ(session_->views().traces.size(), 5u);
  EXPECT_EQ(session_->views().traces.front()->id, trace);
  EXPECT_EQ(session_->views().services.size(), 1u);
  EXPECT_FALSE(session_->views().config.rows.empty());

  // A trace of it opens in the panel.
  window_->go(QStringLiteral("traces"));
  session_->open(QStringLiteral("traces"), {Selection::Kind::Trace, QString::fromStdString(trace), {}});
  auto* traces = static_cast<panels::traces::TracesPanel*>(window_->panel(QStringLiteral("traces")));
  ASSERT_TRUE(until([&] { return traces->current() && traces->current()->id == trace; }));

  // Nothing is changed behind it.
  QSignalSpy toasts(session_.get(), &Session::toast_raised);
  session_->act(QStringLiteral("Stop hello"), [](workbench::host::Host& h) { return h.stop("hello"); });
  ASSERT_TRUE(until([&] { return !toasts.empty(); }));
  const Toast refused = toasts.front().front().value<Toast>();
  EXPECT_TRUE(refused.error);
  EXPECT_TRUE(refused.text.contains(QStringLiteral("read only"))) << refused.text.toStdString();
  EXPECT_EQ(host_->services().front().state, workbench::host::ServiceState::Running);

  QTest::keyClick(window_.get(), Qt::Key_Escape);
  ASSERT_TRUE(until([this] { return !session_->is_past() && !session_->is_loading(); }));
  EXPECT_FALSE(window_->run_bar()->isVisible());
  EXPECT_EQ(session_->views().traces.size(), 1u);
}

TEST_F(PastRuns, StarredOnesOutliveClean) {
  for (int k = 0; k < 2; ++k) {
    open();
    send(1);
    close();
  }
  open();
  send(1);
  window_->commands().run(QStringLiteral("run.last"));
  ASSERT_TRUE(until([this] { return session_->is_past() && !session_->is_loading(); }));
  const std::string kept = session_->run_id();
  window_->run_bar()->star()->click();
  ASSERT_TRUE(until([this] { return session_->views().run.info.starred; }));
  EXPECT_EQ(window_->run_bar()->star()->text(), QStringLiteral("Starred"));

  answer(false);
  clean_runs(session_.get());
  EXPECT_EQ(host_->recordings().list().size(), 3u);
  answer(true);
  clean_runs(session_.get());
  ASSERT_TRUE(until([this] { return host_->recordings().list().size() == 2; }));   // the starred one, and the one being recorded
  EXPECT_FALSE(session_->is_past());

  session_->show_run(QString::fromStdString(kept));
  ASSERT_TRUE(until([this] { return !session_->is_loading(); }));
  answer(true);
  window_->run_bar()->remove()->click();
  ASSERT_TRUE(until([this] { return host_->recordings().list().size() == 1; }));
  EXPECT_FALSE(session_->is_past());
}

TEST_F(PastRuns, OneThatIsNotThereSaysWhyAndLeadsBack) {
  open();
  session_->show_run(QStringLiteral("20200101-000000-dead"));
  EXPECT_TRUE(session_->is_loading());
  ASSERT_TRUE(until([this] { return !session_->is_loading(); }));
  EXPECT_NE(session_->views().run.error, "");
  EXPECT_TRUE(window_->run_bar()->words().contains(QStringLiteral("cannot be shown"))) << window_->run_bar()->words().toStdString();
  window_->run_bar()->back()->click();
  ASSERT_TRUE(until([this] { return !session_->is_past() && !session_->is_loading(); }));
}

}  // namespace
}  // namespace app
