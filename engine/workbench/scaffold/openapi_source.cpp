// A service from an OpenAPI 3 document: a route per operation that answers with the document's example, or with one made from
// its schema; bodies are checked by the rules the schema gives.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "slipway/codec/codec.h"
#include "slipway/validate/rules.h"
#include "workbench/scaffold/sources.h"

namespace workbench::scaffold {

using slipway::Value;

namespace {

constexpr int kDeepest = 8;            // schemas may refer to themselves
constexpr int kDeepestRule = 3;
constexpr int kMostNodes = 2'000;      // of the example of one operation
constexpr std::size_t kMostRoutes = 500, kMostRules = 200;

class Import {
 public:
  Import(const Value& doc, Draft& out) : doc_(doc), out_(out) {}

  void run() {
    for (const auto& [path, item] : doc_["paths"].is_map() ? doc_["paths"].as_map() : Value::Map{}) {
      const Value& operations = resolve(item);
      for (const char* method : {"get", "post", "put", "patch", "delete", "head", "options"}) {
        const Value& op = operations[method];
        if (!op.is_map()) continue;
        if (routes_.size() >= kMostRoutes) {
          out_.notes.push_back("more than " + std::to_string(kMostRoutes) + " operations; the rest is left out");
          return;
        }
        operation(method, path, op);
      }
      if (operations["trace"].is_map()) out_.notes.push_back("TRACE " + path + " is left out");
    }
  }
  Value routes() { return Value(std::move(routes_)); }
  bool empty() const { return routes_.empty(); }
  const Value& rules() const { return rules_; }

 private:
  // What a $ref of this document leads to; others stay what they are and are noted.
  const Value& resolve(const Value& v) {
    const Value* at = &v;
    for (int i = 0; i < kDeepest && (*at)["$ref"].is_string(); ++i) {
      const std::string& ref = (*at)["$ref"].as_string();
      static const Value nothing;
      if (!ref.starts_with("#/")) {
        note(ref + " lies in another document and is left out");
        return nothing;
      }
      const Value* to = &doc_;
      for (std::size_t from = 2; to && from <= ref.size();) {
        const std::size_t slash = std::min(ref.find('/', from), ref.size());
        std::string step = slipway::codec::percent_decode(ref.substr(from, slash - from), false);
        for (std::size_t t; (t = step.find("~1")) != std::string::npos;) step.replace(t, 2, "/");
        for (std::size_t t; (t = step.find("~0")) != std::string::npos;) step.replace(t, 2, "~");
        to = to->is_map() ? to->as_map().find(step) : nullptr;
        from = slash + 1;
      }
      if (!to) {
        note(ref + " leads nowhere");
        return nothing;
      }
      at = to;
    }
    return *at;
  }
  void note(const std::string& text) {
    if (noted_.insert(text).second) out_.notes.push_back(text);
  }

  void operation(const std::string& method, const std::string& path, const Value& op) {
    std::string name = method;
    for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    name += " " + path;
    if (!path.starts_with('/') || path.find(' ') != std::string::npos) return note(name + " is no path and is left out");
    path_parameters_.clear();
    for (std::size_t at = 0; (at = path.find('{', at)) != std::string::npos; ++at) path_parameters_.insert(path.substr(at + 1, path.find('}', at) - at - 1));
    // "/a/{id}.json": our parameters take whole segments.
    for (std::size_t at = 0; (at = path.find('{', at)) != std::string::npos; ++at) {
      const std::size_t end = path.find('}', at);
      if (end == std::string::npos || path[at - 1] != '/' || (end + 1 < path.size() && path[end + 1] != '/')) return note(name + " has a parameter inside a segment and is left out");
    }
    body_ = {};
    const Value& content = resolve(op["requestBody"])["content"];
    if (const Value* json = json_of(content)) {
      body_ = resolve((*json)["schema"]);
      Value rules(Value::Map{});
      add_rules(body_, "", rules, 0, true);
      if (!rules.as_map().empty()) rules_[name] = std::move(rules);
    }
    routes_.push_back(Value::object({{name, Value::array({Value::object({{"reply", reply(op)}})})}}));
  }

  static const Value* json_of(const Value& content) {
    if (!content.is_map()) return nullptr;
    for (const auto& [type, media] : content.as_map())
      if (type.find("json") != std::string::npos) return &media;
    return nullptr;
  }

  // The lowest success that is described.
  Value reply(const Value& op) {
    int status = 0;
    const Value* found = nullptr;
    if (op["responses"].is_map())
      for (const auto& [code, response] : op["responses"].as_map()) {
        const int n = code == "2XX" || code == "default" ? 200 : std::atoi(code.c_str());
        if (n < 200 || n > 299 || (found && (n > status || code == "default"))) continue;
        status = n;
        found = &resolve(response);
      }
    Value out(Value::Map{});
    out["status"] = Value(found ? status : 200);
    if (!found || status == 204) return out;
    const Value& content = (*found)["content"];
    if (const Value* json = json_of(content)) {
      out["body"] = example(*json);
      if (out["body"].is_string()) out["content_type"] = Value("application/json");
    } else if (content.is_map() && !content.as_map().empty()) {
      const auto& [type, media] = *content.as_map().begin();
      const Value text = example(media);
      out["content_type"] = Value(type);
      out["body"] = Value(text.is_string() ? text.as_string() : text.to_text());
    }
    return out;
  }

