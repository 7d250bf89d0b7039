#include <algorithm>

#include "panels/kit/story_parts.h"

namespace panels::kit::story {
namespace {

using slipway::telemetry::SpanKind;
using slipway::telemetry::SpanStatus;
using workbench::recorder::Trace;
using workbench::recorder::TracePtr;
using workbench::recorder::TraceSpan;

// One span of the telling, times in ms from the trace's start.
struct Told {
  std::string name, service;
  SpanKind kind = SpanKind::Internal;
  double start = 0, end = 0, enter = 0, exit = 0;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<Told> inside;
  bool critical = true;
  SpanStatus status = SpanStatus::Ok;
  std::string instance;
};

std::int64_t ns(double ms) { return static_cast<std::int64_t>(ms * 1e6 + 0.5); }

void write_down(const Told& told, const std::string& parent, int depth, Trace& trace) {
  TraceSpan span;
  char id[20];
  std::snprintf(id, sizeof id, "%016llx", static_cast<unsigned long long>(trace.spans.size() + 0x51a9b0c0d0e0f0ull));
  span.id = id;
  span.parent = parent;
  span.name = told.name;
  span.service = told.service;
  span.instance = told.instance.empty() ? told.service : told.instance;
  span.kind = told.kind;
  span.status = told.status;
  span.start_ns = trace.start_ns + ns(told.start);
  span.duration_ns = ns(told.end) - ns(told.start);
  span.enter_ns = ns(told.enter);
  span.exit_ns = ns(told.exit);
  span.depth = depth;
  span.critical = told.critical;
  span.attributes = told.attributes;
  double cursor = told.start, own = 0;
  for (const Told& child : told.inside) {
    if (child.status == SpanStatus::NotReached) continue;
    own += std::max(0.0, child.start - cursor);
    cursor = std::max(cursor, child.end);
  }
  span.self_ns = ns(own + std::max(0.0, told.end - cursor));
  trace.spans.push_back(span);
  for (const Told& child : told.inside) write_down(child, id, depth + 1, trace);
}

TracePtr finish(const Told& root, std::int64_t start, const std::string& id, int status) {
  auto trace = std::make_shared<Trace>();
  trace->id = id;
  trace->root_name = root.name;
  trace->root_service = root.service;
  trace->status = status;
  trace->error = status >= 500 || status == 409;
  trace->start_ns = start;
  trace->duration_ns = ns(root.end);
  write_down(root, {}, 0, *trace);
  for (const TraceSpan& span : trace->spans)
    if (span.status == SpanStatus::Stopped) trace->stopped_by = span.name;
  return trace;
}

Told step(const std::string& name, const std::string& service, double start, double end, double enter, double exit) {
  return {name, service, SpanKind::Step, start, end, enter, exit, {}, {}, true, SpanStatus::Ok, {}};
}

// Wraps from the outside in: the last one holds `core`.
Told nest(std::vector<Told> steps, Told core) {
  for (auto it = steps.rbegin(); it != steps.rend(); ++it) {
    it->inside.push_back(std::move(core));
    core = std::move(*it);
  }
  return core;
}

// POST /orders whose quote took `quote` ms on `instance`.
Told order(double quote, const std::string& instance, const std::string& delay) {
  const double d = quote - 1.52;  // everything after the quote moves by that
  Told quoted{"GET /quote", "pricing", SpanKind::Server, 0.75, 0.75 + quote, 0, 0, {{"server.address", "127.0.0.1:810" + instance.substr(8)}}, {}, true, SpanStatus::Ok, instance};
  Told work{"handler", "pricing", SpanKind::Handler, 0.93, 2.12 + d, 0, 0,
            {{"detail", "delay " + delay}, {"server.address", "127.0.0.1:810" + instance.substr(8)}, {"http.response.status", "200"},
             {"balancer.policy", "wrr"}, {"balancer.pick", "1 of 5, in flight 2"}, {"config.key", "pricing." + instance.substr(8) + ".delay,orders.pricing.balancer"}},
            {}, true, SpanStatus::Ok, instance};
  if (quote > 5) work.attributes.push_back({"note", "7.62 ms delay on pricing-5, the one in five that wrr keeps choosing"});
  Told tracing = step("tracing", "pricing", 0.915, 2.135 + d, 0.015, 0.015);
  tracing.instance = instance;
  quoted.inside.push_back(nest({tracing}, work));

  Told reserve{"Inventory/Reserve", "inventory", SpanKind::Server, 0.73, 1.93, 0, 0, {}, {}, false, SpanStatus::Ok, {}};
  Told reserving{"handler", "inventory", SpanKind::Handler, 0.935, 1.765, 0, 0, {{"detail", "reserve"}}, {}, false, SpanStatus::Ok, {}};
  Told t1 = step("tracing", "inventory", 0.91, 1.79, 0.015, 0.015), t2 = step("deadline", "inventory", 0.925, 1.775, 0.01, 0.01);
  t1.critical = t2.critical = false;
  reserve.inside.push_back(nest({t1, t2}, reserving));

  Told create{"handler", "orders", SpanKind::Handler, 0.61, 3.79 + d, 0, 0, {{"detail", "create"}}, {}, true, SpanStatus::Ok, {}};
  create.inside = {reserve, quoted,
                   {"INSERT orders", "orders", SpanKind::Sql, 2.35 + d, 3.49 + d, 0, 0, {{"db.statement", "INSERT INTO orders(customer, total) VALUES (?, ?)"}, {"db.rows", "1"}}, {}, true, SpanStatus::Ok, {}},
                   {"cache.set", "orders", SpanKind::Cache, 3.52 + d, 3.67 + d, 0, 0, {{"cache.key", "order:9043"}, {"cache.ttl", "30s"}}, {}, true, SpanStatus::Ok, {}}};
  Told orders{"POST /orders", "orders", SpanKind::Server, 0.40, 3.845 + d, 0, 0, {{"server.address", "127.0.0.1:8081"}}, {}, true, SpanStatus::Ok, {}};
  Told validate = step("validate", "orders", 0.45, 3.815 + d, 0.16, 0.025);
  validate.attributes = {{"validate.rules", "6"}};
  orders.inside.push_back(nest({step("tracing", "orders", 0.415, 3.83 + d, 0.02, 0.01), step("timeout", "orders", 0.435, 3.82 + d, 0.015, 0.005), validate}, create));

  Told proxy{"handler", "gateway", SpanKind::Handler, 0.225, 4.105 + d, 0, 0, {{"detail", "proxy"}}, {orders}, true, SpanStatus::Ok, {}};
  Told limit = step("rate_limit", "gateway", 0.205, 4.125 + d, 0.015, 0.005);
  limit.attributes = {{"step.order", "5 of 6"}, {"rate.key", "lab-key"}, {"rate.tokens", "48"}, {"rate.burst", "50"}, {"http.route", "POST /orders"},
                      {"config.key", "gateway.rate_limit.rate,gateway.rate_limit.burst"}};
  Told auth = step("auth", "gateway", 0.05, 4.14 + d, 0.155, 0.015);
  auth.attributes = {{"auth.scheme", "api-key"}, {"config.key", "gateway.auth.keys"}};
  Told root{"POST /orders", "gateway", SpanKind::Server, 0, 4.20 + d, 0, 0, {{"http.route", "POST /orders"}, {"http.response.status", "201"}}, {}, true, SpanStatus::Ok, {}};
  root.inside.push_back(nest({step("recovery", "gateway", 0.01, 4.17 + d, 0.005, 0.005), step("tracing", "gateway", 0.015, 4.165 + d, 0.015, 0.01),
                              step("logging", "gateway", 0.03, 4.155 + d, 0.02, 0.015), auth, limit,
                              step("timeout", "gateway", 0.22, 4.12 + d, 0.005, 0.015)},
                             proxy));
  return root;
}

Told read(double total, bool with_cache) {
  Told root{"GET /orders/{id}", "gateway", SpanKind::Server, 0, total, 0, 0, {{"http.route", "GET /orders/{id}"}, {"http.response.status", "200"}}, {}, true, SpanStatus::Ok, {}};
  Told handler{"handler", "orders", SpanKind::Handler, total * 0.24, total * 0.84, 0, 0, {{"detail", "get"}}, {}, true, SpanStatus::Ok, {}};
  handler.inside.push_back({"cache.get", "orders", SpanKind::Cache, total * 0.28, total * 0.36, 0, 0, {{"cache.key", "order:9041"}}, {}, true, SpanStatus::Ok, {}});
  if (with_cache) handler.inside.push_back({"GET /quote", "pricing", SpanKind::Server, total * 0.45, total * 0.8, 0, 0, {}, {}, true, SpanStatus::Ok, "pricing-1"});
  Told orders{"GET /orders/{id}", "orders", SpanKind::Server, total * 0.2, total * 0.9, 0, 0, {}, {handler}, true, SpanStatus::Ok, {}};
  Told auth = step("auth", "gateway", total * 0.02, total * 0.98, total * 0.16, total * 0.01);
  auth.inside.push_back(orders);
  root.inside.push_back(auth);
  return root;
}

// The chain ends at `name`; the steps after it are not reached.
Told stopped(const std::string& name, double total, int status) {
  Told root{"POST /orders", "gateway", SpanKind::Server, 0, total, 0, 0, {{"http.response.status", std::to_string(status)}}, {}, true, SpanStatus::Ok, {}};
  Told stop = step(name, "gateway", total * 0.5, total * 0.8, total * 0.3, 0);
  stop.status = SpanStatus::Stopped;
  stop.attributes = {{"config.key", name == "auth" ? "gateway.auth.keys" : "gateway.rate_limit.rate,gateway.rate_limit.burst"}, {"reason", name == "auth" ? "no API key" : "0 of 50 tokens left for lab-key"}};
  for (const char* missed : {"timeout", "handler"}) {
    Told not_reached = step(missed, "gateway", total * 0.8, total * 0.8, 0, 0);
    not_reached.status = SpanStatus::NotReached;
    not_reached.critical = false;
    stop.inside.push_back(not_reached);
  }
  Told tracing = step("tracing", "gateway", total * 0.08, total * 0.96, total * 0.2, total * 0.08), logging = step("logging", "gateway", total * 0.28, total * 0.88, total * 0.15, total * 0.05);
  if (name == "rate_limit") {
    Told auth = step("auth", "gateway", total * 0.43, total * 0.84, total * 0.07, total * 0.03);
    root.inside.push_back(nest({tracing, logging, auth}, stop));
  } else {
    root.inside.push_back(nest({tracing, logging}, stop));
  }
  return root;
}

}  // namespace

std::int64_t at(int hours, int minutes, double seconds) {
  return kNow + static_cast<std::int64_t>(((hours - 14) * 3600 + (minutes - 12) * 60 + (seconds - 20)) * 1e9);
}

std::vector<TracePtr> traces() {
  Told refused = order(3.42, "pricing-3", "exp(0.4ms)");
  refused.status = SpanStatus::Error;
  for (auto& [key, value] : refused.attributes)
    if (key == "http.response.status") value = "409";
  return {
      finish(read(0.92, false), at(14, 12, 20.118), "7f402c19e2b8a4d1c6f3057b9e1d2a40", 200),
      finish(order(7.96, "pricing-5", "exp(1.2ms)"), at(14, 12, 19.871), "7f3a91c2d40b6e8f51c7a2d93b0e64f8", 201),
      finish(read(2.64, true), at(14, 11, 58.402), "6d21b8e0c94f7a35d8120c6be5f7a911", 200),
      finish(refused, at(14, 11, 19.960), "6be20712a7d5438f9c01e46db25a8f37", 409),
      finish(stopped("auth", 0.05, 401), at(14, 10, 47.233), "6a90f14e2bd8c7056fe93a1b7c402d85", 401),
      finish(read(1.84, false), at(14, 10, 2.790), "688c5da1f03b49e27d16c8a05b9f2e34", 200),
      finish(order(1.52, "pricing-2", "exp(0.4ms)"), at(14, 9, 12.314), "5f2c91d7b3e04a868c15e2f7901ba07d", 201),
      finish(order(1.23, "pricing-4", "exp(0.4ms)"), at(14, 8, 50.027), "5e70a3c81d9f46b2a07e5c4318db9f62", 201),
      finish(stopped("rate_limit", 0.06, 429), at(14, 5, 29.316), "57d1c04b8ae92f6311f0d7a5c83eb24d", 429),
      finish(stopped("rate_limit", 0.06, 429), at(14, 5, 27.004), "57c8e25f6b0143da9e7b10c2f4d8a963", 429),
      finish(order(1.72, "pricing-1", "exp(0.4ms)"), at(14, 5, 26.480), "57c20b91e7f83d4ca6105e8b2c97f04e", 201),
      finish(order(2.42, "pricing-3", "exp(0.4ms)"), at(14, 4, 2.155), "542fa8b0c6de19737b40e25f81ac9d03", 201),
  };
}

}  // namespace panels::kit::story
