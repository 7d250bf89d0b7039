// StatementNotes: what is known about each statement's text: whether it only reads, and what its span is
// called. Bounded, thread-safe.
#pragma once

#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "slipway/telemetry/call_trace.h"

namespace slipway::data {

// "SELECT orders", "INSERT orders", "PRAGMA": verb and first table, for people.
std::string statement_title(std::string_view sql);
// A statement that may not stand in a transaction (VACUUM, PRAGMA, ATTACH, DETACH).
bool needs_no_transaction(std::string_view sql);
// BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, END: they would break the writer's own.
bool controls_transaction(std::string_view sql);

class StatementNotes {
 public:
  struct Note {
    telemetry::NameId name = 0;
    std::optional<bool> reads_only;
  };
  Note of(const std::string& sql);
  void set_reads_only(const std::string& sql, bool reads_only);

 private:
  static constexpr std::size_t kMost = 4096;
  std::shared_mutex mutex_;
  std::unordered_map<std::string, Note> notes_;
};

}  // namespace slipway::data
