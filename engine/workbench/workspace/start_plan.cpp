#include "workbench/workspace/start_plan.h"

namespace workbench::workspace {

namespace {

bool loopback(const std::string& address) { return address.starts_with("127.") || address == "::1" || address == "[::1]" || address == "localhost"; }

std::string ports(int first, int count) {
  if (first == 0) return count == 1 ? "a free port" : std::to_string(count) + " free ports";
  return count == 1 ? "port " + std::to_string(first) : "ports " + std::to_string(first) + " to " + std::to_string(first + count - 1);
}

}  // namespace

std::vector<StartStep> start_plan(const Workspace& workspace) {
  using Kind = StartStep::Kind;
  std::vector<StartStep> out;
  for (const auto& l : workspace.layers)
    if (l.remote) out.push_back({Kind::Read, l.name, "reads config from " + (l.address.empty() ? "this machine" : l.address) + " (" + l.kind + ")" + (l.off_loopback ? ", another machine" : ""), l.off_loopback});
  for (const auto& s : workspace.services) {
    const auto listen = [&](const std::string& address, int port, const char* kind) {
      const bool open = !loopback(address);
      out.push_back({Kind::Listen, s.name, "listens on " + address + ", " + ports(port, s.instances) + " (" + kind + ")" + (open ? ", open to the network" : ""), open});
    };
    if (s.http) listen(s.http->address, s.http->port, "HTTP");
    if (s.grpc) listen(s.grpc->address, s.grpc->port, "gRPC");
    if (s.database)
      out.push_back({Kind::Database, s.name, (s.database->schema.empty() ? "opens " : "runs " + s.database->schema + " in ") + ".slipway/data/" + s.database->file, false});
    std::string calls;
    for (const auto& target : s.calls()) calls += (calls.empty() ? "calls " : ", ") + target;
    if (!calls.empty()) out.push_back({Kind::Call, s.name, calls + " of this workspace", false});
  }
  return out;
}

}  // namespace workbench::workspace
