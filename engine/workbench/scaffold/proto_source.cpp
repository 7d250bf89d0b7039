// A service from a .proto file: every unary method answers with its reply's defaults, ready to be edited.
#include <algorithm>
#include <filesystem>
#include <set>

#include "slipway/codec/codec.h"
#include "slipway/config/atomic_file.h"
#include "slipway/grpc/proto_set.h"
#include "workbench/scaffold/sources.h"

namespace workbench::scaffold {

namespace fs = std::filesystem;
using slipway::Value;

namespace {

// The files that `text` imports, in order. Well-known types are built in.
std::vector<std::string> imports_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; (at = text.find("import", at)) != std::string::npos; at += 6) {
    const bool starts = at == 0 || text[at - 1] == '\n' || text[at - 1] == ' ' || text[at - 1] == ';';
    const std::size_t end = text.find(';', at), open = text.find('"', at), close = open == std::string::npos ? open : text.find('"', open + 1);
    if (!starts || close == std::string::npos || close > end) continue;
    std::string name = text.substr(open + 1, close - open - 1);
    if (!name.starts_with("google/protobuf/")) out.push_back(std::move(name));
  }
  return out;
}

}  // namespace

slipway::Result<Draft> proto_draft(const std::string& file, const std::string& folder) {
  std::error_code code;
  const fs::path full = fs::canonical(file, code);
  if (code) return slipway::not_found(file + " cannot be read: " + code.message(), "NO_SUCH_FILE");
  const fs::path mine = fs::weakly_canonical(fs::path(folder) / "protos", code);
  const bool here = !full.lexically_relative(mine).empty() && *full.lexically_relative(mine).begin() != "..";
  const fs::path root = here ? mine : full.parent_path();
  const std::string name = full.lexically_relative(root).generic_string();
  auto set = slipway::grpc::ProtoSet::load({root.string()}, {name});
  if (!set.ok()) return set.error();

  Draft out;
  if (!here) {
    std::vector<std::string> wanted{name};
    std::set<std::string> seen{name};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      auto text = slipway::config::read_file((root / wanted[i]).string());
      if (!text.ok()) return text.error();
      for (auto& import : imports_of(*text))
        if (seen.insert(import).second) wanted.push_back(import);
      out.files.emplace_back("protos/" + wanted[i], *text);
    }
  }
  Value::List routes;
  for (const auto& m : (*set)->methods()) {
    if (m.where.file != name && fs::path(m.where.file).filename() != full.filename()) continue;
    if (!m.unary()) {
      out.notes.push_back(m.path + " streams and is left out");
      continue;
    }
    if (out.name.empty()) out.name = service_name_of(m.service.substr(m.service.rfind('.') + 1));
    // The reply as its own message reads when nothing is set.
    Value body(Value::Map{});
    if (auto reply = m.reply->decode(""); reply.ok() && reply->is_map()) body = *reply;
    Value step = Value::object({{"reply", Value::object({{"body", body}})}});
    routes.push_back(Value::object({{m.path, Value(Value::List{step})}}));
  }
  if (routes.empty()) return slipway::bad_request(file + " has no unary method to serve (add a service with an rpc)", "NO_METHODS");
  out.service = "# Made from " + name + ": every method answers with a fixed reply until it is given more to do.\n" +
                "service: @NAME@\ngrpc: { address: 127.0.0.1, port: @PORT@, proto: protos/" + name + " }\nmiddleware:\n  - recovery\n  - tracing\n  - metrics\n  - timeout: { after: 2s }\n" +
                slipway::codec::to_yaml(Value::object({{"routes", Value(std::move(routes))}}));
  return out;
}

}  // namespace workbench::scaffold
