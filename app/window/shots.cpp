#include "app/window/shots.h"

#include <QApplication>
#include <QDir>
#include <QPixmap>
#include <cstdio>

#include "app/window/drawer.h"
#include "app/window/palette.h"
#include "app/window/story_states.h"
#include "app/window/window.h"
#include "panels/kit/theme.h"

namespace app {

using namespace panels::kit;

namespace {

void settle() {
  for (int i = 0; i < 4; ++i) {
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
  }
}

bool save(MainWindow& window, const QString& folder, const QString& name) {
  const QString path = QStringLiteral("%1/%2_%3_%4x%5.png").arg(folder, name, theme().dark() ? QStringLiteral("dark") : QStringLiteral("light")).arg(window.width()).arg(window.height());
  if (window.grab().save(path)) return true;
  std::fprintf(stderr, "slipway: %s could not be written\n", qPrintable(path));
  return false;
}

// Each panel on the story, and the palette. -1 when one could not be written.
int write_panels(const QString& folder, QSize size) {
  int written = 0;
  Session session(sample_story());
  MainWindow window(&session, {});
  window.resize(size);
  window.show();
  settle();
  for (const PanelEntry& entry : window.panels()) {
    session.select({});
    window.go(entry.info.id);
    settle();
    window.panel(entry.info.id)->show_example();
    settle();
    if (!save(window, folder, entry.info.id)) return -1;
    ++written;
  }
  window.go(QStringLiteral("services"));
  session.select({});
  window.palette_view()->open(QStringLiteral("rate"));
  settle();
  if (!save(window, folder, QStringLiteral("palette"))) return -1;
  window.palette_view()->close_palette();
  return written + 1;
}

int write_states(const QString& folder, QSize size) {
  int written = 0;
  for (const StoryState& state : story_states()) {
    Session session(state.story());
    MainWindow window(&session, {});
    window.resize(size);
    window.show();
    settle();
    state.arrange(window);
    settle();
    if (!save(window, folder, QStringLiteral("state_") + state.name)) return -1;
    ++written;
  }
  return written;
}

}  // namespace

int write_shots(const QString& folder) {
  if (!QDir().mkpath(folder)) {
    std::fprintf(stderr, "slipway: %s: the folder cannot be made: choose one you may write to\n", qPrintable(folder));
    return -1;
  }
  int written = 0;
  const auto add = [&](int n) { return written = n < 0 ? -1 : written + n, n >= 0; };
  for (const bool dark : {true, false}) {
    install_theme(dark);
    for (const QSize size : {QSize(1600, 900), QSize(1280, 800)})
      if (!add(write_panels(folder, size))) return -1;
    if (!add(write_states(folder, dark ? QSize(1600, 900) : QSize(1280, 800)))) return -1;
  }
  return written;
}

}  // namespace app
