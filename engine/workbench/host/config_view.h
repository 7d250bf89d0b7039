// The framework's config as the views of the host: rows with a cell per layer, and changes.
#pragma once

#include <mutex>

#include "slipway/config/config.h"
#include "workbench/host/views.h"

namespace workbench::host {

// Makes table after table of one config; rows that did not change are shared with the table before. `remote`: names of the layers
// that are on servers. Thread-safe.
class ConfigTables {
 public:
  ConfigTable make(const slipway::config::Config& config, std::vector<std::string> remote = {});

 private:
  std::mutex mutex_;
  slipway::config::SnapshotPtr snapshot_;  // of `last_`
  ConfigTable last_;
};

ConfigTable config_table(const slipway::config::Config& config, std::vector<std::string> remote = {});
slipway::Result<ConfigRow> config_row(const slipway::config::Config& config, const std::string& key, const std::vector<std::string>& remote = {});
// The part of `record` that is about `key` ("" = its first change).
ConfigChange config_change(const slipway::config::ChangeRecord& record, const std::string& key);

}  // namespace workbench::host
