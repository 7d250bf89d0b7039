// The layers that workspace.yaml lists: files and folders of the workspace, .env files, and servers (etcd, Consul, Apollo).
//
//   layers:
//     - config/default.yaml                  # .yaml .toml .json .ini .properties
//     - config/conf.d/                       # a folder of such files
//     - team.env                             # SLIPWAY_… variables, below the process's own environment
//     - etcd: { url: "http://127.0.0.1:2379", prefix: /orders/, user: lab, password_env: ETCD_PASSWORD }
//
// Where an entry stands in the list orders it among its like only: files < servers < environment.
// Secrets are named: the value of `password_env: X` is the variable X of the process, of .env, or of a *.private.env file here. Inside the folder only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "slipway/config/source.h"
#include "workbench/workspace/reader.h"

namespace workbench::workspace {

// Reads the list; what is wrong goes to `in`, and such an entry is left out. Looks at the folder, opens nothing.
std::vector<Layer> read_layers(Reader& in, const slipway::Value& list, const std::string& folder);
// A file of the workspace as a layer.
Layer file_layer(std::string path);
bool layer_extension(const std::string& path);   // of a file that can be a layer

// Its source. A server that may not be read, or whose secret is not set, is a source whose reading fails and says why at its
// line of workspace.yaml; with Servers::Off it is null.
std::unique_ptr<slipway::config::Source> layer_source(const Layer& layer, const std::string& folder, Servers servers);

// The value of a named secret; empty when it is set nowhere. Blocks on files.
std::string secret_of(const std::string& folder, const std::string& variable);

}  // namespace workbench::workspace
