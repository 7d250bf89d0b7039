// Which address a server tells the registry: the one it is bound to, or, when that is "any", one that others
// can reach.
#pragma once

#include <string>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/transport/server.h"

namespace slipway::app {

struct NetworkInterface {
  int index = 0;
  std::string name;
  bool up = false;
  std::vector<std::string> addresses;  // "192.168.1.7", "fe80::1"
};

// Of this machine, now.
std::vector<NetworkInterface> system_interfaces();

// True for an address that other hosts may reach: neither loopback, link-local, multicast, broadcast nor
// unspecified.
bool is_global_unicast(const std::string& address);

// "0.0.0.0", "::", "[::]" and "" become the first usable address of the lowest interface, IPv4 preferred;
// empty when there is none. Every other host is kept.
std::string advertised_host(const std::string& bound, const std::vector<NetworkInterface>& interfaces);

// "http://192.168.1.7:8081"; IPv6 hosts in brackets. An error when no address is reachable.
Result<std::string> advertised_url(const transport::Endpoint& endpoint,
                                   const std::vector<NetworkInterface>& interfaces);

}  // namespace slipway::app
