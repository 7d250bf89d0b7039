#include "workbench/exporter/test_text.h"

#include <cctype>
#include <filesystem>

#include "slipway/codec/codec.h"
#include "slipway/grpc/proto_set.h"
#include "slipway/validate/rules.h"
#include "workbench/exporter/lock.h"

namespace workbench::exporter {

namespace fs = std::filesystem;
using behaviour::cpp_string;
using slipway::Value;

namespace {

// A path that the route matches.
std::string example_target(const std::string& pattern) {
  std::string target = pattern;
  for (std::size_t at; (at = target.find('{')) != std::string::npos;) target.replace(at, target.find('}', at) - at + 1, "1");
  if (target.ends_with("*")) target.back() = '1';
  return target;
}

bool takes_body(const std::string& method) { return method != "GET" && method != "HEAD" && method != "DELETE"; }

// Does a target of a recording ("/orders/1?x=2") fit a pattern ("/orders/{id}")?
bool fits(const std::string& pattern, std::string target) {
  target.resize(std::min(target.find('?'), target.size()));
  std::size_t a = 0, b = 0;
  while (a < pattern.size() && b < target.size()) {
    const std::size_t ae = std::min(pattern.find('/', a + 1), pattern.size()), be = std::min(target.find('/', b + 1), target.size());
    const std::string wanted = pattern.substr(a, ae - a);
    if (wanted.find('{') == std::string::npos && wanted != target.substr(b, be - b)) return false;
    a = ae, b = be;
  }
  return a >= pattern.size() && b >= target.size();
}

// The rules of one operation, from the service's validate steps.
Value rules_of(const ProjectModel& m, const HandlerText& h) {
  Value out = Value::object({});
  for (const auto& step : m.service->middleware) {
    if (step.name != "validate") continue;
    for (const Value* rules : {&step.options["body"], &step.options["operations"][h.grpc() ? h.path : h.method + " " + h.path]})
      if (rules->is_map())
        for (const auto& [field, rule] : rules->as_map()) out[field] = rule;
  }
  return out;
}

Value example_of(const Value& rule) {
  const std::string type = rule["type"].is_string() ? rule["type"].as_string() : "string";
  if (rule["enum"].is_list() && !rule["enum"].as_list().empty()) return rule["enum"].as_list().front();
  if (type == "int") return rule["min"].is_int() ? rule["min"] : Value(1);
  if (type == "float" || type == "number") return rule["min"].is_number() ? rule["min"] : Value(1.5);
  if (type == "bool") return Value(true);
  if (type == "list") return Value(Value::List{});
  if (type == "map") return Value::object({});
  return Value(std::string(static_cast<std::size_t>(rule["min_length"].is_int() ? rule["min_length"].as_int() : 1), 'x'));
}

// A body that the rules accept: recorded with a good answer, or made from the rules. Null when neither fits.
Value valid_body(const ProjectModel& m, const HandlerText& h, const Value& written) {
  auto rules = slipway::validate::Rules::compile(written);
  for (const auto& session : m.sessions)
    for (const auto& x : session.exchanges) {
      if (x.request["method"] != Value(h.method) || !fits(h.path, x.request["target"].to_text()) || x.reply["status"].as_int() >= 300) continue;
      auto body = slipway::codec::parse_json(x.request["body"].to_text());
      if (body.ok() && (!rules.ok() || rules->check(*body).empty())) return *body;
    }
  Value body = Value::object({});
  if (written.is_map())
    for (const auto& [field, rule] : written.as_map()) body.set_path(field, example_of(rule));
  if (rules.ok() && !rules->check(body).empty()) return {};
  return body;
}

struct Breach {
  std::string name;   // "WithoutSku"
  std::string field;
  Value body;
};

std::string camel(const std::string& text) {
  std::string out;
  bool up = true;
  for (char c : text) {
    if (!std::isalnum(static_cast<unsigned char>(c))) {
      up = true;
      continue;
    }
    out += up ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    up = false;
  }
  return out;
}

// `good` with each single rule broken in turn; only breaches that the framework's own rules confirm.
std::vector<Breach> breaches(const Value& written, const Value& good) {
  std::vector<Breach> out;
  auto rules = slipway::validate::Rules::compile(written);
  if (!rules.ok() || !written.is_map()) return out;
  const auto add = [&](const std::string& name, const std::string& field, Value body) {
    for (const auto& v : rules->check(body))
      if (v.path == field) return out.push_back({name, field, std::move(body)});
  };
  for (const auto& [field, rule] : written.as_map()) {
    const auto with = [&, f = field](Value v) {
      Value body = good;
      body.set_path(f, std::move(v));
      return body;
    };
    const std::string named = camel(field);
    if (rule["required"] == Value(true)) {
      Value body = good;
      body.erase_path(field);
      add("Without" + named, field, std::move(body));
    }
    const bool text = rule["type"].to_text() == "string";
    if (rule["type"].is_string()) add(named + "OfAnotherType", field, with(text ? Value(7) : Value("seven")));
    if (rule["min"].is_int()) add(named + "BelowTheLeast", field, with(Value(rule["min"].as_int() - 1)));
    if (rule["max"].is_int()) add(named + "AboveTheMost", field, with(Value(rule["max"].as_int() + 1)));
    if (rule["max_length"].is_int() && text && rule["max_length"].as_int() < 100'000) add(named + "TooLong", field, with(Value(std::string(static_cast<std::size_t>(rule["max_length"].as_int()) + 1, 'x'))));
    if (rule["min_length"].is_int() && text && rule["min_length"].as_int() > 0) add(named + "TooShort", field, with(Value(std::string(static_cast<std::size_t>(rule["min_length"].as_int()) - 1, 'x'))));
    if (rule["pattern"].is_string()) add(named + "OfAnotherPattern", field, with(Value("\n")));
    if (rule["enum"].is_list()) add(named + "OfNoChoice", field, with(Value("none of the choices")));
  }
  return out;
}

// What stands at a test's place in its file: one call per operation over gRPC.
std::string grpc_example(const ProjectModel& m, const HandlerText& h) {
  auto protos = slipway::grpc::ProtoSet::load({fs::path(m.workspace->path(m.service->grpc->proto)).parent_path().string()}, {fs::path(m.service->grpc->proto).filename().string()});
  if (!protos.ok()) return "{}";
  const auto* method = (*protos)->find(h.path);
  return method ? slipway::codec::to_json((*protos)->example(*method)) : "{}";
}

bool has_step(const ProjectModel& m, std::string_view name) {
  for (const auto& step : m.service->middleware)
    if (step.name == name) return true;
  return false;
}

}  // namespace

std::string unit_tests(const ProjectModel& m) {
  std::string out;
  if (!m.http_handlers().empty())
    out += "void expect_handled(const char* method, const char* target) {\n  Running running;\n  const auto reply = running.send(method, target, std::string(method) == \"GET\" || std::string(method) == \"DELETE\" ? \"\" : \"{}\");\n"
           "  ASSERT_TRUE(reply.ok()) << reply.error().to_string();\n  EXPECT_NE(reply->status, 501) << \"src/wire.cpp gives it no handler\";\n  EXPECT_NE(reply->status, 405);\n"
           "  EXPECT_EQ(reply->body.find(\"ROUTE_NOT_FOUND\"), std::string::npos) << reply->body;\n}\n\n";
  for (const auto* h : m.http_handlers()) out += "TEST(Routes, " + h->type + "IsHandled) { expect_handled(" + cpp_string(h->method) + ", " + cpp_string(example_target(h->path)) + "); }\n";
  for (const auto* h : m.grpc_handlers()) {
    out += "TEST(Routes, " + h->type + "IsHandled) {\n  Running running;\n  EXPECT_NE(grpc_code(running, " + cpp_string(h->path) + ", " + cpp_string(grpc_example(m, *h)) + "), 12) << \"UNIMPLEMENTED: src/wire.cpp gives it no handler\";\n}\n";
  }
  return out;
}

std::string contract_tests(const ProjectModel& m) {
  std::string out;
  for (const auto* h : m.http_handlers()) {
    const std::string head = cpp_string(h->method) + ", " + cpp_string(example_target(h->path)) + ", ";
    const Value rules = rules_of(m, *h);
    const Value good = takes_body(h->method) ? valid_body(m, *h, rules) : Value();
    out += "TEST(Contract, " + h->type + "IsServed) { expect_served(" + head + cpp_string(good.is_null() ? "" : slipway::codec::to_json(good)) + "); }\n";
    // A step that asks for a key answers before the rules are looked at.
    if (rules.as_map().empty() || has_step(m, "auth")) continue;
    for (const auto& b : breaches(rules, good.is_null() ? Value::object({}) : good))
      out += "TEST(Contract, " + h->type + "Refuses" + b.name + ") { expect_refused(" + head + cpp_string(slipway::codec::to_json(b.body)) + ", " + cpp_string(b.field) + "); }\n";
  }
  for (const auto* h : m.grpc_handlers())
    out += "TEST(Contract, " + h->type + "IsServed) {\n  Running running;\n  const int code = grpc_code(running, " + cpp_string(h->path) + ", " + cpp_string(grpc_example(m, *h)) +
           ");\n  EXPECT_NE(code, 12) << \"UNIMPLEMENTED\";\n  EXPECT_NE(code, 2) << \"UNKNOWN\";\n  EXPECT_NE(code, 13) << \"INTERNAL\";\n}\n";
  return out;
}

std::string benchmarks(const ProjectModel& m) {
  std::string out = "BENCHMARK_CAPTURE(request, livez, \"/livez\")->UseRealTime();\n";
  for (const auto* h : m.http_handlers())
    // One that calls other services measures nothing while they are away.
    if (h->method == "GET" && !h->needs.contains("http") && std::none_of(h->needs.begin(), h->needs.end(), [](const auto& n) { return n.starts_with("grpc:"); }))
      out += "BENCHMARK_CAPTURE(request, " + h->function + ", " + cpp_string(example_target(h->path)) + ")->UseRealTime();\n";
  return out;
}

TestCount count_tests_in(const std::string& path, const std::string& text) {
  TestCount out;
  const bool cmake = path.ends_with("CMakeLists.txt");
  if (!path.starts_with("tests/") || (!cmake && !path.ends_with("_test.cpp"))) return out;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view line = std::string_view(text).substr(at, std::min(text.find('\n', at), text.size()) - at);
    if (cmake ? line.starts_with("add_test(") : line.starts_with("TEST(") || line.starts_with("TEST_F(")) ++out.count;
    if (!cmake && (line.starts_with("TEST_P(") || line.starts_with("TYPED_TEST"))) out.exact = false;
    at += line.size() + 1;
  }
  return out;
}

TestCount count_tests(const std::string& project) {
  TestCount out;
  std::error_code ec;
  for (const auto& e : fs::recursive_directory_iterator(fs::path(project) / "tests", ec)) {
    if (!e.is_regular_file()) continue;
    const TestCount c = count_tests_in(fs::relative(e.path(), project).string(), read_text(e.path().string()));
    out.count += c.count;
    out.exact = out.exact && c.exact;
  }
  return out;
}

}  // namespace workbench::exporter
