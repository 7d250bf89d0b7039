// InstanceRuntime: the behaviour Runtime of one instance, on the parts of its design.
#pragma once

#include <memory>

#include "workbench/prototype/parts.h"
#include "workbench/prototype/service_run.h"

namespace workbench::prototype {

std::shared_ptr<behaviour::Runtime> make_runtime(ServiceRun& service, std::string instance, std::shared_ptr<Parts> parts);

}  // namespace workbench::prototype
