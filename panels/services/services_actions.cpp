#include "panels/services/services_actions.h"

#include <QCoreApplication>

#include "workbench/host/host.h"

namespace panels::services {

using workbench::host::Host;

namespace {
QString tr(const char* text) { return QCoreApplication::translate("Services", text); }
QString named(const QString& instance) { return instance.isEmpty() ? tr("all services") : instance; }
}  // namespace

void start(kit::Session* session, const QString& instance) {
  session->act(tr("Start %1").arg(named(instance)), [i = instance.toStdString()](Host& h) { return h.start(i); });
}

void stop(kit::Session* session, const QString& instance) {
  session->act(tr("Stop %1").arg(named(instance)), [i = instance.toStdString()](Host& h) { return h.stop(i); },
               {tr("Stopped %1").arg(named(instance)), tr("Start again"), [session, instance] { start(session, instance); }, false});
}

void restart(kit::Session* session, const QString& instance) {
  session->act(tr("Restart %1").arg(named(instance)), [i = instance.toStdString()](Host& h) { return h.restart(i); }, {tr("Restarted %1").arg(named(instance)), {}, {}, false});
}

void use_port(kit::Session* session, const QString& instance, const QString& kind, int port) {
  session->act(tr("Move %1 to port %2").arg(instance).arg(port),
               [i = instance.toStdString(), k = kind.toStdString(), port](Host& h) { return h.use_port(i, k, port); },
               {tr("%1 listens on port %2").arg(instance).arg(port), tr("Undo"), [session] { undo(session); }, false});
}

void set_middleware(kit::Session* session, const QString& service, std::vector<std::pair<std::string, bool>> steps, const QString& what) {
  session->act(what, [s = service.toStdString(), steps = std::move(steps)](Host& h) { return h.set_middleware(s, steps); },
               {what, tr("Undo"), [session] { undo(session); }, false});
}

void set_route(kit::Session* session, const QString& service, const QString& route, const QString& yaml,
               std::function<void(const QString&, const QString&)> done) {
  session->run<std::string>(tr("Save %1 of %2").arg(route, service),
                            [s = service.toStdString(), r = route.toStdString(), y = yaml.toStdString()](Host& h) { return h.set_route(s, r, y); },
                            [done = std::move(done)](slipway::Result<std::string> result) {
                              if (result.ok())
                                done({}, QString::fromStdString(*result));
                              else
                                done(QString::fromStdString(result.error().message()), {});
                            });
}

void set_option(kit::Session* session, const QString& key, const QString& text) {
  const QString what = tr("Set %1 to %2").arg(key, text);
  session->act(what, [k = key.toStdString(), t = text.toStdString()](Host& h) -> slipway::Status {
    auto change = h.set(k, t, "window");
    if (!change.ok()) return change.error();
    return {};
  }, {what, tr("Undo"), [session] { undo(session); }, false});
}

void undo(kit::Session* session) {
  session->act(tr("Undo"), [](Host& h) -> slipway::Status {
    auto change = h.undo("undo");
    if (!change.ok()) return change.error();
    return {};
  });
}

}  // namespace panels::services
