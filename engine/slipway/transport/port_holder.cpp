// Who listens on a TCP port, by way of /proc: the socket's inode from net/tcp, then the process that has it open.
#include <dirent.h>
#include <unistd.h>

#include <cctype>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "slipway/transport/listener.h"
#include "slipway/transport/server.h"

namespace slipway::transport {
namespace {

constexpr std::string_view kListen = "0A";

// The inode of the socket that listens on `port`, or 0.
unsigned long listening_inode(const char* table, int port) {
  std::ifstream in(table);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout;
    unsigned long inode = 0;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
    const auto colon = local.rfind(':');
    if (state != kListen || colon == std::string::npos) continue;
    if (std::stoi(local.substr(colon + 1), nullptr, 16) == port) return inode;
  }
  return 0;
}

bool has_open(const std::string& pid, const std::string& link) {
  const std::string folder = "/proc/" + pid + "/fd";
  DIR* dir = opendir(folder.c_str());
  if (!dir) return false;  // another user's process, or gone
  bool found = false;
  while (!found) {
    const dirent* entry = readdir(dir);
    if (!entry) break;
    char target[64];
    const auto n = readlink((folder + "/" + entry->d_name).c_str(), target, sizeof target);
    found = n > 0 && std::string_view(target, static_cast<std::size_t>(n)) == link;
  }
  closedir(dir);
  return found;
}

}  // namespace

PortHolder who_holds_port(int port) {
  unsigned long inode = listening_inode("/proc/net/tcp", port);
  if (!inode) inode = listening_inode("/proc/net/tcp6", port);
  if (!inode) return {};
  const std::string link = "socket:[" + std::to_string(inode) + "]";
  PortHolder holder;
  DIR* proc = opendir("/proc");
  if (!proc) return {};
  while (const dirent* entry = readdir(proc)) {
    if (!std::isdigit(static_cast<unsigned char>(entry->d_name[0]))) continue;
    const std::string pid = entry->d_name;
    if (!has_open(pid, link)) continue;
    holder.pid = std::stoi(pid);
    std::ifstream comm("/proc/" + pid + "/comm");
    std::getline(comm, holder.name);
    break;
  }
  closedir(proc);
  return holder;
}

Error port_in_use(const std::string& host, int port) {
  const PortHolder holder = who_holds_port(port);
  const std::string place = host + ":" + std::to_string(port);
  std::string who = "another process";
  if (holder.pid) who = holder.name + " (pid " + std::to_string(holder.pid) + ")";
  auto error = conflict(place + " is taken by " + who + "; stop it or use another port", "PORT_IN_USE")
                   .with_metadata("port", std::to_string(port));
  if (!holder.pid) return error;
  return error.with_metadata("pid", std::to_string(holder.pid)).with_metadata("process", holder.name);
}

Result<int> next_free_port(int from) {
  for (int port = from < 1 ? 1024 : from; port <= 65535; ++port) {
    auto listener = listen_on("127.0.0.1", port, 1, 1);
    if (!listener.ok()) continue;
    close_listener(*listener);
    return port;
  }
  return unavailable("no free loopback port at or after " + std::to_string(from), "NO_FREE_PORT");
}

}  // namespace slipway::transport
