// Change: what a publish did to one key. ChangeRecord: one entry of the history, with who applied it and when.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "slipway/config/snapshot.h"

namespace slipway::config {

enum class ChangeKind : std::uint8_t { Added, Changed, Removed, TypeChanged };

struct Change {
  std::string key;
  ChangeKind kind = ChangeKind::Changed;
  std::optional<Value> before, after;  // effective values; secrets are in the clear: mask by `secret` before showing
  std::string source;                  // the layer that wins now, or won before a removal
  bool secret = false;
};

struct Applied {
  std::string reader;        // "gateway rate_limit"
  std::int64_t after_ns = 0; // since the publish
  std::string error;         // what the reader threw, or why a value did not convert; empty when fine
};

struct ChangeRecord {
  std::uint64_t version = 0;
  std::int64_t wall_ns = 0;
  std::string who;                   // "window", "command line", "file", "start"
  std::string source;                // the layer whose event it was
  std::vector<Change> changes;       // effective differences; may be empty for a change in a shadowed layer
  std::vector<Applied> applied;      // grows until every reader has answered
  std::size_t waiting = 0;           // readers that have not answered yet
  std::string text() const;          // "gateway.rate_limit.rate: 2000 -> 5 (overrides)"
};

// What an observer is told: the changes under its keys.
struct Notice {
  std::uint64_t version = 0;
  SnapshotPtr snapshot;
  std::vector<Change> changes;
  std::string source;
  // Counted as applied when the callback has returned and every copy of `hold` is gone: keep one while work goes on elsewhere.
  std::shared_ptr<void> hold;
};
using Observer = std::function<void(const Notice&)>;

// A document or value that is not in effect, and why.
struct Problem {
  Mark where;
  std::string place;    // used when `where` is not a file: "SLIPWAY_GATEWAY__RATE_LIMIT__RATE"
  std::string source;   // layer
  std::string key;      // may be empty (syntax errors)
  std::string message;  // with the fix: "\"2x\" is not a duration (use 250ms, 2s, 1m)"
  std::string text() const;  // "config/service.toml:14:3: http.timeout: \"2x\" is not a duration (use 250ms, 2s, 1m)"
};

}  // namespace slipway::config
