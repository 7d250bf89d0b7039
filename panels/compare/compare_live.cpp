#include "panels/compare/compare_live.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

#include "workbench/compare/run.h"
#include "workbench/compare/scenario.h"

namespace panels::compare {

using workbench::compare::Report;

std::vector<Choice> choices(const QString& folder) {
  std::vector<Choice> all;
  for (const auto& preset : workbench::compare::presets()) {
    const QString name = QString::fromStdString(preset.name), description = QString::fromStdString(preset.description);
    all.push_back({name, name, description, false, {}});
    if (preset.kinds.size() < 2) continue;
    for (const auto& kind : preset.kinds) {
      const QString k = QString::fromStdString(kind);
      all.push_back({name, QCoreApplication::translate("Compare", "%1, %2 only").arg(name, k), description, false, k});
    }
  }
  if (!folder.isEmpty())
    for (const QFileInfo& file : QDir(folder + QStringLiteral("/scenarios")).entryInfoList({QStringLiteral("*.yaml"), QStringLiteral("*.yml")}, QDir::Files, QDir::Name))
      all.push_back({file.absoluteFilePath(), file.completeBaseName(), QCoreApplication::translate("Compare", "scenario of this workspace"), true, {}});
  return all;
}

std::uint64_t run_comparison(kit::Session* session, const Choice& choice, const Effort& effort, std::function<void(slipway::Result<std::vector<Report>>)> done) {
  using Reports = std::vector<Report>;
  return session->run<Reports>(
      QCoreApplication::translate("Compare", "Compare %1").arg(choice.title),
      kit::Session::Work<Reports>([name = choice.name.toStdString(), file = choice.is_file, kind = effort.kind.isEmpty() ? choice.kind : effort.kind, effort](workbench::host::Host&, kit::TaskControl& control) -> slipway::Result<Reports> {
        std::vector<workbench::compare::Scenario> scenarios;
        if (file) {
          auto read = workbench::compare::Scenario::read(name);
          if (!read.ok()) return read.error();
          scenarios.push_back(*read);
        } else {
          auto of_preset = workbench::compare::preset(name);
          if (!of_preset.ok()) return of_preset.error();
          scenarios = *of_preset;
        }
        if (!kind.isEmpty()) std::erase_if(scenarios, [&](const auto& s) { return s.kind != kind.toStdString(); });
        for (const auto& scenario : scenarios)
          if (auto enough = workbench::compare::enough_runs(scenario, effort.runs); !enough) return enough.error();
        Reports reports;
        std::atomic<bool> cancel{false};
        for (std::size_t i = 0; i < scenarios.size(); ++i) {
          workbench::compare::RunOptions options;
          options.runs = effort.runs;
          options.jobs = effort.jobs;
          options.cancel = &cancel;
          options.on_progress = [&](const workbench::compare::Progress& p) {
            control.set_progress((static_cast<double>(i) + p.done) / static_cast<double>(scenarios.size()));
            control.set_note(p.doing);
            if (control.cancelled()) cancel = true;
          };
          auto report = workbench::compare::run(scenarios[i], options);
          // Stopped in a later part: the parts before are kept.
          if (!report.ok() && cancel && !reports.empty()) break;
          if (!report.ok()) return report.error();
          reports.push_back(std::move(*report));
          if (reports.back().partial()) break;
        }
        return reports;
      }),
      std::move(done));
}

QString html_of(const Report& report) { return QString::fromStdString(workbench::compare::html_report(report)); }
QString google_json_of(const Report& report, char side) { return QString::fromStdString(workbench::compare::google_benchmark_json(report, side)); }

}  // namespace panels::compare
