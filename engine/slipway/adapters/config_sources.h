// The table of config sources by kind, for programs that name them in a file:
//   layers: [config/default.yaml, { folder: config/conf.d }, { etcd: { url: "http://127.0.0.1:2379", prefix: /orders/ } }]
// Secrets are named, never written: `password_env: ETCD_PASSWORD` is the variable that holds it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "slipway/config/source.h"

namespace slipway::adapters {

// A source of `kind` ("file", "folder", "dotenv", "etcd", "consul", "apollo") from its options. A text stands for the option
// that matters most: the path or the url. Relative paths are below `base`. Errors name the option, and carry its place.
Result<std::unique_ptr<config::Source>> make_source(std::string_view kind, const Value& options, const std::string& base,
                                                     const std::function<std::string(const std::string&)>& environment);
std::vector<std::string> source_kinds();

}  // namespace slipway::adapters
