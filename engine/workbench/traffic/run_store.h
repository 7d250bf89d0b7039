// RunStore: load runs that ended, kept as one JSON file each in .slipway/runs of a workspace, so that a run can be opened again,
// starred and compared with another. The newest 20 that are not starred stay; of a request only its name, method and URL
// are kept, never headers or body. Thread-safe; every method may block on the disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "workbench/traffic/load_run.h"

namespace workbench::traffic {

struct RunSummary {
  std::string id;                    // "20261123-142100-118", also the file's name
  std::string request, url;          // "orders/create"
  std::int64_t started_wall_ns = 0;
  bool starred = false;
  std::string state;                 // "done", "cancelled", "failed"
  double elapsed_s = 0, target_rate_per_s = 0, achieved_rate_per_s = 0;
  int users = 0;                     // closed loop; 0 in an open one
  std::uint64_t requests = 0, errors = 0, dropped = 0;
  Percentiles response_ns;
  std::uint64_t bytes = 0;           // of the file
  friend bool operator==(const RunSummary&, const RunSummary&) = default;
};

struct SavedRun {
  RunSummary summary;
  LoadOptions options;               // with an empty request but for id, method and URL
  LoadProgress progress;
};

class RunStore {
 public:
  static constexpr std::size_t kUnstarred = 20;
  explicit RunStore(std::string workspace_folder);
  // The new run's id. Removes the oldest unstarred ones beyond the limit.
  slipway::Result<std::string> add(const LoadOptions& options, const LoadProgress& progress, std::int64_t started_wall_ns);
  std::vector<RunSummary> list() const;                      // newest first; files that cannot be read are left out
  slipway::Result<SavedRun> open(const std::string& id) const;  // NOT_FOUND / NO_RUN names what there is
  slipway::Status star(const std::string& id, bool on);
  slipway::Status remove(const std::string& id);

 private:
  std::filesystem::path file_of(const std::string& id) const;
  void forget();
  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  mutable std::vector<RunSummary> known_;                    // as of `seen_`, when the folder changed last
  mutable std::filesystem::file_time_type seen_{};
};

// How run `b` differs from run `a`, a line per figure. One run of each says nothing about noise: `compare` judges that.
struct RunDifference {
  std::string name;                  // "p99 response"
  double a = 0, b = 0;
  std::string unit;                  // "ns", "per_s", "share"
  double ratio() const { return a > 0 ? b / a : 0; }         // 0: not to be said
};
std::vector<RunDifference> differences(const LoadProgress& a, const LoadProgress& b);

}  // namespace workbench::traffic
