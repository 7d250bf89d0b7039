#include "app/window/drawer.h"

#include <gtest/gtest.h>

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include "app/window/drawer_models.h"
#include "app/window/window.h"
#include "panels/kit/log_list.h"
#include "panels/kit/place.h"
#include "panels/kit/tabs.h"

namespace app {
namespace {

using namespace panels::kit;
using slipway::telemetry::LogLine;
using Severity = slipway::telemetry::Level;

workbench::host::LogTail tail_of(int count, std::uint64_t total) {
  std::vector<LogLine> lines;
  for (int i = 0; i < count; ++i) {
    LogLine l;
    l.wall_ns = 1'000'000'000LL * (count - i);
    l.level = i % 4 == 0 ? Severity::Error : i % 4 == 1 ? Severity::Warning : i % 4 == 2 ? Severity::Info : Severity::Debug;
    l.logger = i % 2 ? "orders" : "gateway";
    l.text = "line " + std::to_string(i);
    l.fields = {{"operation", slipway::Value("POST /orders")}};
    lines.push_back(std::move(l));
  }
  return {total, std::make_shared<const std::vector<LogLine>>(std::move(lines))};
}

TEST(LogModel, FiltersByLevelSourceAndWords) {
  LogModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  const auto tail = tail_of(40, 40);
  model.set(tail, {});
  EXPECT_EQ(model.rowCount(), 40);
  model.set(tail, {Severity::Warning, {}, {}});
  EXPECT_EQ(model.rowCount(), 20);
  model.set(tail, {Severity::Debug, QStringLiteral("orders"), {}});
  EXPECT_EQ(model.rowCount(), 20);
  model.set(tail, {Severity::Debug, {}, QStringLiteral("post line 39")});
  EXPECT_EQ(model.rowCount(), 1);
  EXPECT_EQ(model.at(0).text, "line 39");
}

TEST(LogModel, ALineKeepsItsKeyWhenNewerOnesCome) {
  LogModel model;
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.set(tail_of(5, 5), {});
  const QString newest = model.key(0);
  model.set(tail_of(7, 7), {});
  EXPECT_EQ(model.row_of(newest), 2);
}

TEST(LogTail, SaysWhatWasDropped) {
  EXPECT_EQ(tail_of(5, 12).dropped(), 7u);
  EXPECT_EQ(workbench::host::LogTail().dropped(), 0u);
}

TEST(LogList, StandsStillOnceTouchedAndFollowsAgain) {
  Session session(sample_story());
  LogList list(&session, nullptr);
  list.resize(900, 120);
  list.show();
  ASSERT_TRUE(list.follows());
  ASSERT_GT(list.model()->rowCount(), 10);
  QTest::mouseClick(list.table()->viewport(), Qt::LeftButton, {}, list.table()->visualRect(list.model()->index(1, 0)).center());
  EXPECT_FALSE(list.follows());
  QTest::keyClick(list.table(), Qt::Key_Escape);
  EXPECT_TRUE(list.follows());
  EXPECT_FALSE(list.table()->currentIndex().isValid());
  list.table()->verticalScrollBar()->setValue(60);
  EXPECT_FALSE(list.follows());
  list.table()->verticalScrollBar()->setValue(0);
  EXPECT_TRUE(list.follows());
}

TEST(LogList, ALineLeadsToItsTrace) {
  Session session(sample_story());
  LogList list(&session, nullptr);
  list.show();
  QSignalSpy opened(&session, &Session::open_requested);
  list.table()->select_key(list.model()->key(0));
  QTest::keyClick(list.table(), Qt::Key_Return);
  ASSERT_EQ(opened.count(), 1);
  EXPECT_EQ(opened[0][0].toString(), QStringLiteral("traces"));
  EXPECT_EQ(session.selection().kind, Selection::Kind::Trace);
}

TEST(LogList, FilteredEmptyIsNotNeverAny) {
  Session session(sample_story());
  LogList list(&session, nullptr);
  list.show();
  list.tools()->findChild<QLineEdit*>()->setText(QStringLiteral("nothing has this"));
  EXPECT_EQ(list.model()->rowCount(), 0);
  Session none(empty_story());
  LogList empty(&none, nullptr);
  EXPECT_EQ(empty.model()->rowCount(), 0);
}

TEST(Place, IsReadFromTheFrontOfAnError) {
  const Place p = place_of(QStringLiteral("config/service.toml:14:3: http.timeout: \"2x\" is not a duration"));
  EXPECT_EQ(p.file, QStringLiteral("config/service.toml"));
  EXPECT_EQ(p.line, 14);
  EXPECT_EQ(p.column, 3);
  EXPECT_EQ(p.rest, QStringLiteral("http.timeout: \"2x\" is not a duration"));
  EXPECT_EQ(place_text(p), QStringLiteral("config/service.toml:14:3"));
  EXPECT_TRUE(place_of(QStringLiteral("the port is taken")).file.isEmpty());
  EXPECT_EQ(place_of(QStringLiteral("services/a.yaml:7")).line, 7);
}

TEST(Problems, ARejectedDocumentLeadsToItsLine) {
  Story story = sample_story();
  story.views.services.clear();
  story.views.config.problems = {"config/service.toml:7:8: rate: \"many\" is not a whole number\nservices/orders.yaml:28:19: call: there is no service princing"};
  Session session(std::move(story));
  Drawer drawer(&session, nullptr);
  drawer.resize(900, 200);
  drawer.show();
  drawer.show_tab(Drawer::Problems);
  ASSERT_EQ(drawer.problems()->model()->rowCount(), 2);
  EXPECT_EQ(drawer.problems()->model()->index(0, 1).data().toString(), QStringLiteral("config/service.toml:7:8"));
  QSignalSpy opened(&session, &Session::open_requested);
  drawer.problems()->setCurrentIndex(drawer.problems()->model()->index(1, 1));
  QTest::keyClick(drawer.problems(), Qt::Key_Return);
  ASSERT_EQ(opened.count(), 1);
  EXPECT_EQ(opened[0][0].toString(), QStringLiteral("config"));
  EXPECT_EQ(session.selection().id, QStringLiteral("services/orders.yaml:28:19"));
}

TEST(Tasks, ALoadUnderWayIsOneWithItsProgressAndItsCancel) {
  TaskModel model(nullptr);
  QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  Story story = sample_story();
  story.views.load.running = true;
  Task done;
  done.id = 3, done.name = QStringLiteral("Export"), done.state = Task::State::Done, done.started_ms = 1000, done.ended_ms = 1250;
  model.set({done}, story.views.load, 5000);
  ASSERT_EQ(model.rowCount(), 2);
  EXPECT_EQ(model.running(), 1);
  EXPECT_FALSE(model.over(0));
  EXPECT_FALSE(model.index(0, TaskModel::Cancel).data().toString().isEmpty());
  EXPECT_TRUE(model.index(0, TaskModel::Progress).data().toString().contains(QLatin1Char('%')));
  EXPECT_TRUE(model.index(1, TaskModel::Cancel).data().toString().isEmpty());
  EXPECT_EQ(model.index(1, TaskModel::Took).data().toString(), QStringLiteral("250 ms"));
}

}  // namespace
}  // namespace app
