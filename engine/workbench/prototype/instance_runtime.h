// InstanceRuntime: the behaviour Runtime of one instance, on its real clients, database and cache.
#pragma once

#include <memory>

#include "workbench/prototype/service_run.h"

namespace workbench::prototype {

std::shared_ptr<behaviour::Runtime> make_runtime(ServiceRun& service, std::string instance, slipway::data::Database* database, slipway::cache::Cache* cache);

}  // namespace workbench::prototype
