// RunFile: the SQLite file of one recorded run, opened for reading. The tables are in run_file.cpp (kRunSchema); what wrote them is
// run_writer.h. Thread-safe; every method blocks on the disk.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/data/rows.h"
#include "workbench/recorder/assemble.h"
#include "workbench/recorder/run_archive.h"

namespace slipway::data {
class Connection;
}

namespace workbench::recorder {

constexpr int kRunFormat = 1;             // PRAGMA user_version
constexpr int kRunApplication = 0x534C5052;  // PRAGMA application_id
extern const char* const kRunSchema;

// In a few words, for people: "the disk is full".
std::string disk_problem(const slipway::Error& error);

class RunFile {
 public:
  // BAD_REQUEST / RUN_UNREADABLE says why a file is no run, or of which newer version.
  static slipway::Result<std::unique_ptr<RunFile>> open(const std::string& path);
  ~RunFile();

  // What the file says of its run: times, counts, stopped_writing, and whether it was closed (else State::Cut).
  slipway::Result<RunInfo> summary() const;

  // As Recorder::list and Recorder::find.
  slipway::Result<std::vector<TracePtr>> list(std::string_view filter, std::size_t limit) const;
  slipway::Result<TracePtr> find(std::string_view id) const;

  slipway::Result<slipway::data::Rows> query(const std::string& sql, const std::vector<slipway::Value>& parameters = {}) const;

 private:
  RunFile();
  void learn_names() const;
  std::string service_of(std::string_view instance, bool& known) const;
  struct Row;
  slipway::Result<TracePtr> build(const Row& row) const;

  mutable std::mutex mutex_;              // the connection's
  std::unique_ptr<slipway::data::Connection> connection_;
  mutable std::mutex names_mutex_;        // what follows
  mutable std::unordered_map<slipway::telemetry::NameId, std::string> names_;
  mutable std::unordered_map<std::string, std::string> services_;  // by instance
};

}  // namespace workbench::recorder
