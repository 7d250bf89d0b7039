// Calling factories, and what this thread is making. Internal.
#pragma once

#include <mutex>

#include "slipway/inject/node.h"

namespace slipway::inject::detail {

// One lock for the process, so that a circle is found even when it goes through several threads and graphs. Taken by those who
// wait or failed, never while a factory runs.
std::mutex& makers_mutex();

extern thread_local constinit Maker* making_here;
extern constinit Maker made_already;  // the maker of what is made

// Makes `making_here` this thread's maker for a while; only the outermost one owns it.
class MakingHere {
 public:
  MakingHere() : owner_(!making_here) {
    if (owner_) making_here = &own_;
  }
  ~MakingHere() {
    if (!owner_) return;
    std::lock_guard lock(makers_mutex());  // nobody looks at it any more
    making_here = nullptr;
  }
  MakingHere(const MakingHere&) = delete;
  MakingHere& operator=(const MakingHere&) = delete;
  Maker& maker() const { return *making_here; }

 private:
  Maker own_;
  bool owner_;
};

// Notes that `maker` begins a node inside what it is making, for as long as it lives.
class Begun {
 public:
  Begun(Maker& maker, Node& node) : maker_(maker), outer_(maker.innermost.load(std::memory_order_relaxed)) {
    node.outer.store(outer_, std::memory_order_relaxed);
    maker.innermost.store(&node, std::memory_order_release);
  }
  ~Begun() { maker_.innermost.store(outer_, std::memory_order_release); }
  Begun(const Begun&) = delete;
  Begun& operator=(const Begun&) = delete;

 private:
  Maker& maker_;
  const Node* outer_;
};

// "making Orders", wrapped around the cause.
Error while_making(const Binding& binding, const Error& cause);
// Runs a factory. What it throws, and what its Result refuses, becomes an InjectError that says what was being made.
Owned call_factory(const Binding& binding, const Resolver& by);

}  // namespace slipway::inject::detail
