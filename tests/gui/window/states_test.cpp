// Every state a panel can be in is reachable, fits the small window and has names on all its controls; the keyboard gets everywhere.
#include <gtest/gtest.h>

#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <set>

#include "app/window/consent_bar.h"
#include "app/window/story_states.h"
#include "app/window/window.h"

namespace app {
namespace {

using namespace panels::kit;

bool takes_focus(const QWidget* w) {
  if ((w->focusPolicy() & Qt::TabFocus) != Qt::TabFocus || !w->isVisible() || !w->isEnabled() || w->objectName().startsWith(QStringLiteral("qt_"))) return false;
  const auto* label = qobject_cast<const QLabel*>(w);
  return !(label && label->text().isEmpty());
}

TEST(States, EachFitsTheSmallWindowAndNamesItsControls) {
  for (const StoryState& state : story_states()) {
    Session session(state.story());
    MainWindow window(&session, {});
    window.resize(1280, 800);
    window.show();
    state.arrange(window);
    QCoreApplication::processEvents();
    EXPECT_EQ(window.size(), QSize(1280, 800)) << state.name.toStdString() << " asks for more room";
    for (QWidget* w : window.findChildren<QWidget*>()) {
      if (!takes_focus(w)) continue;
      QAccessibleInterface* i = QAccessible::queryAccessibleInterface(w);
      ASSERT_NE(i, nullptr);
      EXPECT_FALSE(i->text(QAccessible::Name).isEmpty()) << w->metaObject()->className() << " in " << state.name.toStdString();
    }
  }
}

TEST(States, NamesAreUnique) {
  std::set<QString> names;
  for (const StoryState& state : story_states()) EXPECT_TRUE(names.insert(state.name).second) << state.name.toStdString();
}

// Tab alone, from the first control on, comes by every control that takes it.
TEST(Keyboard, TabReachesEveryControlOfEveryPanel) {
  for (const PanelEntry& entry : panel_table()) {
    const std::string id = entry.info.id.toStdString();
    Session session(sample_story());
    MainWindow window(&session, {});
    window.resize(1600, 900);
    window.show();
    QApplication::setActiveWindow(&window);
    window.go(entry.info.id);
    window.panel(entry.info.id)->show_example();
    QCoreApplication::processEvents();
    // By class and name: what is selected on the way may have its inspector made anew.
    const auto named = [](const QWidget* w) {
      return std::string(w->metaObject()->className()) + " \"" + QAccessible::queryAccessibleInterface(const_cast<QWidget*>(w))->text(QAccessible::Name).toStdString() + "\"";
    };
    std::set<std::string> seen;
    ASSERT_NE(QApplication::focusWidget(), nullptr);
    for (int i = 0; i < 300; ++i) {
      QWidget* at = QApplication::focusWidget();
      ASSERT_NE(at, nullptr);
      seen.insert(named(at));
      QTest::keyClick(at, Qt::Key_Tab);
      ASSERT_NE(QApplication::focusWidget(), at) << "Tab does not leave " << named(at) << " in " << id;
    }
    // What can be seen after the whole way; a page may have turned on it.
    int wanted = 0;
    for (const QWidget* w : window.findChildren<QWidget*>())
      if (takes_focus(w) && w->focusProxy() == nullptr && ++wanted) EXPECT_TRUE(seen.count(named(w))) << named(w) << " in " << id;
    EXPECT_GT(wanted, 10);
  }
}

TEST(Consent, NothingStartsUntilItIsPressedAndItIsAskedOnce) {
  Session session(sample_story());
  MainWindow window(&session, {});
  window.show();
  int started = 0;
  QSignalSpy ran(&window.commands(), &CommandTable::ran);
  window.ask_consent({{workbench::workspace::StartStep::Kind::Listen, "gateway", "listens on 0.0.0.0, port 8080 (HTTP), open to the network", true}}, [&] { ++started; });
  ASSERT_NE(window.consent(), nullptr);
  QString words;
  for (const QLabel* l : window.consent()->findChildren<QLabel*>()) words += l->text() + QLatin1Char('\n');
  EXPECT_TRUE(words.contains(QStringLiteral("listens on 0.0.0.0"))) << words.toStdString();
  EXPECT_TRUE(words.contains(QStringLiteral("open to the network: gateway")));
  EXPECT_EQ(started, 0);
  EXPECT_EQ(ran.count(), 0);
  QTest::mouseClick(window.consent()->start(), Qt::LeftButton);
  EXPECT_EQ(started, 1);
  ASSERT_EQ(ran.count(), 1);
  EXPECT_EQ(ran[0][0].toString(), QStringLiteral("services.start_all"));
  QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
  EXPECT_EQ(window.consent(), nullptr);
}

TEST(Consent, NotNowLeavesItStopped) {
  Session session(sample_story());
  MainWindow window(&session, {});
  window.show();
  int started = 0;
  window.ask_consent({}, [&] { ++started; });
  QTest::mouseClick(window.consent()->later(), Qt::LeftButton);
  EXPECT_EQ(started, 0);
  QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
  EXPECT_EQ(window.consent(), nullptr);
}

}  // namespace
}  // namespace app
