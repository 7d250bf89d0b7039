// The folder as a whole: workspace.yaml, then every file it leads to, then what must hold between them.
#include "workbench/workspace/load.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "slipway/codec/codec.h"
#include "slipway/config/atomic_file.h"
#include "workbench/workspace/http_file.h"
#include "workbench/workspace/layers.h"
#include "workbench/workspace/reader.h"

namespace workbench::workspace {

namespace fs = std::filesystem;
using slipway::Mark;
using slipway::Value;

namespace {

constexpr int kVersion = 1;

std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 1469598103934665603ull;
  for (const unsigned char c : text) h = (h ^ c) * 1099511628211ull;
  return h;
}

class Loader {
 public:
  Loader(const std::string& folder, ExtensionsPtr extensions) : ws_(std::make_shared<Workspace>()), extensions_(std::move(extensions)) {
    std::error_code code;
    const fs::path full = fs::canonical(folder, code);
    ws_->folder = code ? fs::absolute(folder).lexically_normal().string() : full.string();
  }

  Loaded load() {
    const auto text = read("workspace.yaml");
    if (!text) {
      Problem p;
      p.where.file = ws_->folder;
      p.source = ws_->folder;
      p.message = "is no workspace: it has no workspace.yaml (make one with a line name: my-lab)";
      problems_.push_back(std::move(p));
      return {nullptr, std::move(problems_)};
    }
    head(*text);
    services();
    requests();
    ws_->protos = files("protos", {".proto"});
    ws_->schemas = files("schema", {".sql"});
    ws_->scenarios = files("scenarios", {".yaml", ".yml"});
    for (const auto* list : {&ws_->protos, &ws_->schemas, &ws_->scenarios})
      for (const auto& file : *list) static_cast<void>(read(file));
    check();
    if (ws_->entry.empty()) ws_->entry = first_uncalled();
    if (!extensions_ && !ws_->plugins.empty() && !problems_.empty())
      problem(plugins_mark_, "plugins: only the host of the workspace loads them (slipway serve, the window); what they add is unknown here, and an export cannot carry it");
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
      return std::tie(a.where.file, a.where.line, a.where.column) < std::tie(b.where.file, b.where.line, b.where.column);
    });
    return {ws_, std::move(problems_)};
  }

 private:
  // Where a file really is, links followed, must lie in the folder; a missing file is told elsewhere.
  bool inside(const std::string& relative) const {
    std::error_code code;
    const fs::path real = fs::canonical(ws_->path(relative), code);
    return code || *real.lexically_relative(ws_->folder).begin() != "..";
  }

  std::optional<std::string> read(const std::string& relative) {
    if (!inside(relative)) {
      problem({relative, 1, 1}, "is a link that leaves the workspace (put the file itself here)");
      return std::nullopt;
    }
    auto text = slipway::config::read_file(ws_->path(relative));
    if (!text) {
      if (text.error().reason() != "NO_SUCH_FILE") problem({relative, 0, 0}, text.error().message());
      return std::nullopt;
    }
    ws_->contents[relative] = hash(*text);
    return *text;
  }

  void problem(Mark where, std::string message) {
    Problem p;
    p.where = std::move(where);
    p.source = p.where.file;
    p.message = std::move(message);
    problems_.push_back(std::move(p));
  }

  // Files below `folder`, relative to the workspace, sorted; hidden ones are skipped.
  std::vector<std::string> files(const std::string& folder, std::initializer_list<std::string_view> extensions) const {
    std::vector<std::string> out;
    std::error_code code;
    for (fs::recursive_directory_iterator it(ws_->path(folder), code), end; !code && it != end; it.increment(code)) {
      const std::string name = it->path().filename().string();
      if (name.starts_with('.')) {
        std::error_code ignored;
        if (it->is_directory(ignored)) it.disable_recursion_pending();
        continue;
      }
      std::error_code kind;
      if (!it->is_regular_file(kind)) continue;
      const std::string extension = it->path().extension().string();
      if (std::find(extensions.begin(), extensions.end(), extension) != extensions.end())
        out.push_back(it->path().lexically_relative(ws_->folder).string());
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  void head(const std::string& text) {
    Reader in(text, "workspace.yaml", problems_);
    auto root = slipway::codec::parse_yaml(text);
    if (!root) return in.problem(root.error().where(), "", root.error().message());
    if (!in.map(*root, "", {"name", "version", "about", "entry", "layers", "environments", "services", "plugins"})) return;
    const Value& v = *root;
    ws_->name = in.text(v["name"], "name", fs::path(ws_->folder).filename().string());
    ws_->doc = in.text(v["about"], "about");
    ws_->schema = static_cast<int>(in.integer(v["version"], "version", 1, 1, 1'000'000));
    if (ws_->schema > kVersion)
      in.problem(v["version"], "version", "this workspace was written for version " + std::to_string(ws_->schema) + ", this Slipway reads " + std::to_string(kVersion) + " (use a newer Slipway)");
    ws_->entry = in.text(v["entry"], "entry");
    entry_mark_ = in.mark(v["entry"]);
    plugins(in, v["plugins"]);
    layers(in, v["layers"]);
    environments(in, v["environments"]);
    if (v["services"].is_list()) {
      for (const auto& item : v["services"].as_list()) order_.emplace_back(in.text(item, "services"), in.mark(item));
    } else if (!v["services"].is_null()) {
      in.problem(v["services"], "services", "is not a list of names (services: [gateway, orders])");
    }
  }

  void plugins(Reader& in, const Value& v) {
    if (v.is_null()) return;
    plugins_mark_ = in.mark(v);
    if (!v.is_list()) return in.problem(v, "plugins", "is not a list of shared libraries (plugins: [plugins/polite.so])");
    for (const auto& item : v.as_list())
      if (auto file = in.text(item, "plugins"); !file.empty()) ws_->plugins.push_back(std::move(file));
  }

  void layers(Reader& in, const Value& v) {
    if (v.is_null()) {
      for (auto& file : files("config", {".yaml", ".yml", ".toml", ".json", ".ini", ".properties"}))
        if (!fs::path(file).stem().string().starts_with("overrides")) ws_->layers.push_back(file_layer(std::move(file)));
      // default.* lies lowest.
      std::stable_partition(ws_->layers.begin(), ws_->layers.end(), [](const Layer& l) { return fs::path(l.name).stem() == "default"; });
      return;
    }
    if (!v.is_list()) return in.problem(v, "layers", "is not a list (layers: [config/default.yaml])");
    ws_->layers = read_layers(in, v, ws_->folder);
  }

  void environments(Reader& in, const Value& v) {
    if (v.is_null()) return;
    if (!v.is_map()) return in.problem(v, "environments", "is not a map of environments (environments: { dev: { customer: c-1 } })");
    for (const auto& [name, variables] : v.as_map()) {
      Environment e;
      e.name = name;
      if (!variables.is_null() && !variables.is_map()) {
        in.problem(variables, name, "is not a map of variables (" + name + ": { customer: c-1 })");
        continue;
      }
      if (variables.is_map())
        for (const auto& [key, value] : variables.as_map()) e.variables.emplace_back(key, in.text(value, name + "." + key));
      ws_->environments.push_back(std::move(e));
    }
  }

  void services() {
    for (const auto& file : files("services", {".yaml", ".yml"})) {
      const auto text = read(file);
      if (!text) continue;
      if (auto service = parse_service(*text, file, problems_, extensions_)) {
        if (const Service* other = ws_->find(service->name))
          problem({file, 1, 1}, "service " + service->name + " is defined in " + other->file + " already (rename one of the two)");
        else
          ws_->services.push_back(std::move(*service));
      }
    }
    if (ws_->services.empty() && problems_.empty()) problem({"services", 0, 0}, "there is no service (add services/hello.yaml)");
    std::vector<std::string> names;
    for (const auto& s : ws_->services) names.push_back(s.name);
    for (const auto& [name, mark] : order_)
      if (!ws_->find(name)) problem(mark, "services: there is no service " + name + did_you_mean(name, names));
    if (!ws_->entry.empty() && !ws_->find(ws_->entry)) problem(entry_mark_, "entry: there is no service " + ws_->entry + did_you_mean(ws_->entry, names));
    const auto rank = [this](const Service& s) {
      const auto at = std::find_if(order_.begin(), order_.end(), [&](const auto& o) { return o.first == s.name; });
      return at - order_.begin();
    };
    std::stable_sort(ws_->services.begin(), ws_->services.end(), [&](const Service& a, const Service& b) { return rank(a) < rank(b); });
  }

  void requests() {
    for (const auto& file : files("requests", {".http", ".rest"}))
      if (const auto text = read(file)) ws_->request_files.push_back(parse_http(*text, file, problems_));
  }

  void check() {
    std::vector<std::string> names;
    for (const auto& s : ws_->services) names.push_back(s.name);
    for (const auto& s : ws_->services) {
      if (s.grpc && !s.grpc->proto.empty() && !fs::exists(ws_->path(s.grpc->proto)))
        problem(s.grpc->where, "grpc.proto: there is no " + s.grpc->proto + did_you_mean(s.grpc->proto, ws_->protos));
      if (s.database && !s.database->schema.empty() && !fs::exists(ws_->path(s.database->schema)))
        problem(s.database->where, "database.schema: there is no " + s.database->schema + did_you_mean(s.database->schema, ws_->schemas));
      for (const auto& route : s.routes) {
        for (const auto& step : route.steps) {
          if (step.kind != "call" || !step.options.is_map() || !step.options["service"].is_string()) continue;
          const Value& target = step.options["service"];
          if (!ws_->find(target.as_string()))
            problem({s.file, target.line, target.column}, "call: there is no service " + target.as_string() + did_you_mean(target.as_string(), names));
        }
      }
    }
    ports();
    tunables();
  }

  void ports() {
    struct Range {
      int from, to;
      const Service* service;
      Mark where;
    };
    std::vector<Range> taken;
    const auto add = [&](int port, const Service& s, const Mark& where) {
      if (port == 0) return;
      const Range mine{port, port + s.instances - 1, &s, where};
      if (mine.to > 65535) problem(where, "port: " + std::to_string(s.instances) + " instances from port " + std::to_string(port) + " on go past 65535 (use a lower port)");
      for (const auto& other : taken)
        if (mine.from <= other.to && other.from <= mine.to)
          problem(where, "port " + std::to_string(std::max(mine.from, other.from)) + " belongs to " + other.service->name + " already (" + other.where.to_string() + "; give one of the two another port)");
      taken.push_back(mine);
    };
    for (const auto& s : ws_->services) {
      if (s.http) add(s.http->port, s, s.http->where);
      if (s.grpc) add(s.grpc->port, s, s.grpc->where);
    }
  }

  // The values written in service files must fit their schemas, and overrides must name keys that exist.
  void tunables() {
    slipway::config::Config config({.watch_files = false});
    if (config.define_all(declarations(*ws_)).ok()) return;
    for (auto& p : config.problems()) {
      const bool told = std::any_of(problems_.begin(), problems_.end(), [&](const Problem& old) {
        return old.where.file == p.where.file && old.where.line == p.where.line && old.where.column == p.where.column;
      });
      if (told) continue;
      p.source = p.where.file;
      problems_.push_back(std::move(p));
    }
  }

  std::string first_uncalled() const {
    std::set<std::string> called;
    for (const auto& s : ws_->services)
      for (const auto& target : s.calls()) called.insert(target);
    for (const auto& s : ws_->services)
      if (!called.contains(s.name)) return s.name;
    return ws_->services.empty() ? "" : ws_->services.front().name;
  }

  std::shared_ptr<Workspace> ws_;
  ExtensionsPtr extensions_;
  Mark plugins_mark_;
  std::vector<Problem> problems_;
  std::vector<std::pair<std::string, Mark>> order_;
  Mark entry_mark_;
};

}  // namespace

slipway::Error Loaded::error() const {
  std::string text;
  for (const auto& p : problems) text += (text.empty() ? "" : "\n") + p.text();
  return slipway::bad_request(text, "BAD_WORKSPACE");
}

Loaded load(const std::string& folder, ExtensionsPtr extensions) { return Loader(folder, std::move(extensions)).load(); }

}  // namespace workbench::workspace
