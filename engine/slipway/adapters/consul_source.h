// ConsulSource: a layer of config kept in Consul's key-value store, by its HTTP API v1; rank Remote.
// Entries below `prefix` as remote_source.h describes. Changes arrive by blocking queries on the store's index. Keys that are
// entries of their own can be written, in one transaction that fails when somebody else wrote meanwhile.
// Tested against a double of the protocol written from Consul's documentation: no Consul server is packaged for Debian 12.
#pragma once

#include <memory>
#include <string>

#include "slipway/base/time.h"
#include "slipway/config/source.h"

namespace slipway::adapters {

struct ConsulOptions {
  std::string url = "http://127.0.0.1:8500";
  std::string prefix = "config/";        // without a leading "/"; "/" is added at the end when it is missing
  std::string token;                     // ACL token
  std::string datacenter;
  std::string authority_file;
  Duration wait = std::chrono::seconds(55);
  std::string name = "consul";
};

std::unique_ptr<config::Source> make_consul_source(ConsulOptions options);

}  // namespace slipway::adapters
