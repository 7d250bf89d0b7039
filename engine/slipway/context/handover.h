// Handover<T>: one result, from whoever makes it to one caller who waits for it and who leaves at his own deadline or when he is
// cancelled.
//
// It solves two problems: a wait (for a place in a queue, for another's loader, for a name to be resolved) ends within the caller's limits
// whatever the other side does; and the other side touches nothing of a caller who has left, because it asks begin() first.
// T is a Status or a Result: who leaves gets the error of his context. Made by make_shared, held by both sides; one use each.
//
//   auto turn = std::make_shared<context::Handover<Status>>();
//   queue.push([turn, work] { if (turn->begin()) turn->give(work()); });
//   Status s = turn->wait(context);                    // a thread that may wait
//   auto waiting = context::Handover<Status>::wait_async(turn, context);   // a handler
//   Status s = co_await waiting;
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "slipway/base/deadline_wheel.h"
#include "slipway/base/task.h"
#include "slipway/context/context.h"

namespace slipway::context {

template <class T>
class Handover {
 public:
  Handover() = default;
  Handover(const Handover&) = delete;

  // The side that works; any thread.
  // From here on the caller stays until give(). False: he has left, and nothing of his may be touched. Again: the same answer.
  bool begin() {
    std::lock_guard lock(mutex_);
    if (state_ == State::Waiting) state_ = State::Begun;
    return state_ == State::Begun;
  }
  // False when nobody waits any more: the result is dropped.
  bool give(T value) { return settle(State::Given, std::move(value)); }
  bool left() const {
    std::lock_guard lock(mutex_);
    return state_ == State::Left;
  }

  // The side that waits. Blocks; never on a worker.
  T wait(const Context& context) {
    const CancelLink link(context, *this);
    std::unique_lock lock(mutex_);
    while (!value_) {
      if (state_ != State::Waiting || !context.has_deadline()) {
        settled_.wait(lock);
      } else if (settled_.wait_until(lock, context.deadline()) == std::cv_status::timeout && !value_ && state_ == State::Waiting) {
        state_ = State::Left;
        value_.emplace(passed());
      }
    }
    return take(lock);
  }
  // Suspends; resumes on the executor that was current. Without an executor the deadline is not seen, only the cancellation.
  static Task<T> wait_async(std::shared_ptr<Handover> self, Context context) {
    Handover* const h = self.get();
    {
      const CancelLink link(context, *h);
      Alarm alarm(*h);
      if (context.has_deadline() && Executor::current()) DeadlineWheel::here().add(alarm, context.deadline());
      auto settled = suspend_with<bool>([h](Resume<bool> resume) { h->when_settled(resume); });
      co_await settled;
    }
    std::unique_lock lock(h->mutex_);
    T value = h->take(lock);
    co_return value;
  }

 private:
  enum class State : std::uint8_t { Waiting, Begun, Given, Left };
  // Leaves when the context is cancelled, on the thread that cancels.
  class CancelLink {
   public:
    CancelLink(const Context& context, Handover& h) : cancellation_(context.cancellation()) {
      if (cancellation_) id_ = cancellation_->on_cancel([&h, c = cancellation_.get()] { h.settle(State::Left, c->why()); });
    }
    ~CancelLink() {
      if (cancellation_) cancellation_->remove(id_);
    }
    CancelLink(const CancelLink&) = delete;

   private:
    std::shared_ptr<Cancellation> cancellation_;
    std::uint64_t id_ = 0;
  };
  struct Alarm final : DeadlineWheel::Entry {
    explicit Alarm(Handover& h) : handover(h) {}
    void on_deadline() override { handover.settle(State::Left, passed()); }
    Handover& handover;
  };
  static Error passed() { return deadline_exceeded("the deadline of the call has passed"); }

  bool settle(State to, T value) {
    std::optional<Resume<bool>> resume;
    {
      std::lock_guard lock(mutex_);
      if (value_ || taken_ || state_ == State::Left || (to == State::Left && state_ != State::Waiting)) return false;
      state_ = to;
      value_.emplace(std::move(value));
      resume.swap(resume_);
      settled_.notify_all();  // under the lock: who waits may destroy this
    }
    if (resume) (*resume)(true);
    return true;
  }
  void when_settled(Resume<bool> resume) {
    {
      std::lock_guard lock(mutex_);
      if (!value_) {
        resume_.emplace(resume);
        return;
      }
    }
    resume(true);
  }
  T take(std::unique_lock<std::mutex>&) {
    taken_ = true;
    T value = std::move(*value_);
    value_.reset();
    return value;
  }

  mutable std::mutex mutex_;
  std::condition_variable settled_;
  State state_ = State::Waiting;
  bool taken_ = false;
  std::optional<T> value_;
  std::optional<Resume<bool>> resume_;
};

// Suspends the current worker's task for `d`: ok when that time has passed, the context's error as soon as it gives up.
inline Task<Status> sleep_for(Context context, Duration d) {
  if (Status s = context.check(); !s) co_return s;
  auto rest = std::make_shared<Handover<Status>>();
  if (d < context.remaining())  // else the deadline comes first
    Executor::current()->post_after(d, [weak = std::weak_ptr<Handover<Status>>(rest)] {
      if (const auto waiting = weak.lock()) waiting->give(Status());
    });
  auto waiting = Handover<Status>::wait_async(rest, context);
  Status status = co_await waiting;
  co_return status;
}

}  // namespace slipway::context
