#include "slipway/adapters/config_sources.h"

#include "slipway/adapters/apollo_source.h"
#include "slipway/adapters/consul_source.h"
#include "slipway/adapters/etcd_source.h"
#include "slipway/codec/typed.h"
#include "slipway/config/convert.h"
#include "slipway/config/folder_source.h"

namespace slipway::adapters {
namespace {

struct Place {
  std::string base;
  std::function<std::string(const std::string&)> environment;
  std::string path(const std::string& given) const { return given.empty() || given.front() == '/' || base.empty() ? given : base + "/" + given; }
  std::string secret(const std::string& variable) const { return variable.empty() ? "" : environment(variable); }
};
using SourcePtr = std::unique_ptr<config::Source>;

struct FileLayer {
  std::string path;
  std::optional<bool> optional;
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(FileLayer, (), (path, optional, name))

struct DotenvLayer {
  std::string path;
  std::string prefix = "SLIPWAY_";
};
BOOST_DESCRIBE_STRUCT(DotenvLayer, (), (path, prefix))

struct EtcdLayer {
  std::string url = "http://127.0.0.1:2379", prefix = "/config/", name = "etcd";
  std::optional<std::string> user, password_env, authority_file;
};
BOOST_DESCRIBE_STRUCT(EtcdLayer, (), (url, prefix, name, user, password_env, authority_file))

struct ConsulLayer {
  std::string url = "http://127.0.0.1:8500", prefix = "config/", name = "consul";
  std::optional<std::string> token_env, datacenter, authority_file;
};
BOOST_DESCRIBE_STRUCT(ConsulLayer, (), (url, prefix, name, token_env, datacenter, authority_file))

struct ApolloLayer {
  std::string url = "http://127.0.0.1:8080", app_id, cluster = "default", name = "apollo";
  std::optional<std::vector<std::string>> namespaces;
  std::optional<std::string> secret_env, authority_file;
};
BOOST_DESCRIBE_STRUCT(ApolloLayer, (), (url, app_id, cluster, name, namespaces, secret_env, authority_file))

// Reads `options` into a Layer, with a bare text as its option `main`.
template <class Layer>
Result<Layer> read(std::string_view kind, const char* main, const Value& options) {
  Value map = options;
  if (options.is_string()) map = Value::object({{main, options}});
  if (options.is_null()) map = Value(Value::Map());
  auto layer = codec::from_value<Layer>(map, {.text_values = false, .refuse_unknown = true});
  if (!layer) return layer.error().with_message("layer " + std::string(kind) + ": " + layer.error().message()).with_mark({"", options.line, options.column});
  return layer;
}

template <class Layer, class Make>
Result<SourcePtr> made(std::string_view kind, const char* main, const Value& options, Make make) {
  auto layer = read<Layer>(kind, main, options);
  if (!layer) return layer.error();
  return SourcePtr(make(*layer));
}

struct Kind {
  std::string_view name;
  Result<SourcePtr> (*make)(const Value& options, const Place& place);
};

constexpr Kind kKinds[] = {
    {"file", [](const Value& options, const Place& place) {
       return made<FileLayer>("file", "path", options, [&](const FileLayer& l) {
         return std::make_unique<config::FileSource>(place.path(l.path), config::FileSource::Options{.name = l.name.value_or(l.path), .optional = l.optional.value_or(false)});
       });
     }},
    {"folder", [](const Value& options, const Place& place) {
       return made<FileLayer>("folder", "path", options, [&](const FileLayer& l) {
         return std::make_unique<config::FolderSource>(place.path(l.path), config::FolderSource::Options{.name = l.name.value_or(l.path), .optional = l.optional.value_or(false)});
       });
     }},
    {"dotenv", [](const Value& options, const Place& place) {
       return made<DotenvLayer>("dotenv", "path", options, [&](const DotenvLayer& l) { return std::make_unique<config::DotenvSource>(place.path(l.path), l.prefix); });
     }},
    {"etcd", [](const Value& options, const Place& place) {
       return made<EtcdLayer>("etcd", "url", options, [&](const EtcdLayer& l) {
         return make_etcd_source({.url = l.url, .prefix = l.prefix, .user = l.user.value_or(""), .password = place.secret(l.password_env.value_or("")),
                                  .authority_file = place.path(l.authority_file.value_or("")), .name = l.name});
       });
     }},
    {"consul", [](const Value& options, const Place& place) {
       return made<ConsulLayer>("consul", "url", options, [&](const ConsulLayer& l) {
         return make_consul_source({.url = l.url, .prefix = l.prefix, .token = place.secret(l.token_env.value_or("")), .datacenter = l.datacenter.value_or(""),
                                    .authority_file = place.path(l.authority_file.value_or("")), .name = l.name});
       });
     }},
    {"apollo", [](const Value& options, const Place& place) {
       return made<ApolloLayer>("apollo", "url", options, [&](const ApolloLayer& l) {
         return make_apollo_source({.url = l.url, .app_id = l.app_id, .cluster = l.cluster, .namespaces = l.namespaces.value_or(std::vector<std::string>{"application"}),
                                    .secret = place.secret(l.secret_env.value_or("")), .authority_file = place.path(l.authority_file.value_or("")), .name = l.name});
       });
     }},
};

}  // namespace

Result<std::unique_ptr<config::Source>> make_source(std::string_view kind, const Value& options, const std::string& base,
                                                     const std::function<std::string(const std::string&)>& environment) {
  for (const Kind& row : kKinds)
    if (row.name == kind) return row.make(options, {base, environment});
  std::string known;
  for (const Kind& row : kKinds) known += (known.empty() ? "" : ", ") + std::string(row.name);
  return bad_request("\"" + std::string(kind) + "\" is no kind of config source (there are: " + known + ")", "UNKNOWN_SOURCE").with_mark({"", options.line, options.column});
}

std::vector<std::string> source_kinds() {
  std::vector<std::string> names;
  for (const Kind& row : kKinds) names.emplace_back(row.name);
  return names;
}

}  // namespace slipway::adapters
