// What stands in a run's file beside the views themselves.
#pragma once

#include <cstdint>
#include <vector>

#include "workbench/host/described.h"

namespace workbench::host {

struct RunServices {
  std::int64_t at_ns = 0;          // Unix time: when the rows were so, their uptimes among them
  std::vector<ServiceRow> rows;    // without rates
};
BOOST_DESCRIBE_STRUCT(RunServices, (), (at_ns, rows))

}  // namespace workbench::host
