// DeadlineWheel: what waits for a deadline on this worker, without a timer and a closure for each of many short waits.
//
// A hashed wheel: entries hang in the slot of the moment they are due, so adding and removing cost a few writes; one timer of the
// worker's executor turns it while anything waits. An entry is told at its deadline or up to 2 kStep later, never before. Belongs to one
// thread and is used on it alone.
#pragma once

#include <array>
#include <cstdint>

#include "slipway/base/executor.h"
#include "slipway/base/time.h"

namespace slipway {

class DeadlineWheel {
 public:
  static constexpr Duration kStep = std::chrono::milliseconds(5);

  class Entry {
   public:
    virtual ~Entry();  // takes itself out
    Entry() = default;
    Entry(const Entry&) = delete;
    // The deadline has passed; the entry is out of the wheel, and may be destroyed here.
    virtual void on_deadline() = 0;
    bool waits() const { return before_ != nullptr; }
    void take_out();

   private:
    friend class DeadlineWheel;
    Entry *before_ = nullptr, *after_ = nullptr;
    TimePoint due_;
    DeadlineWheel* wheel_ = nullptr;
  };

  // The calling worker's.
  static DeadlineWheel& here();
  void add(Entry& entry, TimePoint due);
  std::size_t size() const { return size_; }

 private:
  DeadlineWheel();
  ~DeadlineWheel();
  static std::int64_t step_of(TimePoint t) { return t.time_since_epoch() / kStep; }
  void arm();
  void turn();

  struct Head final : Entry {
    void on_deadline() override {}
  };
  static constexpr std::size_t kSlots = 512;  // 2.5 s; later ones go round
  std::array<Head, kSlots> slots_;
  std::size_t size_ = 0;
  std::int64_t reached_ = 0;      // step
  Executor* armed_on_ = nullptr;  // whose timer turns it
  TimePoint armed_at_;
  std::uint64_t arming_ = 0;
};

}  // namespace slipway
