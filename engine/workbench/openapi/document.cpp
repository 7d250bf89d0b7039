#include "workbench/openapi/document.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <utility>

#include "slipway/codec/codec.h"
#include "workbench/openapi/shape.h"

namespace workbench::openapi {

using slipway::Value;

namespace {

constexpr int kDeepest = 4;  // calls that only pass a request on

// "/files/{path...}" and "/files/*" have no counterpart: OpenAPI's parameters hold one segment, which is said in the text.
std::string openapi_path(const std::string& path, std::vector<std::string>& parameters, bool& rest) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    if (path[at] == '{') {
      std::size_t end = path.find('}', at);
      if (end == std::string::npos) end = path.size();
      std::string name = path.substr(at + 1, end - at - 1);
      if (name.ends_with("...")) name.resize(name.size() - 3), rest = true;
      out += "{" + name + "}";
      parameters.push_back(std::move(name));
      at = end + 1;
    } else if (path[at] == '*' && at + 1 == path.size()) {
      out += "{rest}";
      parameters.emplace_back("rest");
      rest = true;
      ++at;
    } else {
      out += path[at++];
    }
  }
  return out;
}

// "getOrdersById" of GET /orders/{id}.
std::string operation_id(const std::string& method, const std::string& path) {
  std::string out;
  for (const char c : method) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  bool upper = true;
  for (const char c : path) {
    if (c == '{') out += "By";
    if (std::isalnum(static_cast<unsigned char>(c))) {
      out += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      upper = false;
    } else {
      upper = true;
    }
  }
  return out;
}

// The steps of a route with those that stand inside others (the fill of a cache).
void flatten(const std::string& kind, const Value& options, std::vector<std::pair<std::string, Value>>& out) {
  if (kind == "cache" && options["fill"].is_list())
    for (const auto& inner : options["fill"].as_list())
      if (inner.is_map() && inner.as_map().size() == 1) flatten(inner.as_map().begin()->first, inner.as_map().begin()->second, out);
  out.emplace_back(kind, options);
}

class Operation {
 public:
  Operation(const workspace::Service& service, const workspace::Workspace* ws, const workspace::Route& route, int depth)
      : service_(service), ws_(ws), route_(route), depth_(depth) {
    for (const auto& s : route.steps) flatten(s.kind, s.options, steps_);
    Value all(Value::List{});
    for (const auto& [kind, options] : steps_) all.as_list().push_back(options);
    uses_ = uses_of(all);
    find_target();
    request_ = request_schema();
  }

  Value value() {
    Value op(Value::Map{});
    bool rest = false;
    std::vector<std::string> path_parameters;
    openapi_path(route_.path, path_parameters, rest);
    op["operationId"] = Value(operation_id(route_.method, route_.path));
    op["summary"] = Value(summary());
    if (rest) op["description"] = Value("The last parameter takes the rest of the path, slashes included.");
    Value::List parameters;
    for (const auto& name : path_parameters) parameters.push_back(parameter("path", name));
    for (const Use& u : uses_)
      if (u.root == "query" || u.root == "header") parameters.push_back(parameter(u.root, u.path));
    if (!parameters.empty()) op["parameters"] = Value(std::move(parameters));
    if (takes_body()) {
      op["requestBody"] = Value::object({{"required", Value(std::as_const(request_)["required"].is_list())},
                                         {"content", Value::object({{"application/json", Value::object({{"schema", request_}})}})}});
    }
    op["responses"] = responses();
    return op;
  }

  const Value& request() const { return request_; }
  std::map<int, Value> answers() {
    responses();
    return answers_;
  }

 private:
  std::string summary() const {
    std::string out;
    for (const auto& s : route_.steps) {
      std::string word = s.kind;
      if (s.kind == "call" && s.options["service"].is_string()) word += " " + s.options["service"].as_string();
      out += (out.empty() ? "" : ", then ") + word;
    }
    return out;
  }

  // A call without `as` answers for this route: its reply becomes ours.
  void find_target() {
    if (!ws_ || depth_ >= kDeepest) return;
    for (const auto& [kind, options] : steps_) {
      if (kind != "call" || !options.is_map() || !options["as"].is_null() || !options["service"].is_string() || !options["path"].is_string()) continue;
      const workspace::Service* other = ws_->find(options["service"].as_string());
      if (!other) continue;
      const std::string method = options["method"].is_string() ? options["method"].as_string() : "GET";
      const std::string& written = options["path"].as_string();
      for (const auto& route : other->routes)
        if (route.method == method && same_path(route.path, written)) {
          auto target = std::make_unique<Operation>(*other, ws_, route, depth_ + 1);
          if (!target_ || route.path.find('{') == std::string::npos) target_ = std::move(target);
        }
    }
  }

