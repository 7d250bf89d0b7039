// Calls for tests: a request without a server, steps that write down when they ran, and an executor run by hand.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "slipway/middleware/builtin.h"
#include "slipway/middleware/recording.h"
#include "slipway/telemetry/telemetry.h"

namespace slipway::middleware::test {

struct Kept final : telemetry::Sink {
  std::vector<telemetry::CallRecord> calls;
  std::uint64_t requests = 0, errors = 0;
  void on_calls(std::vector<telemetry::CallRecord> c) override {
    for (auto& x : c) calls.push_back(std::move(x));
  }
  void on_traffic(std::span<const telemetry::OperationTraffic> traffic) override {
    for (const auto& t : traffic) requests += t.requests, errors += t.errors;
  }
};

// A service of one operation.
struct Fixture {
  Fixture() : operation(make_operation("POST /orders", "orders", "http")) {
    telemetry::Telemetry::Options o;
    o.collect_every = Duration::zero();
    recording = std::make_unique<telemetry::Telemetry>(o, &kept);
  }
  Call& fresh(std::vector<context::HeaderView> with = {}) {
    headers = std::move(with);
    call.reset();
    call.operation = &operation;
    call.request.method = "POST";
    call.request.path = "/orders";
    call.request.headers = headers;
    call.received = Ticks::now();
    return call;
  }
  // Runs a chain that does not suspend, recorded.
  Status run(const Chain& chain) {
    begin_recording(recording.get(), call);
    Outcome o = chain.run(call);
    if (o.suspended()) throw std::logic_error("the chain suspended");
    end_recording(recording.get(), call, o.status().ok() ? call.reply.status : o.status().error().code());
    recording->drain();
    return o.status();
  }
  const telemetry::Span* span(std::string_view name, std::size_t nth = 0) const {
    for (const auto& s : kept.calls.back().spans)
      if (telemetry::name_of(s.name) == name && nth-- == 0) return &s;
    return nullptr;
  }
  Operation operation;
  std::vector<context::HeaderView> headers;
  Call call;
  Kept kept;
  std::unique_ptr<telemetry::Telemetry> recording;
};

class HandExecutor final : public Executor {
 public:
  HandExecutor() { set_current(this); }
  ~HandExecutor() override { set_current(nullptr); }
  void post(std::function<void()> work) override { queue_.push_back(std::move(work)); }
  void post_after(Duration, std::function<void()> work) override { queue_.push_back(std::move(work)); }
  bool is_current() const override { return true; }
  void run() {
    while (!queue_.empty()) {
      auto work = std::move(queue_.front());
      queue_.pop_front();
      work();
    }
  }

 private:
  std::deque<std::function<void()>> queue_;
};

class Noting final : public Middleware {
 public:
  Noting(std::string name, std::vector<std::string>& notes) : name_(std::move(name)), notes_(notes) {}
  std::string_view name() const override { return name_; }
  std::optional<Status> before(Call&) override {
    notes_.push_back(name_ + ">");
    return stop ? std::optional<Status>(forbidden("stopped by " + name_)) : std::nullopt;
  }
  void after(Call&, Status&) override { notes_.push_back("<" + name_); }
  bool stop = false;

 private:
  std::string name_;
  std::vector<std::string>& notes_;
};

// Calls next() until it succeeds, at most `tries` times.
class Retrying final : public Middleware {
 public:
  explicit Retrying(int tries) : tries_(tries) {}
  std::string_view name() const override { return "retrying"; }
  Shape shape() const override { return Shape::Around; }
  Outcome around(Call& call, Next next) override { return again(call, next); }

 private:
  Task<Status> again(Call&, Next next) {
    Status s;
    for (int i = 0; i < tries_; ++i) {
      Outcome o = next();
      if (o.suspended()) {
        Task<Status> pending = std::move(o.task());
        s = co_await pending;
      } else {
        s = std::move(o.status());
      }
      if (s.ok()) break;
    }
    co_return s;
  }
  int tries_;
};

// Answers without the handler.
class Answering final : public Middleware {
 public:
  std::string_view name() const override { return "answering"; }
  Shape shape() const override { return Shape::Around; }
  Outcome around(Call& call, Next) override {
    call.reply.body = "from memory";
    return {};
  }
};

}  // namespace slipway::middleware::test
