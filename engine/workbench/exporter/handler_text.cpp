#include "workbench/exporter/handler_text.h"

#include <cctype>

namespace workbench::exporter {

namespace {

std::string identifier(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)))
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!out.empty() && out.back() != '_')
      out += '_';
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

std::string camel(const std::string& snake) {
  std::string out;
  bool up = true;
  for (char c : snake) {
    if (c == '_') {
      up = true;
      continue;
    }
    out += up ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    up = false;
  }
  return out;
}

// The tokens that behaviours leave for what depends on the design, as calls on the parts.
class Tokens {
 public:
  Tokens(const std::string& service, Design design, HandlerText& out) : service_(service), design_(design), out_(out) {}

  // `token` stands between two @; what follows it in the text is "(call".
  std::string text(const std::string& token) {
    const auto colon = token.find(':');
    const std::string kind = token.substr(0, colon);
    std::string rest = colon == std::string::npos ? "" : token.substr(colon + 1);
    const auto second = rest.find(':');
    const std::string section = second == std::string::npos ? rest : rest.substr(second + 1);
    const std::string target = rest.substr(0, second);
    const std::string key = "\"" + service_ + "." + section;
    if (kind == "sql") return "support::sql(" + part("db") + ", call";
    if (kind == "http") return "support::call_http(" + part("http") + ", " + part("config") + ", " + key + ".timeout\", \"" + target + "\", call";
    if (kind == "grpc") return "support::call_grpc(" + part("grpc:" + target) + ", " + part("config") + ", " + key + ".timeout\", call";
    if (kind == "cache_get") return "support::cache_get(" + part("cache") + ", call";
    if (kind == "cache_put") return "support::cache_put(" + part("cache") + ", " + part("config") + ", " + key + ".ttl\", call";
    if (kind == "cache_drop") return "support::cache_drop(" + part("cache") + ", call";
    if (kind == "delay") return "support::delay(" + part("chance:" + section) + ", " + part("config") + ", " + key + "\", call";
    if (kind == "work") return "support::work(" + part("queue:" + section) + ", " + part("chance:" + section) + ", " + part("config") + ", " + key + "\", call";
    if (kind == "fault") return "support::fails(" + part("chance:" + section) + ", " + part("config") + ", " + key + ".percent\", call";
    return "#error unknown token " + token;
  }

 private:
  std::string part(const std::string& need) {
    out_.needs.insert(need);
    const Dependency p = dependency_of(need);
    return design_ == Design::G ? p.from_g : p.name + "_";
  }
  const std::string& service_;
  Design design_;
  HandlerText& out_;
};

}  // namespace

Dependency dependency_of(const std::string& need) {
  if (need == "db") return {need, "slipway::data::Database", "db", "parts::get<slipway::data::Database>(call)"};
  if (need == "cache") return {need, "slipway::cache::Cache", "cache", "parts::get<slipway::cache::Cache>(call)"};
  if (need == "http") return {need, "slipway::http::Client", "http", "parts::get<slipway::http::Client>(call)"};
  if (need == "config") return {need, "slipway::config::Config", "config", "parts::get<slipway::config::Config>(call)"};
  const std::string name = need.substr(need.find(':') + 1);
  if (need.starts_with("grpc:")) return {need, "slipway::grpc::Client", identifier(name), "parts::get<slipway::grpc::Client>(call, \"" + name + "\")"};
  if (need.starts_with("queue:")) return {need, "slipway::values::WorkQueue", identifier(name) + "_queue", "parts::get<slipway::values::WorkQueue>(call, \"" + name + "\")"};
  return {need, "slipway::values::Chance", identifier(name) + "_chance", "parts::get<slipway::values::Chance>(call, \"" + name + "\")"};
}

HandlerText handler_text(const std::string& service, const std::string& method, const std::string& path, const std::vector<behaviour::BehaviourPtr>& steps, Design design) {
  HandlerText out;
  out.method = method;
  out.path = path;
  // Of a gRPC method the service's and the method's name, without their package.
  const auto service_name = path.rfind('.', path.rfind('/'));
  out.function = out.grpc() && service_name != std::string::npos ? identifier(path.substr(service_name + 1)) : identifier(out.grpc() ? path : method + "_" + (path == "/" ? "root" : path));
  out.type = camel(out.function);
  behaviour::CppWriter writer;
  for (const auto& step : steps) step->write_cpp(writer);
  const std::string& raw = writer.text();
  Tokens tokens(service, design, out);
  // A token is @name(:name)*@ directly before "(call".
  for (std::size_t at = 0; at < raw.size();) {
    const auto begin = raw.find('@', at);
    if (begin == std::string::npos) {
      out.body += raw.substr(at);
      break;
    }
    const auto end = raw.find('@', begin + 1);
    if (end == std::string::npos || raw.compare(end + 1, 5, "(call") != 0) {
      out.body += raw.substr(at, begin + 1 - at);
      at = begin + 1;
      continue;
    }
    out.body += raw.substr(at, begin - at) + tokens.text(raw.substr(begin + 1, end - begin - 1));
    at = end + 1 + 5;
  }
  return out;
}

}  // namespace workbench::exporter
