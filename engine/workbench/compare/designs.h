// The two designs measured: the same services reached as named lazy instances of a scope, or injected by constructor.
//
// Every case calls one virtual function through an interface pointer that the optimiser cannot see through, so that no
// side is devirtualised unless both are.
#pragma once

#include <string>

#include "slipway/base/result.h"

namespace workbench::compare {

struct DesignCase {
  std::string name = "hot";   // "cold", "hot", "held", "contended", "graph"
  bool injected = false;
  int threads = 1;            // contended
  double seconds = 0.03;      // how long to measure; cold and graph decide themselves
};

struct Timing {
  double ns = 0;              // per use; cold and graph: for the whole
  std::uint64_t iterations = 0;
};

constexpr int kGraphServices = 100;

// NOT_FOUND for an unknown case. `cold` is only meaningful in a fresh process.
slipway::Result<Timing> time_design(const DesignCase& what);

}  // namespace workbench::compare