  // "/orders/{{path.id}}?x=1" against "/orders/{id}".
  static bool same_path(std::string_view pattern, std::string_view written) {
    std::string bare;
    for (std::size_t at = 0; at < written.size();) {
      if (written.substr(at).starts_with("{{")) {
        const std::size_t end = written.find("}}", at);
        if (end == std::string_view::npos) return false;
        bare += '\x01';
        at = end + 2;
      } else if (written[at] == '?') {
        break;
      } else {
        bare += written[at++];
      }
    }
    std::string_view ours = bare;
    while (!pattern.empty() || !ours.empty()) {
      if (pattern.empty() || ours.empty() || pattern.front() != '/' || ours.front() != '/') return false;
      pattern.remove_prefix(1), ours.remove_prefix(1);
      const auto a = pattern.substr(0, pattern.find('/')), b = ours.substr(0, ours.find('/'));
      if (!(a.starts_with('{') ? !b.empty() : a == b)) return false;
      pattern.remove_prefix(a.size()), ours.remove_prefix(b.size());
    }
    return true;
  }

  bool takes_body() const {
    if (route_.method == "GET" || route_.method == "HEAD" || route_.method == "OPTIONS") return false;
    if (!request_.as_map().empty()) return true;
    return std::any_of(uses_.begin(), uses_.end(), [](const Use& u) { return u.root == "body"; });
  }

  Value request_schema() const {
    const std::string name = route_.method + " " + route_.path;
    Value rules(Value::Map{});
    for (const auto& step : service_.middleware) {
      if (step.name != "validate") continue;
      for (const Value* v : {&step.options["body"], step.options["operations"].is_map() ? step.options["operations"].as_map().find(name) : nullptr})
        if (v && v->is_map())
          for (const auto& [path, rule] : v->as_map()) rules[path] = rule;
    }
    const Value used = schema_of_uses(uses_);
    if (rules.as_map().empty()) {
      const bool whole = std::any_of(uses_.begin(), uses_.end(), [](const Use& u) { return u.root == "body" && u.path.empty(); });
      return whole && target_ && used.as_map().empty() ? target_->request() : used;
    }
    return slipway::overlay(used, schema_of_rules(rules));
  }

  Value parameter(const std::string& in, const std::string& name) const {
    std::string type = "string";
    Value fallback;
    for (const Use& u : uses_)
      if (u.root == in && u.path == name) {
        if (!u.type.empty()) type = u.type;
        fallback = u.fallback;
      }
    Value out = Value::object({{"name", Value(name)}, {"in", Value(in)}, {"required", Value(in == "path")}});
    out["schema"]["type"] = Value(type);
    if (!fallback.is_null()) out["schema"]["default"] = fallback;
    return out;
  }

  void answer(int status, const std::string& words, Value content_schema, const std::string& content_type = "application/json") {
    auto [it, fresh] = answers_.try_emplace(status);
    Value& r = it->second;
    if (!fresh) {
      const std::string before = r["description"].as_string();
      if (before.find(words) == std::string::npos) r["description"] = Value(before + "; " + words);
      return;
    }
    r["description"] = Value(words);
    if (!content_schema.is_null()) r["content"][content_type]["schema"] = std::move(content_schema);
  }
  void refusal(int status, const std::string& words) { answer(status, words, Value::object({{"$ref", Value("#/components/schemas/Error")}})); }

  void error_of(const Value& v, int status, const std::string& reason) {
    const int code = v["status"].is_int() ? static_cast<int>(v["status"].as_int()) : status;
    std::string words = v["reason"].is_string() ? v["reason"].as_string() : reason;
    if (v["message"].is_string()) words += ": " + v["message"].as_string();
    refusal(code, words);
  }

