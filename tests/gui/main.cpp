// One QApplication for all GUI tests, offscreen, with the built-in fonts and theme. A warning of Qt that is not on the
// short list fails the test it came from.
#include <gtest/gtest.h>

#include <QApplication>
#include <QStandardPaths>
#include <cstdio>

#include "panels/kit/theme.h"

namespace {

void on_message(QtMsgType type, const QMessageLogContext&, const QString& text) {
  static const char* const kAllowed[] = {"This plugin does not support", "XDG_RUNTIME_DIR"};
  for (const char* allowed : kAllowed)
    if (text.contains(QLatin1String(allowed))) return;
  std::fprintf(stderr, "%s\n", qPrintable(text));
  if (type == QtWarningMsg || type == QtCriticalMsg) ADD_FAILURE() << text.toStdString();
}

}  // namespace

int main(int argc, char** argv) {
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  QStandardPaths::setTestModeEnabled(true);
  testing::InitGoogleTest(&argc, argv);
  QApplication application(argc, argv);
  qInstallMessageHandler(on_message);
  panels::kit::install_theme(true);
  return RUN_ALL_TESTS();
}
