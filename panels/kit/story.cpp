// The sample workspace at one instant, and an empty one. Services, events and totals stand here; the other parts in
// story_config.cpp and the story files of the traffic panels.
#include <cmath>

#include "panels/kit/story_config.h"
#include "panels/kit/story_parts.h"
#include "panels/kit/views.h"

namespace panels::kit {
namespace {

using namespace workbench::host;
using workbench::recorder::Event;
using workbench::recorder::StepCost;
using workbench::recorder::TracePtr;

// Sixty seconds around `level`, the same on every machine.
std::vector<float> wander(double level, unsigned seed, double amplitude = 0.06) {
  std::vector<float> out;
  unsigned state = seed * 2654435761u + 1;
  double drift = 0;
  for (int i = 0; i < 60; ++i) {
    state = state * 1664525u + 1013904223u;
    const double noise = double(state >> 8) / double(1u << 24) - 0.5;
    drift = drift * 0.8 + noise;
    out.push_back(float(level * (1 + amplitude * drift + 0.02 * std::sin(i / 5.0))));
  }
  return out;
}

MiddlewareView step(std::string name, std::string describe, std::vector<std::string> keys = {}, bool on = true) {
  return {std::move(name), std::move(describe), on, std::move(keys)};
}

std::vector<MiddlewareView> gateway_chain() {
  return {step("recovery", "500 on throw"),
          step("tracing", "w3c, sample 1/1"),
          step("logging", "info, slow > 50 ms", {"log.slow"}),
          step("auth", "jwt HS256, aud orders", {"auth.audience", "auth.jwt.key"}),
          step("rate_limit", "2 000/s, burst 50", {"gateway.rate_limit.rate", "gateway.rate_limit.burst"}),
          step("compress", "gzip, from 1 KiB", {}, false),
          step("timeout", "2 s", {"gateway.timeout.after"})};
}

ServiceRow server(std::string service, std::string instance, std::string kind, int port, double rate, double p99_ms,
                  std::vector<MiddlewareView> chain, unsigned seed) {
  ServiceRow r;
  r.service = std::move(service), r.instance = std::move(instance), r.kind = std::move(kind);
  r.address = "127.0.0.1:" + std::to_string(port);
  r.url = (r.kind == "gRPC" ? "grpc://" : "http://") + r.address;
  r.state = ServiceState::Running;
  r.uptime = std::chrono::seconds(761);
  r.rate.instance = r.instance;
  r.rate.requests_per_s = rate;
  r.rate.p99_ns = std::int64_t(p99_ms * 1e6), r.rate.p50_ns = r.rate.p99_ns * 2 / 5;
  r.rate.history = wander(rate, seed);
  r.rate.p99_history_ms = wander(p99_ms, seed + 100, 0.2);
  r.rate.total = std::uint64_t(rate * 761);
  r.middleware = std::move(chain);
  r.design = "singleton";
  return r;
}

StepCost cost(std::string name, double p50_us, double p99_us, double share, std::uint64_t stops) {
  return {std::move(name), 305'922, stops, std::int64_t(p50_us * 1000), std::int64_t(p99_us * 1000), share};
}

void tell_services(Views& v) {
  const std::vector<MiddlewareView> pricing = {step("tracing", "w3c, sample 1/1"), step("metrics", "")};
  const std::vector<MiddlewareView> rpc = {step("tracing", "w3c, sample 1/1"), step("deadline", "from the caller"), step("metrics", "")};
  const std::vector<MiddlewareView> orders = {step("tracing", "w3c, sample 1/1"), step("validate", "schema of the route"),
                                              step("timeout", "2 s", {"orders.timeout.after"}), step("metrics", ""),
                                              step("recovery", "500 on throw")};
  v.services = {server("gateway", "gateway", "HTTP", 8080, 402, 4.4, gateway_chain(), 1),
                server("orders", "orders", "HTTP", 8081, 321, 4.1, orders, 2),
                server("orders", "orders", "gRPC", 9081, 81, 1.6, rpc, 3),
                server("inventory", "inventory", "gRPC", 9082, 100, 1.3, rpc, 4)};
  for (int i = 1; i <= 5; ++i)
    v.services.push_back(server("pricing", "pricing-" + std::to_string(i), "HTTP", 8100 + i, 75, i == 5 ? 5.7 : i == 4 ? 2.0 : 1.9, pricing, unsigned(4 + i)));
  v.services.back().slow = true;
  ServiceRow& failed = v.services[6];  // pricing-3
  failed.state = ServiceState::Failed;
  failed.rate = {};
  failed.uptime = {};
  failed.error = "bind 127.0.0.1:8103: address already in use";
  failed.holder_pid = 4121, failed.holder_name = "python3", failed.next_free_port = 8106;

  ServiceDetail gateway;
  gateway.service = "gateway", gateway.file = "services/gateway.yaml";
  auto route = [](std::string method, std::string path, std::vector<std::string> what, int line) {
    RouteView r{std::move(method), std::move(path), std::move(what), "", "services/gateway.yaml", line};
    const std::string to = r.path.starts_with("/stock") ? "inventory" : "orders";
    r.yaml = "- " + r.method + " " + r.path + ":\n    - call: { service: " + to + ", method: " + r.method + ", path: \"" + r.path + "\" }\n";
    return r;
  };
  gateway.routes = {route("POST", "/orders", {"call orders"}, 12),        route("GET", "/orders", {"call orders"}, 14),
                    route("GET", "/orders/{id}", {"call orders"}, 16),    route("DELETE", "/orders/{id}", {"call orders"}, 18),
                    route("GET", "/stock/{sku}", {"call inventory"}, 20), route("GET", "/healthz", {"reply 200"}, 22)};
  gateway.routes[0].yaml =
      "- POST /orders:\n    # passed on as it came; orders checks it\n    - call:\n        service: orders\n        method: POST\n        path: /orders\n        body: \"{{body}}\"\n        timeout: 2s\n";
  gateway.routes[5].yaml = "- GET /healthz:\n    - reply: { status: 200, body: { ok: true } }\n";
  gateway.openapi = std::make_shared<const std::string>(
      "# OpenAPI of gateway, made from services/gateway.yaml.\nopenapi: 3.0.3\ninfo:\n  title: gateway\n  version: 0.1.0\nservers:\n  - url: http://127.0.0.1:8080\npaths:\n  /orders:\n"
      "    post:\n      operationId: postOrders\n      summary: call orders\n      requestBody:\n        required: true\n        content:\n          application/json:\n            schema:\n"
      "              type: object\n              required:\n                - customer\n                - sku\n                - qty\n      responses:\n        \"201\":\n          description: Created\n"
      "        \"422\":\n          description: \"VALIDATION_FAILED: the body does not hold its rules, each named in metadata\"\n        \"429\":\n          description: Too many requests; Retry-After says when to come again\n");
  gateway.middleware = gateway_chain();
  gateway.costs = {cost("recovery", 0.1, 0.3, 0.0, 0),  cost("tracing", 1.9, 4.2, 0.001, 0), cost("logging", 6.4, 18.3, 0.004, 0),
                   cost("auth", 38.2, 71.5, 0.026, 2),  cost("rate_limit", 0.4, 0.9, 0.0, 0), cost("timeout", 0.7, 1.4, 0.001, 0),
                   cost("handler", 1412, 4096, 0.968, 0)};
  auto made = [](std::string type, std::string name, int order, double ms, std::vector<std::string> needs = {}) {
    InstanceView i;
    i.type = std::move(type), i.name = std::move(name), i.scope = "singleton", i.created = true, i.order = order;
    i.created_wall_ns = story::at(13, 59, 39 + order * 0.01), i.creation_ns = std::int64_t(ms * 1e6), i.depends_on = std::move(needs);
    return i;
  };
  gateway.instances = {made("config", "default", 1, 0.8), made("log", "default", 2, 0.2, {"config"}), made("client", "orders", 3, 0.4, {"config", "log"}),
                       made("client", "inventory", 4, 1.9, {"config", "log"}), made("cache", "default", 5, 0.1, {"config"})};
  gateway.instances.push_back({"db", "default", "singleton", false, 0, 0, 0, {"config"}});
  for (const auto& row : v.config.rows)
    for (const auto& reader : row.readers)
      if (reader.rfind("gateway", 0) == 0) {
        gateway.config.emplace_back(row.key, row.text);
        break;
      }
  v.details["gateway"] = gateway;

  for (const char* name : {"orders", "inventory", "pricing"}) {
    ServiceDetail d;
    d.service = name, d.file = "services/" + std::string(name) + ".yaml";
    for (const auto& s : v.services)
      if (s.service == name && d.middleware.empty()) d.middleware = s.middleware;
    for (std::size_t i = 0; i < d.middleware.size(); ++i) d.costs.push_back(cost(d.middleware[i].name, 0.4 + 0.3 * double(i), 1.1 + 0.9 * double(i), 0.001, 0));
    d.costs.push_back(cost("handler", 820, 1900, 0.96, 0));
    d.routes = {{std::string(name) == "inventory" ? "gRPC" : "GET", std::string(name) == "inventory" ? "/inventory.v1.Inventory/Reserve" : "/" + std::string(name),
                 {"work exp(1.2ms)", "reply 200"}, "- GET /" + std::string(name) + ":\n    - work: { service_time: 1200us, distribution: exponential }\n    - reply: { status: 200 }\n", d.file, 9}};
    d.instances = {made("config", "default", 1, 0.7), made("log", "default", 2, 0.2, {"config"})};
    v.details[name] = d;
  }
  Event bind{story::at(13, 50, 0.398), Event::Level::Error, "service", "pricing-3", "bind 127.0.0.1:8103: address already in use (python3, pid 4121)"};
  v.details["pricing"].last_errors = {bind};
  v.events = {{story::at(14, 6, 48.2), Event::Level::Info, "config", "gateway", "gateway.rate_limit.rate 2000/s → 4000/s, applied in 2 ms"},
              {story::at(14, 2, 11.730), Event::Level::Info, "service", "gateway", "compress switched off in the window, chain rebuilt in 0.3 ms, no request lost"},
              {story::at(13, 50, 0.412), Event::Level::Info, "service", "gateway", "listening on 127.0.0.1:8080, 6 routes, chain of 7 steps"},
              bind,
              {story::at(13, 50, 0.301), Event::Level::Info, "service", "pricing", "four of five instances listening on 127.0.0.1:8101 to 8105"}};
}

// A minute of log lines, newest first: mostly fast calls, a slow one, a refusal and the failed start.
void tell_logs(Views& v) {
  using slipway::Value;
  using slipway::telemetry::Level;
  std::vector<slipway::telemetry::LogLine> lines;
  auto line = [&](double second, Level level, const char* logger, const char* text, const std::string& trace, std::vector<std::pair<std::string, Value>> fields) {
    slipway::telemetry::LogLine l;
    l.wall_ns = story::at(14, 12, second), l.level = level, l.logger = logger, l.text = text, l.trace_id = trace, l.fields = std::move(fields);
    lines.push_back(std::move(l));
  };
  const std::string slow = v.traces.empty() ? std::string() : v.traces.front()->id;
  for (int i = 0; i < 60; ++i) {
    const double second = 19.8 - 0.31 * i;
    const std::string trace = "5f2c" + std::to_string(10'000'000 + i * 7919) + "0000000000000000000";
    if (i == 3)
      line(second, Level::Warning, "orders", "slow call", slow, {{"operation", Value("POST /orders")}, {"status", Value(201)}, {"duration", Value("58.4ms")}});
    else if (i == 9)
      line(second, Level::Error, "gateway", "failed call", trace, {{"operation", Value("POST /orders")}, {"status", Value(503)}, {"duration", Value("2.1ms")}, {"reason", Value("NO_HEALTHY_NODE")}});
    else
      line(second, Level::Info, i % 3 == 1 ? "orders" : "gateway", "call", trace,
           {{"operation", Value(i % 4 == 2 ? "GET /orders/{id}" : "POST /orders")}, {"status", Value(i % 11 == 5 ? 429 : i % 4 == 2 ? 200 : 201)}, {"duration", Value(std::to_string(2 + i % 5) + "." + std::to_string(i % 10) + "ms")}});
  }
  v.logs.total = 12'480;
  v.logs.lines = std::make_shared<const std::vector<slipway::telemetry::LogLine>>(std::move(lines));
}

}  // namespace

Story sample_story() {
  Story s;
  Views& v = s.views;
  v.workspace = "orders-lab", v.folder = "~/slipway/orders-lab";
  v.wall_ns = story::kNow;
  v.run_started_ns = story::kNow - 761'000'000'000LL;
  v.config = story::config();
  v.history = story::config_history();
  tell_services(v);
  v.requests = story::requests();
  v.variables = {{"gateway", "http://127.0.0.1:8080"}, {"inventory", "127.0.0.1:9082"}, {"pricing", "http://127.0.0.1:8101"}};
  v.environments = {"dev", "ci"}, v.environment = "dev";
  v.exchanges = story::exchanges();
  v.traces = story::traces();
  tell_logs(v);
  v.file_texts["config/service.toml"] =
      "# What this service needs beyond the defaults.\n\n[auth.jwt]\nkey = \"${JWT_KEY}\"\n\n[gateway.rate_limit]\nrate = 2000          # requests a second and key\n\n[db.orders]\n"
      "dsn = \"sqlite:${data.dir:data}/orders.db\"\n\n[db.orders.pool]\nmax = 16\n\n[pricing-5.work]\nservice = \"exp(1.2ms)\"\n";
  v.edges = story::edges();
  v.balanced = story::balanced();
  v.load = story::load();
  v.runs = story::runs();
  v.reports = story::reports();
  v.totals.running = 7, v.totals.services = 8;
  v.totals.requests_per_s = 1204, v.totals.p99_ns = 4'400'000, v.totals.entry_service = "gateway";
  v.totals.recorder = {306'000, 1'000'000, 4'100'000, 0, 1.0, 68ull << 20};
  v.totals.rss_bytes = 128ull << 20;
  return s;
}

Story empty_story() {
  Story s;
  s.views.workspace = "untitled", s.views.folder = "~/slipway/untitled";
  s.views.wall_ns = s.views.run_started_ns = story::kNow;
  s.views.totals.recorder = {0, 1'000'000, 0, 0, 1.0, 0};
  return s;
}

Story past_story() {
  Story s = sample_story();
  Views& v = s.views;
  workbench::recorder::RunInfo& run = v.run.info;
  run.id = v.run.id = "20261123-181204-3f2a";
  run.ended_ns = v.wall_ns, run.started_ns = v.run_started_ns;
  run.state = workbench::recorder::RunInfo::State::Closed;
  run.bytes = 38'400'000, run.requests = 1'284'310, run.errors = 412, run.traces = 12'480, run.not_kept = 293'520;
  v.totals.recorder.traces_kept = run.traces, v.totals.recorder.bytes = run.bytes;
  v.load = {};
  v.balanced.clear(), v.details.clear();
  return s;
}

Story loading_story() {
  Story s;
  s.views.workspace = "orders-lab", s.views.folder = "~/slipway/orders-lab";
  return s;
}

}  // namespace panels::kit
