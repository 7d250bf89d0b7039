#include "panels/load/load_live.h"

#include <QCoreApplication>

#include "workbench/host/host.h"

namespace panels::load {

void start_load(kit::Session* session, workbench::traffic::LoadOptions options, std::function<void(slipway::Result<bool>)> done) {
  session->run<bool>(
      QCoreApplication::translate("Load", "Start load on %1").arg(QString::fromStdString(options.request.id)),
      [options = std::move(options)](workbench::host::Host& host) mutable -> slipway::Result<bool> {
        auto expanded = host.expand(options.request);
        if (!expanded.ok()) return expanded.error();
        options.request = *expanded;
        auto run = host.start_load(std::move(options));
        if (!run.ok()) return run.error();
        return true;
      },
      std::move(done));
}

void set_rate(kit::Session* session, double rate_per_s) {
  session->act(QCoreApplication::translate("Load", "Set the rate to %1/s").arg(rate_per_s, 0, 'f', 0), [rate_per_s](workbench::host::Host& host) -> slipway::Status {
    if (auto run = host.load()) run->set_rate(rate_per_s);
    return {};
  });
}

void stop_load(kit::Session* session) {
  session->act(QCoreApplication::translate("Load", "Stop the load"), [](workbench::host::Host& host) -> slipway::Status {
    if (auto run = host.load()) run->cancel();
    return {};
  });
}

void open_run(kit::Session* session, const QString& id, std::function<void(slipway::Result<workbench::traffic::SavedRun>)> done) {
  session->run<workbench::traffic::SavedRun>(
      QCoreApplication::translate("Load", "Open run %1").arg(id), [id = id.toStdString()](workbench::host::Host& host) { return host.runs().open(id); }, std::move(done));
}

void star_run(kit::Session* session, const QString& id, bool on) {
  session->act(on ? QCoreApplication::translate("Load", "Star run %1").arg(id) : QCoreApplication::translate("Load", "Take the star from run %1").arg(id),
               [id = id.toStdString(), on](workbench::host::Host& host) -> slipway::Status { return host.runs().star(id, on); });
}

}  // namespace panels::load
