// The framework's config as the views of the host: rows with a cell per layer, and changes.
#pragma once

#include "slipway/config/config.h"
#include "workbench/host/views.h"

namespace workbench::host {

// `remote`: names of the layers that are on servers.
ConfigTable config_table(const slipway::config::Config& config, std::vector<std::string> remote = {});
slipway::Result<ConfigRow> config_row(const slipway::config::Config& config, const std::string& key, const std::vector<std::string>& remote = {});
// The part of `record` that is about `key` ("" = its first change).
ConfigChange config_change(const slipway::config::ChangeRecord& record, const std::string& key);

}  // namespace workbench::host