  Value responses() {
    answers_.clear();
    bool replied = false;
    for (const auto& [kind, options] : steps_) {
      if (kind == "reply") {
        reply(options);
        replied = true;
      } else if (kind == "echo") {
        answer(200, "What arrived: method, path, query, headers and body", Value::object({{"type", Value("object")}}));
        replied = true;
      } else if (kind == "sql" && options["missing"].is_map()) {
        error_of(options["missing"], 404, "NOT_FOUND");
      } else if (kind == "fault") {
        error_of(options.is_map() ? options : Value(Value::Map{}), 503, "FAULT_INJECTED");
      }
    }
    if (target_) {
      for (auto& [status, response] : target_->answers()) answers_.try_emplace(status, response);
    } else if (!replied) {
      answer(200, "The answer of the last step", Value(Value::Map{}));
    }
    for (const auto& m : service_.middleware) {
      if (m.name == "validate" && takes_body() && !std::as_const(request_).as_map().empty()) refusal(422, "VALIDATION_FAILED: the body does not hold its rules, each named in metadata");
      if (m.name == "rate_limit") refusal(429, "Too many requests; Retry-After says when to come again");
      if (m.name == "auth") refusal(401, "No or a wrong credential");
      if (m.name == "body_limit") refusal(413, "BODY_TOO_LARGE");
      if (m.name == "timeout") refusal(504, "The deadline passed");
    }
    Value out(Value::Map{});
    for (const auto& [status, response] : answers_) out[std::to_string(status)] = response;
    out["default"] = Value::object({{"description", Value("Any other failure")},
                                    {"content", Value::object({{"application/json", Value::object({{"schema", Value::object({{"$ref", Value("#/components/schemas/Error")}})}})}})}});
    return out;
  }

  void reply(const Value& options) {
    const bool map = options.is_map();
    // `reply: text` is the body alone.
    const Value& body = map ? options["body"] : options;
    const int status = map && options["status"].is_int() ? static_cast<int>(options["status"].as_int()) : 200;
    const bool json = body.is_map() || body.is_list() || (body.is_string() && !(map && options["content_type"].is_string()) && body.as_string().starts_with("{{"));
    const std::string type = map && options["content_type"].is_string() ? options["content_type"].as_string() : json || body.is_null() ? "application/json" : "text/plain; charset=utf-8";
    answer(status, status == 201 ? "Created" : status == 202 ? "Accepted" : status < 300 ? "Done" : "Status " + std::to_string(status),
           body.is_null() ? Value() : schema_of_template(body, request_), type);
    if (map && options["headers"].is_map())
      for (const auto& [name, value] : options["headers"].as_map())
        answers_[status]["headers"][name] = Value::object({{"schema", Value::object({{"type", Value("string")}})}});
  }

  const workspace::Service& service_;
  const workspace::Workspace* ws_;
  const workspace::Route& route_;
  int depth_;
  std::vector<std::pair<std::string, Value>> steps_;
  std::vector<Use> uses_;
  std::unique_ptr<Operation> target_;
  Value request_;
  std::map<int, Value> answers_;
};

}  // namespace

Value document(const workspace::Service& service, const workspace::Workspace* workspace, const std::string& url) {
  Value out(Value::Map{});
  out["openapi"] = Value("3.0.3");
  out["info"] = Value::object({{"title", Value(service.name)}, {"version", Value("0.1.0")}});
  if (!service.doc.empty()) out["info"]["description"] = Value(service.doc);
  std::string server = url;
  if (server.empty() && service.http && service.http->port > 0) server = "http://" + service.http->address + ":" + std::to_string(service.http->port);
  if (!server.empty()) out["servers"] = Value::array({Value::object({{"url", Value(server)}})});
  out["paths"] = Value(Value::Map{});
  for (const auto& route : service.routes) {
    if (route.grpc()) continue;
    std::vector<std::string> parameters;
    bool rest = false;
    std::string method;
    for (const char c : route.method) method += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    out["paths"][openapi_path(route.path, parameters, rest)][method] = Operation(service, workspace, route, 0).value();
  }
  out["components"]["schemas"]["Error"] = Value::object(
      {{"type", Value("object")},
       {"required", Value::array({Value("code"), Value("reason"), Value("message")})},
       {"properties", Value::object({{"code", Value::object({{"type", Value("integer")}, {"description", Value("the HTTP status")}})},
                                     {"reason", Value::object({{"type", Value("string")}, {"description", Value("for programs: ORDER_NOT_FOUND")}})},
                                     {"message", Value::object({{"type", Value("string")}, {"description", Value("for people")}})},
                                     {"metadata", Value::object({{"type", Value("object")}, {"additionalProperties", Value::object({{"type", Value("string")}})}})}})}});
  return out;
}

std::string document_yaml(const workspace::Service& service, const workspace::Workspace* workspace, const std::string& url) {
  return "# OpenAPI of " + service.name + ", made from " + service.file + ".\n" + slipway::codec::to_yaml(document(service, workspace, url));
}

}  // namespace workbench::openapi
