#include "slipway/app/advertise.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <climits>
#include <memory>

namespace slipway::app {
namespace {

bool is_ipv4(const std::string& address) {
  in_addr parsed{};
  return inet_pton(AF_INET, address.c_str(), &parsed) == 1;
}

bool is_any(const std::string& host) {
  return host.empty() || host == "0.0.0.0" || host == "::" || host == "[::]";
}

}  // namespace

std::vector<NetworkInterface> system_interfaces() {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return {};
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> list(first, freeifaddrs);
  std::vector<NetworkInterface> out;
  for (const ifaddrs* entry = first; entry; entry = entry->ifa_next) {
    if (!entry->ifa_addr) continue;
    char text[INET6_ADDRSTRLEN] = {};
    const void* raw = nullptr;
    if (entry->ifa_addr->sa_family == AF_INET)
      raw = &reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr;
    else if (entry->ifa_addr->sa_family == AF_INET6)
      raw = &reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr;
    else
      continue;
    if (!inet_ntop(entry->ifa_addr->sa_family, raw, text, sizeof text)) continue;
    auto at = std::find_if(out.begin(), out.end(), [&](const auto& i) { return i.name == entry->ifa_name; });
    if (at == out.end()) {
      out.push_back({static_cast<int>(if_nametoindex(entry->ifa_name)),
                     entry->ifa_name,
                     (entry->ifa_flags & IFF_UP) != 0,
                     {}});
      at = std::prev(out.end());
    }
    at->addresses.emplace_back(text);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
  return out;
}

bool is_global_unicast(const std::string& address) {
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) {
    const std::uint32_t a = ntohl(v4.s_addr);
    const bool loopback = a >> 24 == 127, link_local = a >> 16 == 0xA9FE, multicast = a >> 28 == 0xE;
    return a != 0 && a != 0xFFFFFFFF && !loopback && !link_local && !multicast;
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return false;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) return is_global_unicast(address.substr(address.rfind(':') + 1));
  return !IN6_IS_ADDR_UNSPECIFIED(&v6) && !IN6_IS_ADDR_LOOPBACK(&v6) && !IN6_IS_ADDR_LINKLOCAL(&v6) &&
         !IN6_IS_ADDR_MULTICAST(&v6);
}

std::string advertised_host(const std::string& bound, const std::vector<NetworkInterface>& interfaces) {
  if (!is_any(bound)) return bound;
  std::string found;
  int lowest = INT_MAX;
  for (const NetworkInterface& i : interfaces) {
    if (!i.up || (!found.empty() && i.index >= lowest)) continue;
    for (const std::string& address : i.addresses) {
      if (!is_global_unicast(address)) continue;
      lowest = i.index;
      found = address;
      if (is_ipv4(address)) break;
    }
  }
  return found;
}

Result<std::string> advertised_url(const transport::Endpoint& endpoint,
                                   const std::vector<NetworkInterface>& interfaces) {
  transport::Endpoint reachable = endpoint;
  reachable.host = advertised_host(endpoint.host, interfaces);
  if (reachable.host.empty())
    return unavailable(
        "no network interface has an address that others could reach, to register in place of " +
            endpoint.url() + "; bind a host, or set the endpoints of the app",
        "NO_ADDRESS");
  if (reachable.host.find(':') != std::string::npos && reachable.host.front() != '[')
    reachable.host = "[" + reachable.host + "]";
  return reachable.url();
}

}  // namespace slipway::app
