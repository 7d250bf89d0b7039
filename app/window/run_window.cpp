#include "app/window/run_window.h"

#include <QApplication>
#include <QTimer>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/verbs/verb.h"
#include "app/window/held_workspace.h"
#include "app/window/shots.h"
#include "app/window/window.h"
#include "panels/kit/theme.h"
#include "workbench/host/host.h"
#include "workbench/workspace/load.h"

namespace app {

using namespace panels::kit;

bool has_display() {
  auto set = [](const char* name) {
    const char* v = std::getenv(name);
    return v && *v;
  };
  return set("DISPLAY") || set("WAYLAND_DISPLAY") || set("QT_QPA_PLATFORM");
}

int run_window(int argc, char** argv, const WindowOptions& options) {
  if (!has_display()) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  QApplication::setApplicationName(QStringLiteral("Slipway"));
  workbench::host::HostOptions host_options;
  host_options.start_services = false;
  host_options.record = true;
  install_theme(true);
  std::string folder = options.folder;
  auto host = workbench::host::Host::open(folder, host_options);
  while (!host.ok()) {
    if (host.error().reason() != "WORKSPACE_IN_USE") return fail(host.error());
    const HeldWorkspace held = held_workspace(folder, host.error());
    std::fprintf(stderr, "slipway: %s\n", held.text().toUtf8().constData());
    if (!has_display() || QGuiApplication::platformName() == QStringLiteral("offscreen")) return kUnavailable;
    const HeldChoice choice = ask_about(held);
    if (choice == HeldChoice::Close) return kUnavailable;
    if (choice == HeldChoice::OpenCopy) {
      std::error_code ignored;
      const std::string from = folder;
      for (int k = 1; k == 1 || std::filesystem::exists(folder, ignored); ++k) folder = from + "-copy" + (k == 1 ? "" : "-" + std::to_string(k));
      if (auto copied = workbench::workspace::copy_sample(from, folder); !copied.ok()) return fail(copied.error());
      host_options.keep_ports = false;   // the original has the configured ones
    }
    host = workbench::host::Host::open(folder, host_options);
  }
  auto session = Session::live(std::move(*host));
  int code = 0;
  {
    MainWindow window(session.get(), QString::fromStdString(folder) + QStringLiteral("/.slipway/window.json"));
    window.show();
    if (options.start_services)
      QTimer::singleShot(0, session.get(), [&] {
        session->act(QCoreApplication::translate("Window", "Start all services"), [](workbench::host::Host& h) { return h.start(""); });
      });
    if (options.foreign)
      if (const auto loaded = workbench::workspace::load(options.folder); loaded.workspace)
        window.ask_consent(workbench::workspace::start_plan(*loaded.workspace), [&] {
          session->act(QCoreApplication::translate("Window", "Read config from other machines"), [](workbench::host::Host& h) { return h.allow_network(); });
          if (options.on_consent) options.on_consent();
        });
    code = QApplication::exec();
  }
  session.reset();  // drains, after the window has gone
  return code;
}

int run_shots(int argc, char** argv, const std::string& folder) {
  qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  const int written = write_shots(QString::fromStdString(folder));
  if (written < 0) return kUnavailable;
  std::printf("%d pictures in %s\n", written, folder.c_str());
  return kDone;
}

}  // namespace app