  Value example(const Value& media) {
    if (!media["example"].is_null()) return literal(media["example"]);
    if (media["examples"].is_map())
      for (const auto& [name, one] : media["examples"].as_map())
        if (const Value& v = resolve(one)["value"]; !v.is_null()) return literal(v);
    nodes_ = 0;
    return made(resolve(media["schema"]), "", 0);
  }

  // Braces of an example are not ours.
  static Value literal(const Value& v) {
    if (v.is_string()) {
      std::string s = v.as_string();
      for (std::size_t at; (at = s.find("{{")) != std::string::npos;) s.replace(at, 2, "{ {");
      return Value(std::move(s));
    }
    if (v.is_list()) {
      Value::List out;
      for (const auto& item : v.as_list()) out.push_back(literal(item));
      return Value(std::move(out));
    }
    if (v.is_map()) {
      Value out(Value::Map{});
      for (const auto& [key, item] : v.as_map()) out[key] = literal(item);
      return out;
    }
    return v;
  }

  static std::string type_of(const Value& schema) {
    const Value& t = schema["type"];
    if (t.is_string()) return t.as_string();
    if (t.is_list())  // 3.1: [string, "null"]
      for (const auto& one : t.as_list())
        if (one.is_string() && one.as_string() != "null") return one.as_string();
    return schema["properties"].is_map() ? "object" : "";
  }

  // A value that fits the schema. A name the request has too is taken from there, so that the answer follows the question.
  Value made(const Value& schema, const std::string& name, int depth) {
    if (depth > kDeepest || ++nodes_ > kMostNodes || !schema.is_map()) return {};
    for (const char* word : {"example", "default", "const"})
      if (!schema[word].is_null()) return literal(schema[word]);
    if (schema["examples"].is_list() && !schema["examples"].as_list().empty()) return literal(schema["examples"].as_list().front());
    if (schema["enum"].is_list() && !schema["enum"].as_list().empty()) return literal(schema["enum"].as_list().front());
    if (schema["allOf"].is_list()) {
      Value all(Value::Map{});
      for (const auto& part : schema["allOf"].as_list())
        if (Value v = made(resolve(part), name, depth + 1); v.is_map()) all = slipway::overlay(all, v);
      return all;
    }
    for (const char* word : {"oneOf", "anyOf"})
      if (schema[word].is_list() && !schema[word].as_list().empty()) return made(resolve(schema[word].as_list().front()), name, depth + 1);
    const std::string type = type_of(schema);
    if (type == "object") {
      Value out(Value::Map{});
      if (schema["properties"].is_map())
        for (const auto& [key, property] : schema["properties"].as_map()) out[key] = made(resolve(property), depth == 0 ? key : "", depth + 1);
      return out;
    }
    if (type == "array") {
      Value item = made(resolve(schema["items"]), "", depth + 1);
      return item.is_null() ? Value(Value::List{}) : Value(Value::List{std::move(item)});
    }
    if (path_parameters_.contains(name)) return Value(type == "integer" ? "{{int(path." + name + ")}}" : "{{path." + name + "}}");
    if (!name.empty() && body_["properties"].is_map() && body_["properties"].as_map().contains(name) && plain_name(name)) return Value("{{body." + name + "}}");
    if (type == "integer") return schema["minimum"].is_number() ? schema["minimum"] : Value(1);
    if (type == "number") return schema["minimum"].is_number() ? schema["minimum"] : Value(1.5);
    if (type == "boolean") return Value(true);
    if (type == "string") {
      const std::string format = schema["format"].is_string() ? schema["format"].as_string() : "";
      if (format == "date-time") return Value("{{now}}");
      if (format == "uuid") return Value("{{uuid}}");
      if (format == "date") return Value("2026-01-31");
      if (format == "email") return Value("someone@example.org");
      if (format == "uri") return Value("https://example.org/");
      return Value(name.empty() ? "text" : name);
    }
    return {};
  }

  static bool plain_name(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
  }

