#include "panels/topology/topology_live.h"

#include <QCoreApplication>

#include "workbench/host/host.h"

namespace panels::topology {

void set_key(kit::Session* session, const QString& key, const QString& value, const QString& words) {
  session->act(QCoreApplication::translate("Topology", "Set %1 to %2").arg(key, value),
               [key = key.toStdString(), value = value.toStdString()](workbench::host::Host& host) -> slipway::Status {
                 auto change = host.set(key, value, "window");
                 if (!change.ok()) return change.error();
                 return {};
               },
               words.isEmpty() ? kit::Toast{} : kit::Toast{words, {}, {}});
}

void unset_keys(kit::Session* session, const QStringList& keys) {
  session->act(
      QCoreApplication::translate("Topology", "Reset %1 settings").arg(keys.size()),
      [keys](workbench::host::Host& host) -> slipway::Status {
        for (const QString& key : keys)
          if (auto change = host.unset(key.toStdString(), "window"); !change.ok()) return change.error();
        return {};
      },
      {QCoreApplication::translate("Topology", "All instances are as the files say"), {}, {}});
}

void set_running(kit::Session* session, const QString& instance, bool on) {
  session->act(on ? QCoreApplication::translate("Topology", "Start %1").arg(instance) : QCoreApplication::translate("Topology", "Stop %1").arg(instance),
               [instance = instance.toStdString(), on](workbench::host::Host& host) { return on ? host.start(instance) : host.stop(instance); });
}

void watch_decisions(kit::Session* session, bool on) {
  session->act(on ? QCoreApplication::translate("Topology", "Watch picks") : QCoreApplication::translate("Topology", "Stop watching picks"), [on](workbench::host::Host& host) -> slipway::Status {
    host.watch_decisions(on);
    return {};
  });
}

}  // namespace panels::topology
