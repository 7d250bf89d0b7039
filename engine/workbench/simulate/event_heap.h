// EventHeap: the next completion of each busy node, earliest on top. A four-ary heap, because a simulation mostly takes
// the top and puts a later event in its place: half the levels of a binary one, and no pop followed by a push.
#pragma once

#include <cstdint>
#include <vector>

namespace workbench::simulate {

class EventHeap {
 public:
  struct Event {
    double at;
    std::uint32_t node;
  };
  bool empty() const { return events_.empty(); }
  const Event& top() const { return events_.front(); }
  void reserve(std::size_t n) { events_.reserve(n); }

  void push(Event event) {
    events_.push_back(event);
    auto at = events_.size() - 1;
    while (at > 0) {
      const auto parent = (at - 1) / 4;
      if (events_[parent].at <= event.at) break;
      events_[at] = events_[parent];
      at = parent;
    }
    events_[at] = event;
  }

  void replace_top(Event event) {
    const auto count = events_.size();
    std::size_t at = 0;
    for (;;) {
      const auto first = 4 * at + 1;
      if (first >= count) break;
      auto least = first;
      const auto last = first + 4 < count ? first + 4 : count;
      for (auto child = first + 1; child < last; ++child)
        if (events_[child].at < events_[least].at) least = child;
      if (events_[least].at >= event.at) break;
      events_[at] = events_[least];
      at = least;
    }
    events_[at] = event;
  }

  void pop() {
    const auto last = events_.back();
    events_.pop_back();
    if (!events_.empty()) replace_top(last);
  }

 private:
  std::vector<Event> events_;
};

}  // namespace workbench::simulate