  // `certain`: what holds these properties is itself required; else nothing below it can be.
  void add_rules(const Value& schema, const std::string& prefix, Value& out, int depth, bool certain) {
    if (depth > kDeepestRule || !schema.is_map() || out.as_map().size() >= kMostRules) return;
    if (schema["allOf"].is_list())
      for (const auto& part : schema["allOf"].as_list()) add_rules(resolve(part), prefix, out, depth + 1, certain);
    if (!schema["properties"].is_map()) return;
    for (const auto& [key, raw] : schema["properties"].as_map()) {
      if (!plain_name(key)) continue;
      const Value& property = resolve(raw);
      const std::string path = prefix + key, type = type_of(property);
      Value rule(Value::Map{});
      constexpr std::pair<std::string_view, std::string_view> kTypes[] = {{"string", "string"}, {"integer", "int"}, {"number", "number"}, {"boolean", "bool"}, {"array", "list"}, {"object", "map"}};
      for (const auto& [theirs, ours] : kTypes)
        if (type == theirs) rule["type"] = Value(ours);
      const auto* required = schema["required"].is_list() ? &schema["required"].as_list() : nullptr;
      const bool needed = certain && required && std::find(required->begin(), required->end(), Value(key)) != required->end();
      if (needed) rule["required"] = Value(true);
      if (property["minimum"].is_number()) rule["min"] = property["minimum"];
      if (property["maximum"].is_number()) rule["max"] = property["maximum"];
      for (const auto& [theirs, ours] : {std::pair{"minLength", "min_length"}, {"minItems", "min_length"}, {"maxLength", "max_length"}, {"maxItems", "max_length"}})
        if (property[theirs].is_int()) rule[ours] = property[theirs];
      if (property["enum"].is_list()) rule["enum"] = property["enum"];
      if (property["pattern"].is_string()) pattern(path, property["pattern"].as_string(), rule);
      if (!rule.as_map().empty()) out[path] = std::move(rule);
      if (type == "object") add_rules(property, path + ".", out, depth + 1, needed);
    }
  }

  // OpenAPI's pattern is found anywhere in the text, ours matches the whole.
  void pattern(const std::string& path, const std::string& written, Value& rule) {
    std::string whole = written;
    whole = whole.starts_with('^') ? whole.substr(1) : "(?s:.*)" + whole;
    whole = whole.ends_with('$') && !whole.ends_with("\\$") ? whole.substr(0, whole.size() - 1) : whole + "(?s:.*)";
    if (slipway::validate::Rules::compile(Value::object({{"x", Value::object({{"pattern", Value(whole)}})}})).ok())
      rule["pattern"] = Value(whole);
    else
      note("the pattern of " + path + " is not understood (" + written + ")");
  }

  const Value& doc_;
  Draft& out_;
  Value::List routes_;
  Value rules_{Value::Map{}};
  Value body_;                          // schema of the operation at hand
  std::set<std::string> path_parameters_, noted_;
  int nodes_ = 0;
};

}  // namespace

slipway::Result<Draft> openapi_draft(const std::string& file) {
  auto doc = slipway::codec::read_document(file);
  if (!doc.ok()) return doc.error();
  if ((*doc)["swagger"].is_string()) return slipway::bad_request(file + " is Swagger " + (*doc)["swagger"].as_string() + "; OpenAPI 3 is read (convert it first)", "NOT_OPENAPI_3");
  const std::string version = (*doc)["openapi"].is_null() ? "" : std::as_const(*doc)["openapi"].to_text();
  if (!version.starts_with("3.")) return slipway::bad_request(file + " is no OpenAPI 3 document: it has no line openapi: 3.0.3", "NOT_OPENAPI_3");
  Draft out;
  const Value& info = std::as_const(*doc)["info"];
  const std::string title = info["title"].is_null() ? "" : info["title"].to_text();
  out.name = service_name_of(title.empty() ? std::filesystem::path(file).stem().string() : title);
  Import import(*doc, out);
  import.run();
  if (import.empty()) return slipway::bad_request(file + " has no operation to serve (paths is empty)", "NO_OPERATIONS");
  Value chain = Value::array({Value("recovery"), Value("tracing"), Value("metrics"), Value::object({{"timeout", Value::object({{"after", Value("2s")}})}})});
  if (!import.rules().as_map().empty()) chain.as_list().push_back(Value::object({{"validate", Value::object({{"operations", import.rules()}})}}));
  out.service = "# Made from " + std::filesystem::path(file).filename().string() + (title.empty() ? "" : " (" + title + ")") +
                ": every route answers with an example until it is given more to do.\nservice: @NAME@\nhttp: { address: 127.0.0.1, port: @PORT@ }\n" +
                slipway::codec::to_yaml(Value::object({{"middleware", chain}, {"routes", import.routes()}}));
  return out;
}

std::string service_name_of(std::string_view title) {
  std::string out;
  for (const unsigned char c : title) {
    if (std::isalnum(c) && c < 0x80)
      out += static_cast<char>(std::tolower(c));
    else if (!out.empty() && out.back() != '-')
      out += '-';
    if (out.size() >= 40) break;
  }
  while (!out.empty() && (out.front() == '-' || std::isdigit(static_cast<unsigned char>(out.front())))) out.erase(0, 1);
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "service" : out;
}

}  // namespace workbench::scaffold
