#include "workbench/exporter/recording.h"

#include <stdlib.h>

#include <filesystem>
#include <mutex>

#include "slipway/codec/codec.h"
#include "slipway/http/client.h"
#include "workbench/prototype/prototype.h"
#include "workbench/workspace/load.h"

namespace workbench::exporter {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Value;

namespace {

// Headers that are the service's own answer; Date, Connection and identities of the exchange are not.
constexpr const char* kCompared[] = {"content-type", "location", "retry-after", "allow", "www-authenticate", "cache-control"};

// A folder that goes away with its contents.
struct TemporaryFolder {
  std::string path;
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "slipway-record-XXXXXX").string();
    if (::mkdtemp(name.data())) path = name;
  }
  ~TemporaryFolder() {
    std::error_code ec;
    if (!path.empty()) fs::remove_all(path, ec);
  }
};

struct FixedSources {
  slipway::ManualClock clock;
  std::unique_ptr<slipway::Ids> ids;
};


Result<RecordedSession> record_session(const workspace::Workspace& original, const std::string& service, const Value& wanted, ExportControl& control) {
  RecordedSession session;
  session.name = wanted["name"].to_text();
  session.seed = 1;
  if (wanted["set"].is_map())
    for (const auto& [k, v] : wanted["set"].as_map()) session.set.emplace_back(k, v.to_text());

  TemporaryFolder folder;
  if (folder.path.empty()) return slipway::unavailable("no temporary folder could be made", "TEMPORARY_FOLDER");
  const std::string copy = folder.path + "/workspace";
  if (auto s = workspace::copy_sample(original.folder, copy); !s.ok()) return s.error();
  auto loaded = workspace::load(copy);
  if (!loaded.ok()) return loaded.error();

  slipway::config::Config config;
  if (auto s = workspace::add_layers(config, *loaded.workspace, session.set); !s.ok()) return s.error();
  if (auto s = config.start(); !s.ok()) return s.error();
  recorder::Recorder recorder({});
  FixedSources fixed;
  fixed.clock.set(std::chrono::seconds(0));
  fixed.ids = slipway::Ids::seeded(session.seed);
  session.clock = slipway::format_rfc3339(fixed.clock.wall());
  std::mutex mutex;
  Value::List upstream;
  prototype::PrototypeOptions options;
  options.keep_ports = false;
  options.sources = {&fixed.clock, fixed.ids.get()};
  options.on_call = [&](const std::string& caller, const behaviour::OutgoingCall& out, const Result<behaviour::IncomingReply>& reply) {
    if (caller != service) return;
    Value u = Value::object({{"service", Value(out.service)},
                             {"grpc", Value(out.grpc)},
                             {"method", Value(out.method)},
                             {"target", Value(out.path)},
                             {"body", out.grpc ? out.message : Value(out.body)},
                             {"status", Value(reply.ok() ? reply->status : reply.error().code())}});
    if (reply.ok()) {
      u["reply"] = out.grpc ? reply->body : Value(reply->raw);
    } else {
      u["reason"] = Value(reply.error().reason());
      u["message"] = Value(reply.error().message());
    }
    std::lock_guard lock(mutex);
    upstream.push_back(std::move(u));
  };
  prototype::Prototype prototype(config, recorder, options);
  if (auto errors = prototype.apply(loaded.workspace); !errors.empty()) return errors.front();
  if (auto s = prototype.start(""); !s.ok()) return s.error();
  std::string url;
  for (const auto& [name, address] : prototype.addresses())
    if (name == service) url = address;
  if (!url.starts_with("http://")) return slipway::bad_request("the service " + service + " has no HTTP server to record", "NO_RECORDING");

  slipway::transport::Workers workers({.count = 1, .blocking_threads = 1, .pin_to = {}});
  slipway::http::Client client(workers, {});
  if (!wanted["requests"].is_list()) return slipway::bad_request("the session '" + session.name + "' lists no requests", "NO_RECORDING");
  for (const Value& r : wanted["requests"].as_list()) {
    if (control.cancelled) return slipway::client_closed("the export was cancelled", "CANCELLED");
    slipway::http::ClientRequest request;
    request.method = r["method"].is_null() ? "GET" : r["method"].to_text();
    const std::string target = r["path"].to_text();
    request.url = url + target;
    Value::Map headers;
    if (r["headers"].is_map())
      for (const auto& [k, v] : r["headers"].as_map()) {
        if (auto s = request.headers.set(k, v.to_text()); !s.ok()) return s.error();
        headers[k] = Value(v.to_text());
      }
    if (!r["text"].is_null())
      request.body = r["text"].to_text();
    else if (!r["body"].is_null())
      request.body = slipway::codec::to_json(r["body"]);
    const std::string body = request.body;
    {
      std::lock_guard lock(mutex);
      upstream.clear();
    }
    auto reply = client.send_blocking({}, request);
    if (!reply.ok()) return reply.error();
    RecordedExchange x;
    x.request = Value::object({{"method", Value(request.method)}, {"target", Value(target)}, {"headers", Value(std::move(headers))}, {"body", Value(body)}});
    Value::Map kept;
    for (const char* name : kCompared)
      if (reply->headers.contains(name)) kept[name] = Value(reply->headers.get(name));
    x.reply = Value::object({{"status", Value(reply->status)}, {"headers", Value(std::move(kept))}, {"body", Value(reply->body)}});
    {
      std::lock_guard lock(mutex);
      x.upstream = Value(upstream);
    }
    session.exchanges.push_back(std::move(x));
  }
  if (control.on_output) control.on_output("record", session.name + ": " + std::to_string(session.exchanges.size()) + " exchanges");
  return session;
}

}  // namespace

std::string RecordedSession::to_json() const {
  Value::Map settings;
  for (const auto& [k, v] : set) settings[k] = Value(v);
  Value::List list;
  for (const auto& x : exchanges) list.push_back(Value::object({{"request", x.request}, {"reply", x.reply}, {"upstream", x.upstream}}));
  return slipway::codec::to_json_pretty(Value::object({{"name", Value(name)},
                                                       {"clock", Value(clock)},
                                                       {"seed", Value(seed)},
                                                       {"set", Value(std::move(settings))},
                                                       {"exchanges", Value(std::move(list))}})) +
         "\n";
}

Result<std::vector<RecordedSession>> record(const workspace::Workspace& workspace, const std::string& service, ExportControl& control) {
  const std::string file = workspace.path("scenarios/record-" + service + ".yaml");
  if (!fs::exists(file))
    return slipway::not_found("there is nothing to record: scenarios/record-" + service + ".yaml lists the requests whose answers the exported project must give", "NO_RECORDING");
  auto document = slipway::codec::read_document(file);
  if (!document.ok()) return document.error();
  std::vector<RecordedSession> out;
  if ((*document)["sessions"].is_list())
    for (const Value& wanted : (*document)["sessions"].as_list()) {
      auto s = record_session(workspace, service, wanted, control);
      if (!s.ok()) return s.error();
      out.push_back(std::move(*s));
    }
  if (out.empty()) return slipway::bad_request(file + ": lists no sessions", "NO_RECORDING");
  return out;
}

}  // namespace workbench::exporter
