// LoadWindow: what one generator thread saw in one 250 ms slice; LoadFeed: how full windows reach the collector and empty
// ones come back, so that the generator's hot path takes no lock and allocates nothing.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "slipway/base/histogram.h"
#include "slipway/base/random.h"
#include "workbench/traffic/load_run.h"

namespace workbench::traffic {

// Kinds of errors below 100; from 100 on the kind is the HTTP status.
enum ErrorKind : int { kConnectError, kTimeoutError, kResetError, kClosedError, kProtocolError };
std::string error_kind_name(int kind);

struct LoadWindow {
  static constexpr std::int64_t kLengthNs = 250'000'000;

  // The trace that stands for a cell: one that services keep for sure (sampled) before one they keep as an error before
  // the slowest, which tail sampling keeps; the newest among equals.
  struct CellTrace {
    slipway::TraceId id;
    int rank = 0;  // 0 none, 1 slow, 2 error, 3 sampled
    std::int64_t score = 0;
    void offer(const slipway::TraceId& trace, int new_rank, std::int64_t new_score) {
      if (new_rank < rank || (new_rank == rank && rank == 1 && new_score < score)) return;
      id = trace, rank = new_rank, score = new_score;
    }
  };

  std::uint32_t index = 0;  // which slice
  std::uint32_t intended = 0, sent = 0, done = 0, errors = 0, dropped = 0, in_flight = 0;
  std::uint32_t capped = 0;  // came due while every connection waited for a reply
  slipway::Histogram service, response;
  slipway::Histogram lag{3'600'000'000'000, 2};   // actual less intended send
  slipway::Histogram late{3'600'000'000'000, 2};  // the loop's own share of it: when it noticed less when it was due
  std::array<std::uint32_t, LoadSlice::kBands> cells{};
  std::array<CellTrace, LoadSlice::kBands> traces{};
  std::vector<std::pair<int, std::uint64_t>> error_kinds;
  std::int64_t cpu_ns = 0;
  std::int64_t last_done_ns = 0;  // since the run began

  void count_error(int kind) {
    ++errors;
    for (auto& [k, n] : error_kinds)
      if (k == kind) return void(++n);
    error_kinds.emplace_back(kind, 1);
  }
  void clear();
};

class LoadFeed {
 public:
  explicit LoadFeed(int threads) : last_(static_cast<std::size_t>(threads), -1) {}
  // A cleared window, from the free ones or new.
  std::unique_ptr<LoadWindow> take();
  void give_back(std::unique_ptr<LoadWindow> window);
  // From a generator: `window` is full; `finished` = its last one.
  void put(int thread, std::unique_ptr<LoadWindow> window, bool finished);
  // To the collector: blocks until something came. False once all threads finished and nothing is left.
  bool get(std::vector<std::unique_ptr<LoadWindow>>& out);
  // Slices up to here are complete.
  std::int64_t complete_until() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::unique_ptr<LoadWindow>> full_, free_;
  std::vector<std::int64_t> last_;  // per thread: last slice delivered, INT64_MAX when finished
};

}  // namespace workbench::traffic
