#include "workbench/workspace/edit.h"

#include <algorithm>
#include <filesystem>

#include "slipway/codec/codec.h"
#include "slipway/config/atomic_file.h"
#include "workbench/workspace/layers.h"

namespace workbench::workspace {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Status;

namespace {

constexpr std::string_view kOverrides = ".slipway/overrides.yaml";

bool authored(const std::string& file) {
  if (file.find("..") != std::string::npos || file.starts_with('/')) return false;
  return file == "workspace.yaml" || file == kOverrides || (layer_extension(file) && (file.starts_with("services/") || file.starts_with("config/")));
}

Status allowed(const std::string& folder, const std::string& file) {
  if (!authored(file)) return slipway::bad_request(file + " is not a file of a workspace that is written by hand (services/, config/ and workspace.yaml are)", "NOT_AUTHORED");
  std::error_code code;
  const fs::path root = fs::canonical(folder, code), real = fs::weakly_canonical(root / file, code);
  if (code || *real.lexically_relative(root).begin() == "..") return slipway::bad_request(file + " is a link that leaves the workspace (put the file itself here)", "NOT_AUTHORED");
  return {};
}

slipway::Error bad_file(const std::vector<Problem>& problems) {
  std::string all;
  for (const auto& p : problems) all += (all.empty() ? "" : "\n") + p.text();
  return slipway::bad_request(all, "BAD_FILE");
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    out.push_back(text.substr(0, end + 1));
    text.remove_prefix(end + 1);
  }
  return out;
}

bool blank(std::string_view line) { return line.find_first_not_of(" \t\r\n") == std::string_view::npos; }

}  // namespace

Result<std::string> read_text(const std::string& folder, const std::string& file) {
  if (auto s = allowed(folder, file); !s.ok()) return s.error();
  return slipway::config::read_file((fs::path(folder) / file).string());
}

std::vector<Problem> problems_of(const std::string& file, std::string_view text, ExtensionsPtr extensions) {
  std::vector<Problem> problems;
  if (file.starts_with("services/")) {
    parse_service(text, file, problems, std::move(extensions));
    return problems;
  }
  if (blank(text)) return problems;
  const auto* codec = slipway::codec::find_codec(fs::path(file).extension().string().substr(1));
  if (!codec) return problems;
  const auto add = [&](slipway::Mark where, std::string message) {
    Problem p;
    p.where = std::move(where);
    p.where.file = file;
    p.source = file;
    p.message = std::move(message);
    problems.push_back(std::move(p));
  };
  auto read = codec->decode(text);
  if (!read.ok())
    add(read.error().where(), read.error().message());
  else if (!read->is_map() && !read->is_null())
    add({file, 1, 1}, "is a " + std::string(slipway::Value::kind_name(read->kind())) + ", where keys with their values are needed (gateway: { timeout: { after: 2s } })");
  return problems;
}

Status write_text(const std::string& folder, const std::string& file, std::string_view text, std::string_view before, ExtensionsPtr extensions) {
  if (auto s = allowed(folder, file); !s.ok()) return s;
  if (const auto problems = problems_of(file, text, std::move(extensions)); !problems.empty()) return bad_file(problems);
  const std::string full = (fs::path(folder) / file).string();
  const auto now = slipway::config::read_file(full);
  if (!now.ok() && now.error().reason() != "NO_SUCH_FILE") return now.error();
  if ((now.ok() ? *now : "") != before) return slipway::conflict(file + " was changed on disk meanwhile (look at it again, then write)", "FILE_CHANGED");
  return slipway::config::write_file(full, text);
}

std::string route_text(const Route& route) {
  const std::size_t indent = std::min(route.yaml.find_first_not_of(' '), route.yaml.size());
  std::string out;
  for (const auto line : lines_of(route.yaml)) {
    const std::size_t own = std::min(line.find_first_not_of(' '), line.size());
    out += line.substr(std::min(indent, own));
  }
  if (!out.empty() && out.back() != '\n') out += '\n';
  return out;
}

Result<std::string> replace_route(std::string_view text, const std::string& file, std::string_view route, std::string_view yaml,
                                  ExtensionsPtr extensions) {
  std::vector<Problem> ignored;
  const auto service = parse_service(text, file, ignored, extensions);
  const auto& routes = service ? service->routes : std::vector<Route>{};
  const auto found = std::find_if(routes.begin(), routes.end(), [&](const Route& r) { return r.grpc() ? r.path == route || "gRPC " + r.path == route : r.method + " " + r.path == route; });
  if (found == routes.end()) return slipway::not_found(file + " has no route " + std::string(route), "ROUTE_UNKNOWN");

  const auto lines = lines_of(text);
  const auto first = static_cast<std::size_t>(found->where.line - 1), count = lines_of(found->yaml).size();
  const std::size_t indent = first < lines.size() ? lines[first].find_first_not_of(' ') : std::string::npos;
  const bool own = indent != std::string::npos && lines[first].substr(indent).starts_with("- ") && first + count <= lines.size();
  if (!own) return slipway::conflict(std::string(route) + " does not stand on lines of its own (edit " + file + " by hand)", "ROUTE_INLINE");

  std::string out;
  for (std::size_t i = 0; i < first; ++i) out += lines[i];
  for (const auto line : lines_of(yaml)) {
    if (!blank(line)) out.append(indent, ' ');
    out += line;
  }
  if (!out.empty() && out.back() != '\n') out += '\n';
  for (std::size_t i = first + count; i < lines.size(); ++i) out += lines[i];

  std::vector<Problem> problems;
  const auto after = parse_service(out, file, problems, extensions);
  if (!problems.empty()) return bad_file(problems);
  // What was typed must be one route, and no other may have moved.
  const auto at = static_cast<std::size_t>(found - routes.begin());
  bool same = after && after->routes.size() == routes.size();
  for (std::size_t i = 0; same && i < routes.size(); ++i)
    if (i != at) same = after->routes[i].method == routes[i].method && after->routes[i].path == routes[i].path && after->routes[i].yaml == routes[i].yaml;
  if (!same) return slipway::bad_request(file + ":" + std::to_string(first + 1) + ":" + std::to_string(indent + 1) + ": this is not one route (write - METHOD /path: and its steps below, indented)", "BAD_FILE");
  return out;
}

}  // namespace workbench::workspace
