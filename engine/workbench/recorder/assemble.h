// Assemble: the parts of a trace, one per service that took part, put together to the tree that people see.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "slipway/telemetry/telemetry.h"
#include "workbench/recorder/trace.h"

namespace workbench::recorder {

using PartPtr = std::shared_ptr<const slipway::telemetry::CallRecord>;

struct Roots {
  // The part that the trace began with: the one asked for by name, else without a caller, else the earliest.
  const slipway::telemetry::CallRecord* root = nullptr;
  // How many parts have no caller among the others; more than one means that some are missing.
  std::size_t tops = 0;
};
// `parts` is not empty.
Roots roots_of(std::span<const PartPtr> parts);
// How the numbers in a part read: those of this process, or of a file with names of its own and times in Unix ns.
struct Reading {
  std::function<std::string_view(slipway::telemetry::NameId)> name = slipway::telemetry::name_of;
  std::int64_t (*to_ns)(std::uint64_t delta) = slipway::Ticks::to_ns;
  std::int64_t (*wall_ns)(std::uint64_t time) = slipway::Ticks::wall_ns;
};
// Service of an instance name.
using ServiceOf = std::function<std::string(std::string_view instance, bool& known)>;
Trace assemble(std::span<const PartPtr> parts, const ServiceOf& service_of, const Reading& reading = {});

}  // namespace workbench::recorder
