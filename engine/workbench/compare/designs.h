// The designs measured: the same services reached as named lazy instances of a scope, injected by constructor through a graph, or
// wired by hand in plain C++, which is the yardstick: no design can be cheaper than that.
//
// Every case calls one virtual function through an interface pointer that the optimiser cannot see through, so that no
// side is devirtualised unless all are. All sides carry the same loop, so its cost is in the yardstick too and is not subtracted.
//
//   cold        wiring and the first answer, everything from nothing
//   first       the first answer once the wiring is done: a lazy design makes its parts here, the others made them at their start
//   race        the same by `threads` at once, which must end with one instance; the slowest thread counts
//   hot         one use, found each time as that design finds it: by name, or by the reference it holds
//   held        one use where the lazy design too keeps what it found
//   contended   hot, by `threads` at once
//   graph       making and destroying 100 services, most of which stand on three others
#pragma once

#include <string>

#include "slipway/base/result.h"

namespace workbench::compare {

enum class Design { Singleton, Injected, ByHand };
// "singleton", "injected", "by_hand"; BAD_REQUEST names them.
slipway::Result<Design> read_design(const std::string& name);

struct DesignCase {
  std::string name = "hot";
  Design design = Design::Singleton;
  int threads = 1;            // contended and race
  double seconds = 0.03;      // how long to measure; cold, first and race happen once
};

struct Timing {
  double ns = 0;              // per use; cold and graph: for the whole
  double cpu_ns = 0;          // of the whole process, per use of one thread
  std::uint64_t iterations = 0;
};

constexpr int kGraphServices = 100;

// NOT_FOUND for an unknown case. `cold`, `first` and `race` are only meaningful in a fresh process.
slipway::Result<Timing> time_design(const DesignCase& what);

}  // namespace workbench::compare
