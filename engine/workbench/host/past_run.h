// PastRun: a run that was recorded, read back as the views that a live host gives. For the window's past runs and for verbs with
// --run. Opens the file only for reading, so it may be one that another process writes at this moment; what it gives is then as of each
// call. Thread-safe; every method blocks on the disk.
//
// What a run does not hold: processes, ports and everything else that only a running service has.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/result.h"
#include "workbench/host/views.h"
#include "workbench/recorder/run_archive.h"
#include "workbench/traffic/exchange.h"

namespace workbench::host {

class PastRun {
 public:
  // `id` whole or a unique beginning. NOT_FOUND / NO_RUN names what there is; BAD_REQUEST / RUN_UNREADABLE for a file that is no run
  // or one of a newer version.
  static slipway::Result<std::unique_ptr<PastRun>> open(const std::string& workspace_folder, const std::string& id);
  ~PastRun();

  const recorder::RunInfo& info() const;                // as of the opening

  std::vector<ServiceRow> services() const;             // as at the end; rates of the last minute that had any traffic
  ConfigTable config() const;                           // as at the end
  std::vector<ConfigChange> history() const;            // newest first
  // Newest first; an empty id means those of every request. Secrets are masked, bodies end at 64 KiB.
  std::vector<traffic::Exchange> exchanges(const std::string& request_id, std::size_t limit = 50) const;
  std::vector<recorder::Event> events(std::size_t limit = 500) const;  // newest first
  LogTail logs(std::size_t limit = 10'000) const;       // newest first
  Totals totals() const;                                // rates as of the last second that had traffic
  std::vector<Edge> edges() const;                      // likewise
  // Requests, errors and p99 of every instance, second by second, oldest first; seconds without traffic are left out.
  std::vector<recorder::RateSecond> seconds() const;

  // As Recorder::list and Recorder::find, by the same filter language.
  slipway::Result<std::vector<recorder::TracePtr>> traces(std::string_view filter, std::size_t limit) const;
  slipway::Result<recorder::TracePtr> trace(std::string_view id) const;

 private:
  struct Impl;
  explicit PastRun(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace workbench::host
