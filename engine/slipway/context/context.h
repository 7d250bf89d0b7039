// Context: what travels with one call through handlers, client calls, SQL and cache: deadline, cancellation, metadata,
// trace identity, typed values and the instance scope.
//
// A Context is a small value; deriving one (with_*) never changes the original. Parts are allocated only when used, so
// a call without them costs nothing. Cancellation is shared by all derived contexts and is thread-safe; the rest is
// read-only after derivation.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <typeindex>
#include <utility>
#include <vector>

#include "slipway/base/random.h"
#include "slipway/base/time.h"
#include "slipway/context/headers.h"

namespace slipway::telemetry {
class CallTrace;
}
namespace slipway::instance {
class InstanceScope;
}

namespace slipway::context {

// W3C trace identity of the current span.
struct TraceIdentity {
  TraceId trace;
  SpanId span = 0;
  bool sampled = false;
  bool valid() const { return trace.valid() && span != 0; }
  // "00-<trace>-<span>-01"
  std::string traceparent() const;
  // Strict (version 00; unknown versions by the W3C forward rule); an invalid header gives an invalid identity.
  static TraceIdentity parse(std::string_view traceparent);
};

// Set once, seen by everything that waits. Callbacks run once, on the thread that cancels, in order of registration.
class Cancellation {
 public:
  void cancel(const Error& why);
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }
  Error why() const;
  // Runs at once when already cancelled. The returned id removes it.
  std::uint64_t on_cancel(std::function<void()> callback);
  // After it returns the callback neither runs nor will run (it waits for one that runs on another thread).
  void remove(std::uint64_t id);
  // Neither cancelled nor ever listened to: as good as a new one. For who holds the last pointer to it.
  bool untouched() const { return !cancelled() && !listened_.load(std::memory_order_acquire); }

 private:
  std::atomic<bool> cancelled_{false}, listened_{false};
  mutable std::mutex mutex_;
  std::condition_variable finished_;
  std::unique_ptr<Error> why_;
  std::uint64_t next_ = 1;
  std::uint64_t running_ = 0;
  std::thread::id runner_;
  std::vector<std::pair<std::uint64_t, std::function<void()>>> callbacks_;
};

class Context {
 public:
  Context() = default;

  // Deadline on Clock::system()'s steady scale; TimePoint::max() = none.
  TimePoint deadline() const { return deadline_; }
  bool has_deadline() const { return deadline_ != TimePoint::max(); }
  Duration remaining() const;  // Duration::max() without a deadline, never negative
  Context with_deadline(TimePoint at) const;  // keeps the earlier of the two
  Context with_timeout(Duration d) const;     // Duration::max() changes nothing

  // Ok, or CLIENT_CLOSED / DEADLINE_EXCEEDED. Check before starting anything costly.
  Status check() const;
  const std::shared_ptr<Cancellation>& cancellation() const { return cancellation_; }  // may be null
  Context with_cancellation(std::shared_ptr<Cancellation> c) const;

  // Metadata that came with the call (x-md-*). x-md-global-* is forwarded by clients, x-md-local-* is not.
  std::string_view metadata(std::string_view key) const;
  const Headers* all_metadata() const { return metadata_.get(); }
  Context with_metadata(Headers metadata) const;

  const TraceIdentity& trace() const { return trace_; }
  void set_trace(const TraceIdentity& t) { trace_ = t; }
  // Where spans of this call are written; null when nothing records.
  telemetry::CallTrace* call_trace() const { return call_trace_; }
  void set_call_trace(telemetry::CallTrace* t) { call_trace_ = t; }

  instance::InstanceScope* scope() const { return scope_; }
  void set_scope(instance::InstanceScope* s) { scope_ = s; }

  template <class T>
  Context with_value(T value) const {
    Context c = *this;
    c.values_ = std::make_shared<Node>(Node{values_, typeid(T), std::make_shared<T>(std::move(value))});
    return c;
  }
  template <class T>
  const T* value() const {
    for (const Node* n = values_.get(); n; n = n->parent.get())
      if (n->type == typeid(T)) return static_cast<const T*>(n->value.get());
    return nullptr;
  }

 private:
  struct Node {
    std::shared_ptr<const Node> parent;
    std::type_index type;
    std::shared_ptr<const void> value;
  };
  TimePoint deadline_ = TimePoint::max();
  std::shared_ptr<Cancellation> cancellation_;
  std::shared_ptr<const Headers> metadata_;
  std::shared_ptr<const Node> values_;
  TraceIdentity trace_;
  telemetry::CallTrace* call_trace_ = nullptr;
  instance::InstanceScope* scope_ = nullptr;
};

}  // namespace slipway::context
