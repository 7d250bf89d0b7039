#include "app/window/window.h"

#include <gtest/gtest.h>

#include <QAccessible>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>
#include <set>

#include "app/window/chrome.h"
#include "app/window/drawer.h"
#include "app/window/palette.h"
#include "app/window/side.h"

namespace app {
namespace {

using namespace panels::kit;

struct Shown {
  explicit Shown(Story story = sample_story(), QSize size = {1600, 900}, QString state = {}) : session(std::move(story)), window(&session, std::move(state)) {
    window.resize(size);
    window.show();
    QCoreApplication::processEvents();
  }
  Session session;
  MainWindow window;
};

TEST(Window, EveryControlThatTakesTheFocusHasAName) {
  for (const bool empty : {false, true}) {
    Shown s(empty ? empty_story() : sample_story());
    for (const PanelEntry& entry : s.window.panels()) {
      s.window.go(entry.info.id);
      s.window.panel(entry.info.id)->show_example();
      QCoreApplication::processEvents();
      for (QWidget* w : s.window.findChildren<QWidget*>()) {
        if (w->focusPolicy() == Qt::NoFocus || !w->isVisible() || w->objectName().startsWith(QStringLiteral("qt_"))) continue;
        if (auto* l = qobject_cast<QLabel*>(w); l && l->text().isEmpty()) continue;
        QAccessibleInterface* i = QAccessible::queryAccessibleInterface(w);
        ASSERT_NE(i, nullptr);
        EXPECT_FALSE(i->text(QAccessible::Name).isEmpty())
            << w->metaObject()->className() << " in " << entry.info.id.toStdString() << " at " << w->mapTo(&s.window, QPoint()).x() << "," << w->mapTo(&s.window, QPoint()).y();
      }
    }
  }
}

TEST(Window, EveryPanelIsOneChordAway) {
  Shown s;
  for (const PanelEntry& entry : s.window.panels()) {
    ASSERT_TRUE(s.window.commands().run(QStringLiteral("go.") + entry.info.id));
    EXPECT_EQ(s.window.current_panel(), entry.info.id);
    const Command* c = s.window.commands().find(QStringLiteral("go.") + entry.info.id);
    EXPECT_EQ(c->shortcut, QStringLiteral("Alt+") + entry.info.key);
  }
}

TEST(Window, IdsOfCommandsAreUniqueAndTitled) {
  Shown s;
  std::set<QString> ids;
  for (const Command& c : s.window.commands().all()) {
    EXPECT_TRUE(ids.insert(c.id).second) << c.id.toStdString();
    EXPECT_FALSE(c.title.isEmpty()) << c.id.toStdString();
  }
}

TEST(Window, NothingIsCutOffAtTheSmallSize) {
  Shown s(sample_story(), {1280, 800});
  for (const PanelEntry& entry : s.window.panels()) {
    s.window.go(entry.info.id);
    QCoreApplication::processEvents();
    EXPECT_EQ(s.window.size(), QSize(1280, 800)) << entry.info.id.toStdString() << " asks for more room";
  }
}

TEST(Window, TheInspectorOverlaysWhenTheWindowIsNarrow) {
  Shown s(sample_story(), {1280, 800});
  EXPECT_FALSE(s.window.inspector()->isVisible());
  s.session.open(QStringLiteral("config"), {Selection::Kind::ConfigKey, QStringLiteral("log.level"), {}});
  QCoreApplication::processEvents();
  EXPECT_TRUE(s.window.inspector()->isVisible());
  EXPECT_EQ(s.window.inspector()->width(), 320);
}

TEST(Window, TheOverlayGoesWithItsPanelAndOnlyComesWhenAskedFor) {
  Shown s(sample_story(), {1280, 800});
  s.session.open(QStringLiteral("config"), {Selection::Kind::ConfigKey, QStringLiteral("log.level"), {}});
  EXPECT_TRUE(s.window.inspector()->isVisible());
  s.window.go(QStringLiteral("load"));
  EXPECT_FALSE(s.window.inspector()->isVisible());
  s.session.select({Selection::Kind::ConfigKey, QStringLiteral("gateway.rate_limit.rate"), {}});  // nobody pressed anything
  EXPECT_FALSE(s.window.inspector()->isVisible());
  EXPECT_TRUE(s.window.commands().run(QStringLiteral("view.inspector")));
  EXPECT_TRUE(s.window.inspector()->isVisible());
}

TEST(Window, SelectingAKeyExplainsItInTheInspector) {
  Shown s;
  s.session.select({Selection::Kind::ConfigKey, QStringLiteral("log.level"), {}});
  ASSERT_NE(s.window.inspector()->view(), nullptr);
  EXPECT_EQ(s.window.inspector()->view()->title(), QStringLiteral("log.level"));
}

TEST(Window, OpensAsItWasLeft) {
  QTemporaryDir folder;
  const QString file = folder.filePath(QStringLiteral(".slipway/window.json"));
  {
    Shown s(sample_story(), {1400, 820}, file);
    s.window.go(QStringLiteral("config"));
    s.window.close();
  }
  Session session(sample_story());
  MainWindow again(&session, file);
  EXPECT_EQ(again.current_panel(), QStringLiteral("config"));
  EXPECT_EQ(again.size(), QSize(1400, 820));
}

TEST(Window, AStateFileOfAnotherVersionIsIgnored) {
  QTemporaryDir folder;
  const QString path = folder.filePath(QStringLiteral("window.json"));
  QFile file(path);
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  file.write("{\"version\": 99, \"panel\": \"config\"}");
  file.close();
  Session session(sample_story());
  MainWindow window(&session, path);
  EXPECT_EQ(window.current_panel(), QStringLiteral("services"));
}

TEST(Palette, LettersMustComeInOrderAndRunsWin) {
  std::vector<int> at;
  EXPECT_GT(match_score(QStringLiteral("rate"), QStringLiteral("gateway.rate_limit.rate"), &at), 0);
  EXPECT_EQ(at, (std::vector<int>{8, 9, 10, 11}));
  EXPECT_EQ(match_score(QStringLiteral("etar"), QStringLiteral("rate")), 0);
  EXPECT_GT(match_score(QStringLiteral("rate"), QStringLiteral("rate")), match_score(QStringLiteral("rate"), QStringLiteral("moderate")));
  EXPECT_GT(match_score(QStringLiteral("sas"), QStringLiteral("Start all services")), 0);
}

TEST(Palette, ListsOnlyWhatCanBeDone) {
  Shown s(empty_story());
  std::vector<PanelInfo> infos;
  for (const auto& e : s.window.panels()) infos.push_back(e.info);
  for (const auto& e : palette_entries(QStringLiteral(">services"), s.session, s.window.commands(), infos))
    EXPECT_NE(e.title, QStringLiteral("Stop all services"));
}

TEST(Palette, TypingAndEnterGoesThere) {
  Shown s;
  ASSERT_TRUE(s.window.commands().run(QStringLiteral("view.palette")));
  ASSERT_TRUE(s.window.palette_view()->isVisible());
  QTest::keyClicks(s.window.palette_view()->field(), QStringLiteral("rate_limit.rate"));
  ASSERT_FALSE(s.window.palette_view()->entries().empty());
  QTest::keyClick(s.window.palette_view()->field(), Qt::Key_Return);
  EXPECT_FALSE(s.window.palette_view()->isVisible());
  EXPECT_EQ(s.window.current_panel(), QStringLiteral("config"));
  EXPECT_EQ(s.session.selection().id, QStringLiteral("gateway.rate_limit.rate"));
}

TEST(Palette, APastedCurlLineBecomesARequest) {
  Shown s;
  const auto entries = palette_entries(QStringLiteral("curl -X POST http://127.0.0.1:8080/orders"), s.session, s.window.commands(), {});
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].title, QStringLiteral("Make a request of it"));
}

TEST(Problems, AFailedServiceIsOne) {
  const auto problems = problems_of(sample_story().views);
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].where, QStringLiteral("pricing-3"));
  EXPECT_TRUE(problems_of(empty_story().views).empty());
}

TEST(Toasts, AtMostThreeStand) {
  Shown s;
  for (int i = 0; i < 5; ++i) s.session.toast({QStringLiteral("toast %1").arg(i), {}, {}, false});
  EXPECT_LE(s.window.toasts()->count(), 3);
}

TEST(FirstSteps, CountsWhatTheRunHasSeen) {
  EXPECT_EQ(first_steps(empty_story().views).done, 0);
  EXPECT_FALSE(first_steps(empty_story().views).next.isEmpty());
  EXPECT_GE(first_steps(sample_story().views).done, 4);
}

}  // namespace
}  // namespace app
