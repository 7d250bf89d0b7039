// CallTrace: the spans of one call in one process, written without locks or allocation while the call runs, then kept
// or dropped as a whole by Telemetry when it ends (head sampling under a ceiling; errors and the slowest are kept).
//
// One CallTrace lives in each Call and is used by the thread that runs the call. A client call made by a handler, an SQL
// statement or a cache access adds a span to its caller's CallTrace through Context::call_trace(). When recording is
// off the pointer is null and nothing is measured.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/base/random.h"
#include "slipway/base/time.h"
#include "slipway/context/context.h"

namespace slipway::telemetry {

enum class SpanKind : std::uint8_t { Server, Client, Step, Handler, Sql, Cache, Internal };
enum class SpanStatus : std::uint8_t {
  Ok,
  Error,
  Stopped,     // a step that answered instead of calling the next one (short circuit)
  NotReached,  // a step of the chain that a short circuit kept from running; zero duration
};

// Interned text: stable for the process, comparable, 4 bytes. Thread-safe; intern at set-up, not per call.
using NameId = std::uint32_t;
NameId intern(std::string_view text);
std::string_view name_of(NameId id);

struct Span {
  SpanId id = 0;
  SpanId parent = 0;
  NameId name = 0;
  SpanKind kind = SpanKind::Internal;
  SpanStatus status = SpanStatus::Ok;
  std::uint64_t start = 0, end = 0;              // Ticks
  std::uint64_t enter_end = 0, exit_start = 0;   // a step's own segments: [start, enter_end] and [exit_start, end]
};

struct SpanAttribute {
  std::uint32_t span;  // index in the CallTrace
  NameId key;
  std::string value;
};

class CallTrace {
 public:
  static constexpr std::size_t kInline = 48;    // spans beyond it go to the heap
  static constexpr std::uint32_t kMost = 4096;  // spans beyond it are counted in lost() and not kept
  static constexpr std::uint32_t kNone = UINT32_MAX;  // an index that is no span; harmless to close

  // Starts over for a new call. `service` and `operation` are interned at set-up.
  void begin(const context::TraceIdentity& identity, SpanId remote_parent, NameId service, NameId operation);
  bool active() const { return active_; }
  // Attributes are kept only when detailed() (sampled, or somebody watches); errors keep theirs always.
  bool detailed() const { return identity_.sampled; }

  // Index of a new span whose parent is the innermost open one. Close in reverse order for nested ones; closing an outer
  // one closes what was left open inside. The first span of a call has the identity's span id. `at` is in Ticks, 0 = now: what
  // ends as the next begins reads the clock once for both.
  std::uint32_t open(NameId name, SpanKind kind, std::uint64_t at = 0);
  void close(std::uint32_t index, SpanStatus status = SpanStatus::Ok, std::uint64_t at = 0);
  // A span that does not nest (concurrent client calls): its parent is the innermost open span at this moment.
  std::uint32_t open_concurrent(NameId name, SpanKind kind);
  void close_concurrent(std::uint32_t index, SpanStatus status = SpanStatus::Ok);
  Span& span(std::uint32_t index);
  const Span& span(std::uint32_t index) const;
  std::uint32_t innermost() const { return innermost_; }  // kNone when none is open
  // The innermost open span of that name and kind, or kNone.
  std::uint32_t find_open(NameId name, SpanKind kind) const;
  // A span without duration below the innermost open one: a step that was not reached.
  void mark(NameId name, SpanKind kind, SpanStatus status, std::uint64_t at = 0);
  std::uint32_t lost() const { return lost_; }
  std::uint32_t size() const { return size_; }
  void attribute(std::uint32_t index, NameId key, std::string value);
  const std::vector<SpanAttribute>& attributes() const { return attributes_; }
  std::vector<SpanAttribute>& attributes() { return attributes_; }

  const context::TraceIdentity& identity() const { return identity_; }
  SpanId remote_parent() const { return remote_parent_; }
  NameId service() const { return service_; }
  NameId operation() const { return operation_; }
  void set_operation(NameId o) { operation_ = o; }
  // Kept whatever happens: the caller asked for it.
  bool forced() const { return forced_; }
  void force() { forced_ = true; }
  void end() { active_ = false; }

 private:
  std::uint32_t add(NameId name, SpanKind kind, std::uint64_t at);
  std::uint32_t outer_of(std::uint32_t index) const;
  bool active_ = false;
  bool forced_ = false;
  std::uint32_t lost_ = 0;
  context::TraceIdentity identity_;
  SpanId remote_parent_ = 0;
  NameId service_ = 0, operation_ = 0;
  std::uint32_t size_ = 0;
  std::uint32_t innermost_ = kNone;
  std::array<Span, kInline> inline_;
  std::array<std::uint32_t, kInline> outer_;  // the open span around each
  std::vector<Span> more_;
  std::vector<std::uint32_t> more_outer_;
  std::vector<SpanAttribute> attributes_;
};

}  // namespace slipway::telemetry
