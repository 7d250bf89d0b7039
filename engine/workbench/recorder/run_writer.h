// RunWriter: writes what happens to the file of a run, behind those whom it happens to: what comes is put in a queue bounded by bytes,
// and one thread writes it, a transaction for all that came within half a second. What is in the file then survives the end of the
// process, however it ends.
//
// Not everything is kept, so that recording costs little at any load: of traces kept by sampling so many a second and until the file has
// a size; of failures, the slowest and those asked for more. What is not kept is counted. When writing fails, what the disk still had
// room for stays, nothing more is written, and on_stop says why, once.
// Thread-safe.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/value.h"
#include "workbench/recorder/run_archive.h"
#include "workbench/recorder/tap.h"

namespace slipway::data {
class Connection;
}

namespace workbench::recorder {

class RunWriter final : public Tap {
 public:
  struct Options {
    Options() {}
    double sampled_per_s = 100, notable_per_s = 400;       // traces
    std::uint64_t sampled_bytes = 256ull << 20;             // a file of that size gets no more traces that sampling alone kept
    std::uint64_t most_bytes = 512ull << 20;                // and of that size none at all, and no lines of the log
    std::uint64_t queue_bytes = 16ull << 20;
    slipway::Duration every = std::chrono::milliseconds(500);
    std::function<void(const std::string& why)> on_stop;    // on the writer's thread
  };
  // Makes the file and holds its lock. UNAVAILABLE / RUN_NOT_RECORDED names the folder and what is wrong.
  static slipway::Result<std::shared_ptr<RunWriter>> begin(const RunFolder& folder, Options options = {});
  ~RunWriter() override;  // as close(true)

  const std::string& id() const { return id_; }

  // None of these blocks on the disk.
  void on_traces(std::span<const KeptPtr> traces) override;
  void on_event(const Event& event) override;
  // `entry`: of the service that requests come to first; its counts are those of the run.
  void add_second(const RateSecond& second, bool entry);
  void add_log(std::int64_t wall_ns, std::string text);
  void count_log(std::uint64_t lines);                      // said in the run, whether or not they are kept
  void put_change(std::uint64_t version, const std::string& key, std::string text);
  void add_exchange(std::int64_t wall_ns, const std::string& request, std::string text, std::string sent_body, std::string body);
  void put_instance(const std::string& instance, const std::string& service);
  void put_document(const std::string& name, std::string text);

  // Writes what is queued and closes the file; without `keep` removes it. Blocks. What comes later is let go.
  void close(bool keep);
  // Waits until all that came before is in the file, or let go. Blocks.
  void flush();

 private:
  enum class Table : std::uint8_t { Second, Event, Log, Change, Exchange, Instance, Document };
  struct Row {
    Table table;
    std::vector<slipway::Value> values;
    std::uint64_t bytes;
  };
  struct HashTrace {
    std::size_t operator()(const slipway::TraceId& id) const { return id.lo * 0x9E3779B97F4A7C15ull ^ id.hi; }
  };
  using Traces = boost::unordered_flat_map<slipway::TraceId, KeptPtr, HashTrace>;
  struct Counts {
    std::uint64_t requests = 0, errors = 0, entry_requests = 0, entry_errors = 0, not_kept = 0, log_lines = 0;
    friend bool operator==(const Counts&, const Counts&) = default;
  };
  // Lets through so many a second, evenly.
  struct Allowance {
    double per_s = 0, left = 0;
    void refill(double seconds) { left = std::min(per_s, left + per_s * seconds); }
    bool take();
  };

  RunWriter(const RunFolder& folder, Options options);
  slipway::Status create();
  void add(Table table, std::vector<slipway::Value> values);
  bool admit(const KeptTrace& trace);
  void decide(slipway::TraceId id, std::uint64_t number);
  void write_loop();
  void write(const Traces& traces, const std::vector<Row>& rows, Counts counts, bool closed);
  slipway::Status write_once(const Traces& traces, const std::vector<Row>& rows, const Counts& counts, bool closed);
  slipway::Status write_trace(const KeptTrace& trace);
  slipway::Status write_names(const std::vector<slipway::telemetry::NameId>& names);
  slipway::Status write_counts(const Counts& counts, bool closed);
  slipway::Status run(const std::string& sql, const std::vector<slipway::Value>& values);
  void measure();
  void stop(const std::string& why);
  void note_in_lock(const std::string& why) const;

  const Options options_;
  const std::filesystem::path folder_;
  std::string id_;
  std::int64_t started_ns_ = 0;
  int lock_ = -1;

  std::mutex mutex_;  // what follows
  std::condition_variable wake_, written_;
  Traces traces_;
  std::vector<Row> rows_;
  std::uint64_t queued_bytes_ = 0;      // with what is being written now
  std::uint64_t round_ = 0, asked_round_ = 0;  // of writing
  Counts counts_;
  Allowance sampled_, notable_;
  slipway::TimePoint refilled_{};
  bool sampled_full_ = false, full_ = false, stopped_ = false, closing_ = false;
  // What became of the latest traces: the number under which one is kept, 0 when it is not. Its other parts may come later.
  boost::unordered_flat_map<slipway::TraceId, std::uint64_t, HashTrace> decided_;
  std::deque<slipway::TraceId> decided_order_;

  // The writer's thread's.
  std::unique_ptr<slipway::data::Connection> connection_;
  std::vector<bool> names_written_;
  std::uint64_t traces_written_ = 0;
  Counts counts_written_;
  std::string stopped_why_;
  bool closed_well_ = false;
  std::thread thread_;
};

}  // namespace workbench::recorder
