#include "workbench/host/operations.h"

#include "slipway/codec/codec.h"
#include "workbench/behaviour/expression.h"
#include "workbench/host/operation_arguments.h"

namespace workbench::host {

using slipway::Error;
using slipway::Result;
using slipway::Value;

namespace {

Value pairs_value(const traffic::Pairs& pairs) {
  Value::Map m;
  for (const auto& [k, v] : pairs) m[k] = m.contains(k) ? Value(m[k].as_string() + ", " + v) : Value(v);
  return Value(std::move(m));
}

Result<Value> changed(Result<ConfigChange> change) {
  if (!change.ok()) return change.error();
  return to_value(*change);
}

Result<Value> services(Host& host, const Value&) { return list_of(host.services()); }

Result<Value> service_start(Host& host, const Value& a) {
  if (auto s = host.start(text_of(a, "instance")); !s.ok()) return s.error();
  return services(host, a);
}
Result<Value> service_stop(Host& host, const Value& a) {
  if (auto s = host.stop(text_of(a, "instance")); !s.ok()) return s.error();
  return services(host, a);
}
Result<Value> service_restart(Host& host, const Value& a) {
  if (auto s = host.restart(text_of(a, "instance")); !s.ok()) return s.error();
  return services(host, a);
}

Result<Value> service_new(Host& host, const Value& a) {
  scaffold::NewService wanted;
  wanted.name = text_of(a, "name");
  wanted.from = text_of(a, "from", "empty");
  if (a["port"].is_int()) wanted.port = static_cast<int>(a["port"].as_int());
  auto made = host.new_service(wanted);
  if (!made.ok()) return made.error();
  return to_value(*made);
}
Result<Value> service_take_back(Host& host, const Value& a) {
  scaffold::Made made;
  made.service = text_of(a, "service");
  if (a["files"].is_list())
    for (const auto& f : a["files"].as_list()) made.files.emplace_back(text_of(f, "path"), text_of(f, "text"));
  if (auto s = host.take_back(made); !s.ok()) return s.error();
  return Value(true);
}
Result<Value> service_openapi(Host& host, const Value& a) {
  auto d = host.detail(text_of(a, "service"));
  if (!d.ok()) return d.error();
  if (!d->openapi) return slipway::not_found(text_of(a, "service") + " has no HTTP server, so no OpenAPI document (its .proto describes it)", "NO_OPENAPI");
  return Value(*d->openapi);
}
Result<Value> service_route(Host& host, const Value& a) {
  const std::string service = text_of(a, "service"), route = text_of(a, "route");
  if (a["yaml"].is_string()) {
    auto before = host.set_route(service, route, a["yaml"].as_string());
    if (!before.ok()) return before.error();
    return Value(*before);
  }
  auto d = host.detail(service);
  if (!d.ok()) return d.error();
  std::string known;
  for (const auto& r : d->routes) {
    if (r.method + " " + r.path == route) return Value(r.yaml);
    known += (known.empty() ? "" : ", ") + r.method + " " + r.path;
  }
  return slipway::not_found(service + " has no route " + route + " (it has " + known + ")", "ROUTE_UNKNOWN");
}

Result<Value> config_get(Host& host, const Value& a) {
  const std::string key = text_of(a, "key");
  const ConfigTable table = host.config();
  if (key.empty()) return list_of(table.rows);
  for (const auto& row : table.rows)
    if (row.key == key) return to_value(row);
  // A prefix gives its keys.
  Value::List below;
  std::vector<std::string> known;
  for (const auto& row : table.rows) {
    known.push_back(row.key);
    if (row.key.starts_with(key + ".")) below.push_back(to_value(row));
  }
  if (!below.empty()) return Value(std::move(below));
  const std::string near = behaviour::nearest(key, known);
  return slipway::not_found("there is no config key " + key + (near.empty() ? "" : "; did you mean " + near + "?"), "CONFIG_KEY_UNKNOWN");
}

Result<Value> config_explain(Host& host, const Value& a) {
  auto row = host.explain(text_of(a, "key"));
  if (!row.ok()) return row.error();
  return to_value(*row);
}
Result<Value> config_set(Host& host, const Value& a) {
  return changed(host.set(text_of(a, "key"), text_of(a, "value"), text_of(a, "who", "command line"), text_of(a, "file")));
}
Result<Value> config_unset(Host& host, const Value& a) { return changed(host.unset(text_of(a, "key"), text_of(a, "who", "command line"))); }
Result<Value> config_move(Host& host, const Value& a) {
  return changed(host.move_to_file(text_of(a, "key"), text_of(a, "file"), text_of(a, "who", "command line")));
}
Result<Value> config_undo(Host& host, const Value& a) { return changed(host.undo(text_of(a, "who", "command line"))); }
Result<Value> config_redo(Host& host, const Value& a) { return changed(host.redo(text_of(a, "who", "command line"))); }
Result<Value> config_revert(Host& host, const Value& a) {
  if (!a["version"].is_int() || a["version"].as_int() < 1) return slipway::bad_request("config.revert needs the number of a version (config history lists them)", "BAD_ARGUMENT");
  const auto version = static_cast<std::uint64_t>(a["version"].as_int());
  const std::string who = text_of(a, "who", "command line");
  if (!text_of(a, "key").empty() && !(a["only"].is_bool() && a["only"].as_bool())) return slipway::bad_request("config.revert takes a key only with only: true", "BAD_ARGUMENT");
  return changed(a["only"].is_bool() && a["only"].as_bool() ? host.revert(version, who, text_of(a, "key")) : host.revert_to(version, who));
}
Result<Value> config_allow(Host& host, const Value&) {
  if (auto s = host.allow_network(); !s.ok()) return s.error();
  return Value(true);
}
Result<Value> config_history(Host& host, const Value& a) { return list_of(host.history(limit_of(a, 50))); }
Result<Value> config_version(Host& host, const Value&) { return Value(host.config_version()); }
Result<Value> config_problems(Host& host, const Value&) {
  Value::List l;
  for (const auto& p : host.config().problems) l.emplace_back(p);
  return Value(std::move(l));
}

Result<traffic::SavedRequest> find_request(Host& host, const std::string& id) {
  std::vector<std::string> known;
  const traffic::SavedRequest* by_name = nullptr;
  const auto all = host.requests();
  for (const auto& r : all) {
    if (r.id == id || r.file == id) return r;
    if (r.name == id) by_name = &r;
    known.push_back(r.id);
  }
  if (by_name) return *by_name;
  std::string list;
  for (const auto& k : known) list += (list.empty() ? "" : ", ") + k;
  const std::string near = behaviour::nearest(id, known);
  return slipway::not_found("there is no saved request '" + id + "'" + (near.empty() ? " (" + list + ")" : "; did you mean '" + near + "'?"), "REQUEST_UNKNOWN");
}

Result<traffic::SavedRequest> wanted_request(Host& host, const Value& a) {
  if (a["url"].is_null()) return find_request(host, text_of(a, "id"));
  return saved_request_of(a);
}

Result<Value> requests(Host& host, const Value&) { return list_of(host.requests()); }
Result<Value> request_expand(Host& host, const Value& a) {
  auto r = wanted_request(host, a);
  if (!r.ok()) return r.error();
  auto e = host.expand(*r);
  if (!e.ok()) return e.error();
  return to_value(*e);
}
Result<Value> send(Host& host, const Value& a) {
  auto r = wanted_request(host, a);
  if (!r.ok()) return r.error();
  const traffic::Exchange x = host.send(*r);
  recorder::TracePtr trace;
  if (!x.trace_id.empty()) {
    auto t = host.recorder().find(x.trace_id, std::chrono::seconds(2));
    if (t.ok()) trace = *t;
  }
  return to_value(x, trace.get());
}

// Who has just had an answer and asks for it should see it, not wait for the collector's next round.
void catch_up(Host& host) { host.recorder().telemetry().drain(); }

Result<Value> traces_list(Host& host, const Value& a) {
  catch_up(host);
  auto list = host.recorder().list(text_of(a, "filter"), limit_of(a, 50));
  if (!list.ok()) return list.error();
  return trace_rows(*list);
}
Result<Value> traces_show(Host& host, const Value& a) {
  auto t = host.recorder().find(text_of(a, "id"), std::chrono::seconds(1));
  if (!t.ok()) return t.error();
  return to_value(**t);
}
Result<Value> traces_export(Host& host, const Value& a) {
  std::vector<recorder::TracePtr> traces;
  if (!a["id"].is_null()) {
    auto t = host.recorder().find(text_of(a, "id"), std::chrono::seconds(1));
    if (!t.ok()) return t.error();
    traces.push_back(*t);
  } else {
    catch_up(host);
    auto list = host.recorder().list(text_of(a, "filter"), limit_of(a, 1000));
    if (!list.ok()) return list.error();
    traces = std::move(*list);
  }
  auto text = recorder::export_traces(traces, text_of(a, "format", "otlp"));
  if (!text.ok()) return text.error();
  return Value(std::move(*text));
}

Result<Value> totals(Host& host, const Value&) {
  catch_up(host);
  return to_value(host.totals());
}

Result<Value> plugins(Host& host, const Value&) {
  Value::List out;
  for (const auto& p : host.plugins()) {
    Value::List adds, users;
    for (const auto& [family, name] : p.adds) adds.push_back(Value::object({{"family", family}, {"name", name}}));
    for (const auto& user : p.users) users.emplace_back(user);
    out.push_back(Value::object({{"name", p.name}, {"version", p.version}, {"about", p.about}, {"installed", p.installed}, {"path", p.path},
                                 {"adds", Value(std::move(adds))}, {"users", Value(std::move(users))}}));
  }
  return Value(std::move(out));
}

struct Operation {
  std::string_view name;
  Result<Value> (*run)(Host&, const Value&);
};
constexpr Operation kOperations[] = {
    {"services", services},
    {"service.start", service_start},
    {"service.stop", service_stop},
    {"service.restart", service_restart},
    {"service.new", service_new},
    {"service.take_back", service_take_back},
    {"service.openapi", service_openapi},
    {"service.route", service_route},
    {"config.get", config_get},
    {"config.explain", config_explain},
    {"config.set", config_set},
    {"config.unset", config_unset},
    {"config.move", config_move},
    {"config.undo", config_undo},
    {"config.redo", config_redo},
    {"config.revert", config_revert},
    {"config.allow", config_allow},
    {"config.history", config_history},
    {"config.version", config_version},
    {"config.problems", config_problems},
    {"requests", requests},
    {"request.expand", request_expand},
    {"send", send},
    {"traces.list", traces_list},
    {"traces.show", traces_show},
    {"traces.export", traces_export},
    {"totals", totals},
    {"plugins", plugins},
};

std::string_view state_name(ServiceState s) {
  switch (s) {
    case ServiceState::Stopped: return "stopped";
    case ServiceState::Starting: return "starting";
    case ServiceState::Running: return "running";
    case ServiceState::Draining: return "draining";
    case ServiceState::Failed: return "failed";
  }
  return "";
}

std::string_view status_name(slipway::telemetry::SpanStatus s) {
  using S = slipway::telemetry::SpanStatus;
  switch (s) {
    case S::Ok: return "ok";
    case S::Error: return "error";
    case S::Stopped: return "stopped";
    case S::NotReached: return "not_reached";
  }
  return "";
}

Value span_value(const recorder::TraceSpan& s) {
  Value::Map attributes;
  for (const auto& [k, v] : s.attributes) attributes[k] = Value(v);
  return Value::object({{"id", Value(s.id)},
                        {"name", Value(s.name)},
                        {"parent", Value(s.parent)},
                        {"service", Value(s.instance.empty() ? s.service : s.instance)},
                        {"start_ns", Value(s.start_ns)},
                        {"duration_ns", Value(s.duration_ns)},
                        {"self_ns", Value(s.self_ns)},
                        {"status", Value(status_name(s.status))},
                        {"depth", Value(s.depth)},
                        {"attributes", Value(std::move(attributes))}});
}

}  // namespace

Result<Value> run_operation(Host& host, std::string_view name, const Value& arguments) {
  for (const auto& o : kOperations)
    if (o.name == name) return o.run(host, arguments);
  return slipway::not_found("this host knows no operation '" + std::string(name) + "'; is it of another version?", "OPERATION_UNKNOWN");
}

std::vector<std::string_view> operation_names() {
  std::vector<std::string_view> names;
  for (const auto& o : kOperations) names.push_back(o.name);
  return names;
}

Value to_value(const ServiceRow& r) {
  return Value::object({{"service", Value(r.service)},
                        {"instance", Value(r.instance)},
                        {"state", Value(state_name(r.state))},
                        {"kind", Value(r.kind)},
                        {"address", Value(r.address)},
                        {"url", Value(r.url)},
                        {"uptime_ns", Value(r.uptime.count())},
                        {"requests_per_s", Value(r.rate.requests_per_s)},
                        {"errors_per_s", Value(r.rate.errors_per_s)},
                        {"p99_ns", Value(r.rate.p99_ns)},
                        {"design", Value(r.design)},
                        {"error", Value(r.error)},
                        {"holder_pid", Value(r.holder_pid)}});
}

Value to_value(const scaffold::Made& made) {
  Value::List files, notes;
  for (const auto& [path, text] : made.files) files.push_back(Value::object({{"path", Value(path)}, {"text", Value(text)}}));
  for (const auto& n : made.notes) notes.emplace_back(n);
  return Value::object({{"service", Value(made.service)}, {"port", Value(made.port)}, {"files", Value(std::move(files))}, {"notes", Value(std::move(notes))}});
}

Value to_value(const ConfigRow& r) {
  Value::List layers;
  for (const auto& c : r.cells)
    if (c.present)
      layers.push_back(Value::object({{"layer", Value(c.layer)},
                                      {"value", Value(c.text)},
                                      {"raw", Value(c.raw)},
                                      {"place", Value(c.place)},
                                      {"wins", Value(c.wins)}}));
  Value::List readers;
  for (const auto& reader : r.readers) readers.emplace_back(reader);
  return Value::object({{"key", Value(r.key)},
                        {"value", Value(r.text)},
                        {"layer", Value(r.layer)},
                        {"unit", Value(r.unit)},
                        {"doc", Value(r.doc)},
                        {"live", Value(r.live)},
                        {"known", Value(r.known)},
                        {"layers", Value(std::move(layers))},
                        {"readers", Value(std::move(readers))}});
}

Value to_value(const ConfigChange& c) {
  Value::List applied, refused;
  for (const auto& why : c.refused_by) refused.emplace_back(why);
  for (const auto& who : c.applied_by) applied.emplace_back(who);
  return Value::object({{"version", Value(c.version)},
                        {"wall_ns", Value(c.wall_ns)},
                        {"who", Value(c.who)},
                        {"key", Value(c.key)},
                        {"before", c.had_before ? Value(c.before) : Value()},
                        {"after", c.has_after ? Value(c.after) : Value()},
                        {"source", Value(c.source)},
                        {"applied_ns", Value(c.applied_ns)},
                        {"applied_by", Value(std::move(applied))},
                        {"refused_by", Value(std::move(refused))}});
}

Value to_value(const Totals& t) {
  return Value::object({{"running", Value(t.running)},
                        {"services", Value(t.services)},
                        {"requests_per_s", Value(t.requests_per_s)},
                        {"errors_per_s", Value(t.errors_per_s)},
                        {"p99_ns", Value(t.p99_ns)},
                        {"entry_service", Value(t.entry_service)},
                        {"traces_kept", Value(t.recorder.traces_kept)},
                        {"dropped", Value(t.recorder.dropped)},
                        {"sampling", Value(t.recorder.sampling)},
                        {"rss_bytes", Value(t.rss_bytes)}});
}

Value trace_rows(const std::vector<recorder::TracePtr>& traces) {
  Value::List out;
  for (const auto& t : traces)
    out.push_back(Value::object({{"id", Value(t->id)},
                                 {"name", Value(t->root_name)},
                                 {"service", Value(t->root_service)},
                                 {"status", Value(t->status)},
                                 {"error", Value(t->error)},
                                 {"stopped_by", Value(t->stopped_by)},
                                 {"partial", Value(t->partial)},
                                 {"start_ns", Value(t->start_ns)},
                                 {"duration_ns", Value(t->duration_ns)},
                                 {"spans", Value(t->spans.size())}}));
  return Value(std::move(out));
}
Value to_value(const recorder::Trace& t) {
  Value::List spans;
  for (const auto& s : t.spans) spans.push_back(span_value(s));
  return Value::object({{"id", Value(t.id)},
                        {"name", Value(t.root_name)},
                        {"service", Value(t.root_service)},
                        {"status", Value(t.status)},
                        {"stopped_by", Value(t.stopped_by)},
                        {"partial", Value(t.partial)},
                        {"start_ns", Value(t.start_ns)},
                        {"duration_ns", Value(t.duration_ns)},
                        {"spans", Value(std::move(spans))}});
}

Value to_value(const traffic::SavedRequest& r) {
  Value::List assertions;
  for (const auto& a : r.assertions) assertions.emplace_back(a);
  return Value::object({{"id", Value(r.id)},
                        {"name", Value(r.name)},
                        {"file", Value(r.file)},
                        {"method", Value(r.method)},
                        {"url", Value(r.url)},
                        {"headers", pairs_value(r.headers)},
                        {"body", Value(r.body)},
                        {"assertions", Value(std::move(assertions))}});
}

traffic::SavedRequest saved_request_of(const Value& v) {
  traffic::SavedRequest r;
  r.id = text_of(v, "id");
  r.name = text_of(v, "name");
  r.file = text_of(v, "file");
  r.method = text_of(v, "method", "GET");
  r.url = text_of(v, "url");
  r.body = text_of(v, "body");
  if (v["headers"].is_map())
    for (const auto& [k, value] : v["headers"].as_map()) r.headers.emplace_back(k, value.to_text());
  if (v["assertions"].is_list())
    for (const auto& a : v["assertions"].as_list()) r.assertions.push_back(a.to_text());
  return r;
}

Value to_value(const traffic::Exchange& x, const recorder::Trace* trace) {
  Value::List spans, assertions;
  if (trace)
    for (const auto& s : trace->spans) spans.push_back(span_value(s));
  for (const auto& a : x.assertions)
    assertions.push_back(Value::object({{"text", Value(a.text)}, {"held", Value(a.held)}, {"found", Value(a.found)}}));
  return Value::object({{"status", Value(x.status)},
                        {"reason", Value(x.reason)},
                        {"url", Value(x.url)},
                        {"headers", pairs_value(x.headers)},
                        {"body", Value(x.body)},
                        {"trace_id", Value(x.trace_id)},
                        {"spans", Value(std::move(spans))},
                        {"connect_ns", Value(x.connect_ns)},
                        {"first_byte_ns", Value(x.first_byte_ns)},
                        {"total_ns", Value(x.total_ns)},
                        {"config_version", Value(x.config_version)},
                        {"assertions", Value(std::move(assertions))},
                        {"error", Value(x.error)}});
}

Value error_value(const Error& e) {
  Value::Map metadata;
  for (const auto& [k, v] : e.metadata()) metadata[k] = Value(v);
  return Value::object({{"code", Value(e.code())}, {"reason", Value(e.reason())}, {"message", Value(e.to_string())}, {"metadata", Value(std::move(metadata))}});
}

Error error_of(const Value& v) {
  Error e(v["code"].is_int() ? static_cast<int>(v["code"].as_int()) : 500, text_of(v, "reason", "INTERNAL"), text_of(v, "message", "the host answered with an error that has no text"));
  if (v["metadata"].is_map())
    for (const auto& [k, m] : v["metadata"].as_map()) e = e.with_metadata(k, m.to_text());
  return e;
}

}  // namespace workbench::host
