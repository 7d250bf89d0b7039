#include "panels/export/export_live.h"

#include <QCoreApplication>

#include "workbench/host/host.h"
#include "workbench/workspace/load.h"

namespace panels::exporting {

using namespace workbench::exporter;

void OutputLines::add(const std::string& step, const std::string& line) {
  std::lock_guard lock(mutex_);
  if (lines_.size() < 20000) lines_.emplace_back(step, line);
}

std::vector<std::pair<std::string, std::string>> OutputLines::take() {
  std::lock_guard lock(mutex_);
  return std::exchange(lines_, {});
}

namespace {

// Says every line, and asks at every line whether the task was cancelled.
void connect_control(ExportControl& to, kit::TaskControl& from, OutputPtr output) {
  to.on_output = [&to, &from, output](const std::string& step, const std::string& line) {
    output->add(step, line);
    from.set_note(step);
    if (from.cancelled()) to.cancelled = true;
  };
}

}  // namespace

std::uint64_t make_plan(kit::Session* session, ExportOptions options, OutputPtr output, std::function<void(slipway::Result<ExportPlan>)> done) {
  return session->run<ExportPlan>(QCoreApplication::translate("Export", "Plan the export of %1").arg(QString::fromStdString(options.service)),
                                  kit::Session::Work<ExportPlan>([options, output](workbench::host::Host& host, kit::TaskControl& task) -> slipway::Result<ExportPlan> {
                                    const auto loaded = workbench::workspace::load(host.folder());
                                    if (!loaded.ok()) return loaded.error();
                                    ExportControl control;
                                    connect_control(control, task, output);
                                    return plan(*loaded.workspace, options, control);
                                  }),
                                  std::move(done));
}

std::uint64_t write_plan(kit::Session* session, ExportPlan planned, OutputPtr output, std::function<void(slipway::Result<bool>)> done) {
  return session->run<bool>(QCoreApplication::translate("Export", "Write the export"),
                            kit::Session::Work<bool>([planned = std::move(planned), output](workbench::host::Host&, kit::TaskControl& task) -> slipway::Result<bool> {
                              ExportControl control;
                              connect_control(control, task, output);
                              const slipway::Status status = write(planned, control);
                              if (!status.ok()) return status.error();
                              return true;
                            }),
                            std::move(done));
}

std::uint64_t verify_export(kit::Session* session, ExportOptions options, VerifyMode mode, OutputPtr output, std::function<void(slipway::Result<VerifyReport>)> done) {
  return session->run<VerifyReport>(QCoreApplication::translate("Export", "Verify the export"),
                                    kit::Session::Work<VerifyReport>([options = std::move(options), mode, output](workbench::host::Host&, kit::TaskControl& task) -> slipway::Result<VerifyReport> {
                                      ExportControl control;
                                      connect_control(control, task, output);
                                      return verify(options, mode, control);
                                    }),
                                    std::move(done));
}

}  // namespace panels::exporting
