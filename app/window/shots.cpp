#include "app/window/shots.h"

#include <QApplication>
#include <QDir>
#include <QPixmap>
#include <cstdio>

#include "app/window/palette.h"
#include "app/window/window.h"
#include "panels/kit/theme.h"

namespace app {

using namespace panels::kit;

int write_shots(const QString& folder) {
  if (!QDir().mkpath(folder)) {
    std::fprintf(stderr, "slipway: %s: the folder cannot be made: choose one you may write to\n", qPrintable(folder));
    return -1;
  }
  int written = 0;
  auto settle = [] {
    for (int i = 0; i < 4; ++i) {
      QCoreApplication::sendPostedEvents();
      QCoreApplication::processEvents();
    }
  };
  for (const bool dark : {true, false}) {
    install_theme(dark);
    for (const QSize size : {QSize(1600, 900), QSize(1280, 800)}) {
      Session session(sample_story());
      MainWindow window(&session, {});
      window.resize(size);
      window.show();
      settle();
      auto save = [&](const QString& name) {
        const QString path = QStringLiteral("%1/%2_%3_%4x%5.png").arg(folder, name, dark ? QStringLiteral("dark") : QStringLiteral("light")).arg(size.width()).arg(size.height());
        if (!window.grab().save(path)) {
          std::fprintf(stderr, "slipway: %s could not be written\n", qPrintable(path));
          return false;
        }
        ++written;
        return true;
      };
      for (const PanelEntry& entry : window.panels()) {
        session.select({});
        window.go(entry.info.id);
        settle();
        Panel* panel = window.panel(entry.info.id);
        panel->show_example();
        settle();
        if (!save(entry.info.id)) return -1;
      }
      window.go(QStringLiteral("services"));
      session.select({});
      window.palette_view()->open(QStringLiteral("rate"));
      settle();
      if (!save(QStringLiteral("palette"))) return -1;
      window.palette_view()->close_palette();
    }
  }
  return written;
}

}  // namespace app
