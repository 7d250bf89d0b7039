// Plan, write and verify as tasks of the session. Output lines are collected and handed over by take_lines().
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "panels/kit/session.h"
#include "workbench/exporter/export_plan.h"

namespace panels::exporting {

// Lines said by a step while it runs. Thread-safe.
class OutputLines {
 public:
  void add(const std::string& step, const std::string& line);
  std::vector<std::pair<std::string, std::string>> take();

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> lines_;
};
using OutputPtr = std::shared_ptr<OutputLines>;

std::uint64_t make_plan(kit::Session* session, workbench::exporter::ExportOptions options, OutputPtr output, std::function<void(slipway::Result<workbench::exporter::ExportPlan>)> done);
std::uint64_t write_plan(kit::Session* session, workbench::exporter::ExportPlan plan, OutputPtr output, std::function<void(slipway::Result<bool>)> done);
std::uint64_t verify_export(kit::Session* session, workbench::exporter::ExportOptions options, workbench::exporter::VerifyMode mode, OutputPtr output,
                            std::function<void(slipway::Result<workbench::exporter::VerifyReport>)> done);

}  // namespace panels::exporting
