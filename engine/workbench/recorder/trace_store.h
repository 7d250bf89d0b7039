// TraceStore: the traces of a recorder in memory, by a budget of bytes and a number of traces.
//
// The collector hands over calls in batches; what they say of a trace is added up once per batch, so a trace whose parts come
// together costs one look at them. When the budget is spent the oldest traces go, those kept by plain sampling first: failures, the
// slowest of their band and what was asked for (with their other parts) stay as long as they take less than three quarters, so that
// what a heat map or an error count points at is still there after a long run.
// Thread-safe. What is handed out is immutable; a part that comes later makes a new KeptTrace.
#pragma once

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "slipway/base/time.h"
#include "slipway/telemetry/telemetry.h"
#include "workbench/recorder/assemble.h"

namespace workbench::recorder {

// Bytes that an allocation of `size` takes from the heap.
constexpr std::uint64_t heap_bytes(std::uint64_t size) { return size == 0 ? 0 : std::max<std::uint64_t>(32, (size + 8 + 15) / 16 * 16); }

// A trace as it is kept: its parts, unassembled, and what lists and filters ask of it.
struct KeptTrace {
  std::uint64_t number = 0;  // in order of arrival; stays when parts come
  slipway::TraceId id;
  boost::container::small_vector<PartPtr, 1> parts;
  std::uint64_t bytes = 0;   // on the heap, with its share of the indexes
  std::uint32_t spans = 0;
  int status = 0;
  std::int64_t duration_ns = 0;
  std::size_t tops = 0;      // parts without a caller among the others
  bool begun_here = false;   // its first part is known to be the first
  bool notable = false;      // kept for a reason other than sampling
  slipway::telemetry::NameId stopped_by = 0;
  slipway::TimePoint touched;
  std::uint64_t batch = 0;   // that made it
};
using KeptPtr = std::shared_ptr<const KeptTrace>;

class TraceStore {
 public:
  TraceStore(std::uint64_t byte_budget, std::uint64_t capacity) : byte_budget_(byte_budget), capacity_(capacity) {}

  // `touched`, when given, gets the traces that the calls made or added to, as they are after it.
  void add(std::vector<slipway::telemetry::CallRecord> calls, std::vector<KeptPtr>* touched = nullptr);
  void clear();

  // At most `most` of the traces with a number below `below`, newest first.
  std::vector<KeptPtr> page(std::uint64_t below, std::size_t most) const;
  // A trace with an id in [low, high]; `several` when there is more than one. Null when there is none.
  KeptPtr find(slipway::TraceId low, slipway::TraceId high, bool& several) const;
  // Returns when a batch has come, or after `most`.
  void wait_for_news(slipway::Duration most) const;

  struct Sizes {
    std::uint64_t traces = 0, spans = 0, bytes = 0;
  };
  Sizes sizes() const;

 private:
  struct HashTrace {
    std::size_t operator()(const slipway::TraceId& id) const { return id.lo * 0x9E3779B97F4A7C15ull ^ id.hi; }
  };
  // One that the batch being added now makes; nobody has seen it.
  struct Fresh {
    std::shared_ptr<KeptTrace> trace;
    bool is_new, was_notable;
  };
  using ByNumber = std::map<std::uint64_t, KeptPtr>;

  KeptTrace& open(slipway::TraceId id);
  void drop_oldest(bool notable);
  void evict();

  const std::uint64_t byte_budget_, capacity_;
  mutable std::mutex mutex_;
  mutable std::condition_variable came_;
  boost::unordered_flat_map<slipway::TraceId, std::shared_ptr<KeptTrace>, HashTrace> by_id_;
  ByNumber kept_[2];           // [0] by sampling alone, [1] notable
  std::uint64_t bytes_[2] = {0, 0};
  std::uint64_t next_number_ = 1, spans_ = 0, batch_ = 0;
  std::vector<Fresh> fresh_;
};

}  // namespace workbench::recorder
