#include "panels/kit/story_parts.h"

namespace panels::kit::story {

using workbench::traffic::Exchange;
using workbench::traffic::SavedRequest;

std::vector<SavedRequest> requests() {
  const auto request = [](const char* folder, const char* name, const char* method, const char* url) {
    SavedRequest r;
    r.folder = folder, r.name = name, r.method = method, r.url = url;
    r.id = r.folder + "/" + r.name;
    r.file = "requests/" + r.id + ".http";
    r.headers = {{"accept", "application/json"}, {"x-api-key", "lab-key"}};
    return r;
  };
  std::vector<SavedRequest> all{
      request("orders", "create", "POST", "{{gateway}}/orders"),
      request("orders", "get by id", "GET", "{{gateway}}/orders/9043"),
      request("orders", "list, page 1", "GET", "{{gateway}}/orders?limit=50"),
      request("orders", "cancel", "POST", "{{gateway}}/orders/9043/cancel"),
      request("orders", "create, 20 lines", "GRPC", "{{orders}}/orders.v1.Orders/Create"),
      request("inventory", "Reserve", "GRPC", "{{inventory}}/inventory.v1.Inventory/Reserve"),
      request("inventory", "Watch stock", "GRPC", "{{inventory}}/inventory.v1.Inventory/Watch"),
      request("pricing", "quote", "GET", "{{pricing}}/quote?sku=A-1"),
      request("checks", "health", "GET", "{{gateway}}/healthz"),
      request("checks", "not found", "GET", "{{gateway}}/nothing-here"),
  };
  SavedRequest& create = all.front();
  create.headers.insert(create.headers.begin(), {"content-type", "application/json"});
  create.body =
      "{\n  \"customer\": \"c-118\",\n  \"lines\": [\n    { \"sku\": \"A-1\", \"qty\": 2 },\n    { \"sku\": \"B-7\", \"qty\": 1 }\n  ],\n"
      "  \"note\": \"{{$uuid}}\"\n}";
  create.assertions = {"status == 201", "body.id > 0", "time < 50ms"};
  return all;
}

std::vector<Exchange> exchanges() {
  const SavedRequest create = requests().front();
  struct Told {
    double minute, second, ms;
    int status;
    const char *reason, *trace;
  };
  std::vector<Exchange> all;
  for (const Told& t : {Told{9, 12.314, 4.20, 201, "Created", "5f2c91d7b3e04a868c15e2f7901ba07d"}, Told{8, 50.027, 3.91, 201, "Created", "5e70a3c81d9f46b2a07e5c4318db9f62"},
                        Told{5, 29.316, 0.31, 429, "Too Many Requests", "57d1c04b8ae92f6311f0d7a5c83eb24d"}, Told{5, 27.004, 0.30, 429, "Too Many Requests", "57c8e25f6b0143da9e7b10c2f4d8a963"},
                        Told{5, 26.480, 4.40, 201, "Created", "57c20b91e7f83d4ca6105e8b2c97f04e"}, Told{4, 40.802, 0.82, 422, "Unprocessable Entity", ""},
                        Told{4, 2.155, 5.10, 201, "Created", "542fa8b0c6de19737b40e25f81ac9d03"}}) {
    Exchange e;
    e.request = create;
    e.url = "http://127.0.0.1:8080/orders";
    e.sent_headers = create.headers;
    e.sent_headers.push_back({"host", "127.0.0.1:8080"});
    e.sent_body = create.body;
    e.status = t.status;
    e.reason = t.reason;
    e.trace_id = t.trace;
    e.started_wall_ns = at(14, static_cast<int>(t.minute), t.second);
    e.total_ns = static_cast<std::int64_t>(t.ms * 1e6);
    e.first_byte_ns = e.total_ns - 90'000;
    e.reused_connection = true;
    e.config_version = t.minute > 6 ? 419 : 418;
    e.headers = {{"content-type", "application/json"}, {"content-length", "312"}, {"date", "Mon, 23 Nov 2026 14:09:12 GMT"}, {"location", "/orders/9043"},
                 {"x-request-id", "9f3c2a"}, {"traceparent", std::string("00-") + t.trace + "-51a9b0c0d0e0f000-01"}, {"connection", "keep-alive"}};
    if (t.status == 201)
      e.body =
          "{\"id\":9043,\"status\":\"reserved\",\"total\":{\"amount\":4780,\"currency\":\"EUR\"},\"lines\":[{\"sku\":\"A-1\",\"qty\":2,\"price\":1890},"
          "{\"sku\":\"B-7\",\"qty\":1,\"price\":1000}],\"quoted_by\":\"pricing-2\",\"reservation\":\"r-55190\",\"created\":\"2026-11-23T14:09:12.318Z\"}";
    else
      e.body = t.status == 429 ? "{\"code\":429,\"reason\":\"RATE_LIMITED\",\"message\":\"too many requests\",\"metadata\":{\"retry_after\":\"1s\"}}"
                               : "{\"code\":422,\"reason\":\"VALIDATION\",\"message\":\"lines must not be empty\",\"metadata\":{\"field\":\"lines\"}}";
    for (const std::string& text : create.assertions)
      e.assertions.push_back({text, t.status == 201, text == "status == 201" ? std::to_string(t.status) : text == "body.id > 0" ? "9043" : "4.2ms"});
    all.push_back(e);
  }
  return all;
}

}  // namespace panels::kit::story
