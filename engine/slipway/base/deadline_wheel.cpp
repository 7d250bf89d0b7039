#include "slipway/base/deadline_wheel.h"

#include <algorithm>
#include <utility>

namespace slipway {

DeadlineWheel::Entry::~Entry() { take_out(); }

void DeadlineWheel::Entry::take_out() {
  if (!before_) return;
  before_->after_ = after_;
  after_->before_ = before_;
  before_ = after_ = nullptr;
  if (wheel_) --std::exchange(wheel_, nullptr)->size_;
}

DeadlineWheel& DeadlineWheel::here() {
  static thread_local DeadlineWheel wheel;
  return wheel;
}

DeadlineWheel::DeadlineWheel() {
  for (Head& h : slots_) h.before_ = h.after_ = &h;
}

DeadlineWheel::~DeadlineWheel() {
  for (Head& h : slots_) {
    while (h.after_ != &h) h.after_->take_out();
    h.before_ = h.after_ = nullptr;
  }
}

void DeadlineWheel::add(Entry& entry, TimePoint due) {
  if (size_ == 0) reached_ = step_of(Clock::system().now());
  entry.due_ = due;
  entry.wheel_ = this;
  // Rounded up, and never behind the step that is next.
  Head& slot = slots_[static_cast<std::size_t>(std::max(step_of(due) + 1, reached_ + 1)) % kSlots];
  entry.before_ = slot.before_;
  entry.after_ = &slot;
  slot.before_ = slot.before_->after_ = &entry;
  ++size_;
  arm();
}

void DeadlineWheel::arm() {
  Executor* const here = Executor::current();
  const TimePoint now = Clock::system().now();
  // An executor that ended takes its timer with it: one that is overdue by far is not waited for.
  if (armed_on_ == here && now - armed_at_ < std::chrono::seconds(1)) return;
  armed_on_ = here;
  armed_at_ = now;
  here->post_after(kStep, [this, mine = ++arming_] {
    if (arming_ != mine) return;  // a later one turns it
    armed_on_ = nullptr;
    turn();
    if (size_ > 0) arm();
  });
}

void DeadlineWheel::turn() {
  const TimePoint now = Clock::system().now();
  const std::int64_t last = step_of(now);
  // A whole round at most: then each slot has been looked at.
  std::int64_t step = std::max(reached_, last - static_cast<std::int64_t>(kSlots));
  reached_ = last;
  Head due;
  due.before_ = due.after_ = &due;
  while (step++ < last) {
    Head& slot = slots_[static_cast<std::size_t>(step) % kSlots];
    for (Entry* e = slot.after_; e != &slot;) {
      Entry* const next = e->after_;
      if (e->due_ <= now) {  // else another round
        e->before_->after_ = e->after_;
        e->after_->before_ = e->before_;
        e->before_ = due.before_;
        e->after_ = &due;
        due.before_ = due.before_->after_ = e;
      }
      e = next;
    }
  }
  while (due.after_ != &due) {  // one may take out another
    Entry* const e = due.after_;
    e->take_out();
    e->on_deadline();
  }
  due.before_ = due.after_ = nullptr;
}

}  // namespace slipway
