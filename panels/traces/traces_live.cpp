#include <QCoreApplication>
#include <QFile>

#include "panels/traces/traces_panel.h"

namespace panels::traces {

using workbench::recorder::TracePtr;

void find_trace(kit::Session* session, const QString& id, std::function<void(slipway::Result<TracePtr>)> done) {
  session->look<TracePtr>(
      QCoreApplication::translate("Traces", "Find trace %1").arg(id.left(8)),
      [id = id.toStdString()](kit::Backend& run) { return run.trace(id); }, std::move(done));
}

void write_traces(kit::Session* session, std::vector<TracePtr> traces, const QString& format, const QString& path) {
  session->look<std::string>(
      QCoreApplication::translate("Traces", "Write %1 traces to %2").arg(traces.size()).arg(path),
      [traces = std::move(traces), format = format.toStdString(), path](kit::Backend&) -> slipway::Result<std::string> {
        auto text = workbench::recorder::export_traces(traces, format);
        if (!text.ok()) return text;
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text->data(), static_cast<qint64>(text->size())) < 0)
          return slipway::unavailable("writing " + path.toStdString() + ": " + file.errorString().toStdString() + "; choose another folder", "WRITE_FAILED");
        return text;
      },
      [session = QPointer<kit::Session>(session), path](slipway::Result<std::string> result) {
        if (session) session->toast({result.ok() ? QCoreApplication::translate("Traces", "Written to %1").arg(path) : QString::fromStdString(result.error().to_string()), {}, {}, !result.ok()});
      });
}

}  // namespace panels::traces
