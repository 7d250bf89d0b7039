#include "workbench/workspace/layers.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "slipway/adapters/config_sources.h"
#include "slipway/codec/codec.h"
#include "slipway/config/atomic_file.h"

namespace workbench::workspace {

namespace fs = std::filesystem;
namespace config = slipway::config;
using slipway::Value;

namespace {

constexpr std::array kLocal = {"file", "folder", "dotenv"};

bool local(const std::string& kind) { return std::find(kLocal.begin(), kLocal.end(), kind) != kLocal.end(); }

// A source that cannot be used as things are; its layer is listed with the reason.
class RefusedSource final : public config::Source {
 public:
  RefusedSource(std::string name, slipway::Error why) : Source(std::move(name), config::Rank::Remote), why_(std::move(why)) {}
  slipway::Result<config::Document> load() override { return why_; }

 private:
  slipway::Error why_;
};

// "http://[::1]:2379/x" -> "::1"; empty when it is no such address.
std::string host_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return {};
  const std::string authority = url.substr(scheme + 3, url.find_first_of("/?#", scheme + 3) - scheme - 3);
  if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
  return authority.substr(0, authority.find(':'));
}

bool on_loopback(const std::string& host) {
  if (host == "localhost" || host == "::1") return true;
  // Four numbers, so that 127.example.org is not taken for this machine.
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

std::string kind_of_path(const std::string& path, const std::string& folder) {
  const std::string name = fs::path(path).filename().string();
  if (name == ".env" || name.ends_with(".env")) return "dotenv";
  std::error_code none;
  return name.empty() || fs::is_directory(folder + "/" + path, none) ? "folder" : "file";
}

class LayerReader {
 public:
  LayerReader(Reader& in, const std::string& folder) : in_(in), folder_(folder) {}

  std::optional<Layer> read(const Value& item) {
    Layer layer;
    layer.where = in_.mark(item);
    if (item.is_map()) {
      if (item.as_map().size() != 1) return wrong(item, "one entry names one layer (- etcd: { url: … })");
      layer.kind = item.as_map().begin()->first;
      layer.options = item.as_map().begin()->second;
      const auto kinds = slipway::adapters::source_kinds();
      if (std::find(kinds.begin(), kinds.end(), layer.kind) == kinds.end()) return wrong(item, "\"" + layer.kind + "\" is no kind of layer" + did_you_mean(layer.kind, kinds));
    } else {
      const std::string path = in_.text(item, "layers");
      if (path.empty()) return std::nullopt;
      layer.kind = kind_of_path(path, folder_);
      layer.options = item;
    }
    // Reads the options; nothing is opened yet.
    auto source = slipway::adapters::make_source(layer.kind, layer.options, folder_, [](const std::string&) { return std::string(); });
    if (!source) return wrong(layer.options.line > 0 ? layer.options : item, source.error().message());
    layer.remote = !local(layer.kind);
    if (layer.remote) {
      layer.name = (*source)->name();
      return server(std::move(layer), item);
    }
    return file(std::move(layer), item);
  }

 private:
  // Of a map, without making it; a single value is the first option.
  static const Value& option(const Layer& layer, const char* name) { return layer.options.is_map() ? layer.options[name] : layer.options; }

  std::nullopt_t wrong(const Value& at, const std::string& message) {
    in_.problem(at, "layers", message);
    return std::nullopt;
  }

  std::optional<Layer> server(Layer layer, const Value& item) {
    const Value& given = option(layer, "url");
    if (given.is_null()) return layer;
    layer.address = given.to_text();
    const std::string host = host_of(layer.address);
    if (host.empty() || host.find('@') != std::string::npos || layer.address.find('@') != std::string::npos)
      return wrong(given.line > 0 ? given : item, "\"" + host_only(layer.address) + "\" is no address of a server (use http://127.0.0.1:2379; user and password have options of their own)");
    layer.off_loopback = !on_loopback(host);
    return layer;
  }

  // A url that was refused may hold a password: what stands before '@' is not shown.
  static std::string host_only(const std::string& url) {
    const std::size_t at = url.rfind('@'), scheme = url.find("://");
    return at == std::string::npos ? url : url.substr(0, scheme == std::string::npos ? 0 : scheme + 3) + "…" + url.substr(at);
  }

  std::optional<Layer> file(Layer layer, const Value& item) {
    const Value& given = option(layer, "path");
    std::string path = given.to_text();
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    const Value& at = given.line > 0 ? given : item;
    if (path.empty() || path.starts_with('/') || path.find("..") != std::string::npos || !inside(path)) return wrong(at, "\"" + path + "\" leaves the workspace (use a path inside it)");
    if (layer.kind == "file" && !layer_extension(path)) return wrong(at, "\"" + path + "\" is not a config file (use .yaml, .toml, .json, .ini or .properties)");
    const Value& optional = option(layer, "optional");
    const bool may_be_missing = layer.kind == "dotenv" || (optional.is_bool() && optional.as_bool());
    if (!may_be_missing && !fs::exists(folder_ + "/" + path)) return wrong(at, "there is no " + path + did_you_mean(path, config_files()));
    const Value& named = option(layer, "name");
    layer.name = layer.options.is_map() && named.is_string() ? named.as_string() : path;
    if (layer.kind == "dotenv") layer.name = fs::path(path).filename().string();
    if (layer.options.is_map()) {
      layer.options.as_map()["path"] = Value(path);
    } else {
      layer.options = Value(path);
      layer.options.line = layer.where.line;
      layer.options.column = layer.where.column;
    }
    return layer;
  }

  bool inside(const std::string& path) const {
    std::error_code code;
    const fs::path root = fs::canonical(folder_, code), real = fs::canonical(root / path, code);
    return code || *real.lexically_relative(root).begin() != "..";
  }

  std::vector<std::string> config_files() const {
    std::vector<std::string> out;
    std::error_code code;
    for (fs::recursive_directory_iterator it(folder_ + "/config", code), end; !code && it != end; it.increment(code))
      if (layer_extension(it->path().string())) out.push_back(it->path().lexically_relative(folder_).string());
    std::sort(out.begin(), out.end());
    return out;
  }

  Reader& in_;
  const std::string& folder_;
};

}  // namespace

bool layer_extension(const std::string& path) {
  const std::string extension = fs::path(path).extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".toml" || extension == ".json" || extension == ".ini" || extension == ".properties";
}

Layer file_layer(std::string path) {
  Layer layer;
  layer.kind = "file";
  layer.options = Value(path);
  layer.name = std::move(path);
  return layer;
}

std::vector<Layer> read_layers(Reader& in, const Value& list, const std::string& folder) {
  std::vector<Layer> out;
  LayerReader reader(in, folder);
  for (const auto& item : list.as_list()) {
    auto layer = reader.read(item);
    if (!layer) continue;
    const bool taken = layer->name == "defaults" || layer->name == "env" || layer->name == "command line" || layer->name == "overrides";
    if (taken || std::any_of(out.begin(), out.end(), [&](const Layer& other) { return other.name == layer->name; }))
      in.problem(item, "layers", "there is a layer \"" + layer->name + "\" already (give one of the two another name: name: …)");
    else
      out.push_back(std::move(*layer));
  }
  return out;
}

std::string secret_of(const std::string& folder, const std::string& variable) {
  if (const char* set = std::getenv(variable.c_str())) return set;
  std::vector<std::string> files;
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
    if (it->path().filename().string().ends_with(".private.env")) files.push_back(it->path().string());
  std::sort(files.begin(), files.end());
  files.push_back(folder + "/.env");
  for (const auto& file : files) {
    const auto text = config::read_file(file);
    if (!text) continue;
    const auto variables = slipway::codec::parse_dotenv(*text);
    if (!variables || !variables->is_map()) continue;
    if (const Value& v = (*variables)[variable]; !v.is_null()) return v.to_text();
  }
  return {};
}

std::unique_ptr<config::Source> layer_source(const Layer& layer, const std::string& folder, Servers servers) {
  const auto refused = [&](std::string why, const char* reason) {
    return std::make_unique<RefusedSource>(layer.name, slipway::forbidden(layer.name + ": " + std::move(why), reason).with_mark({"workspace.yaml", layer.where.line, layer.where.column}));
  };
  if (layer.remote && servers == Servers::Off) return nullptr;
  if (layer.off_loopback && servers != Servers::All)
    return refused("reading it calls " + layer.address + ", another machine (when you trust that, allow it once for this folder: slipway config " + folder + " allow)", "NETWORK_NOT_ALLOWED");
  std::string missing;
  auto source = slipway::adapters::make_source(layer.kind, layer.options, folder, [&](const std::string& variable) {
    std::string value = secret_of(folder, variable);
    if (value.empty()) missing = variable;
    return value;
  });
  if (!source) return refused(source.error().message(), "LAYER_INVALID");
  if (!missing.empty()) return refused("the variable " + missing + " is not set (set it in the environment, in .env or in a *.private.env file of the workspace)", "SECRET_MISSING");
  return std::move(*source);
}

}  // namespace workbench::workspace
