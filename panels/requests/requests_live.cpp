#include "panels/requests/requests_live.h"

#include <QCoreApplication>
#include <QPointer>

#include "workbench/host/host.h"

namespace panels::requests {

using workbench::traffic::Exchange;
using workbench::traffic::SavedRequest;

std::uint64_t send_request(kit::Session* session, const SavedRequest& request, std::function<void(slipway::Result<Exchange>)> done) {
  return session->run<Exchange>(
      QCoreApplication::translate("Requests", "Send %1").arg(QString::fromStdString(request.method + " " + request.url)),
      [request](workbench::host::Host& host) -> slipway::Result<Exchange> { return host.send(request); }, std::move(done));
}

void save_request(kit::Session* session, const SavedRequest& request, std::function<void()> saved) {
  session->run<bool>(
      QCoreApplication::translate("Requests", "Save %1").arg(QString::fromStdString(request.id)),
      [request](workbench::host::Host& host) -> slipway::Result<bool> {
        const slipway::Status status = host.save(request);
        if (!status.ok()) return status.error();
        return true;
      },
      [session = QPointer<kit::Session>(session), saved = std::move(saved), name = QString::fromStdString(request.id)](slipway::Result<bool> result) {
        if (result.ok()) saved();
        if (!result.ok() && session) session->toast({QCoreApplication::translate("Requests", "%1 was not saved: %2").arg(name, QString::fromStdString(result.error().to_string())), {}, {}, true});
      });
}

void use_environment(kit::Session* session, const QString& name) {
  session->act(QCoreApplication::translate("Requests", "Use the environment %1").arg(name), [name = name.toStdString()](workbench::host::Host& host) { return host.use_environment(name); });
}

void fetch_trace(kit::Session* session, const std::string& id, std::function<void(workbench::recorder::TracePtr)> done) {
  session->look<workbench::recorder::TracePtr>(
      QCoreApplication::translate("Requests", "Trace of the request"),
      [id](kit::Backend& run) { return run.trace(id); },
      [done = std::move(done)](slipway::Result<workbench::recorder::TracePtr> found) { done(found.ok() ? *found : nullptr); });
}

}  // namespace panels::requests
