#include "workbench/workspace/model.h"

#include <algorithm>
#include <set>

namespace workbench::workspace {
namespace {

// Steps stand in steps too (a cache's `fill`).
void collect_calls(const slipway::Value& v, std::set<std::string>& out) {
  if (v.is_list())
    for (const auto& item : v.as_list()) collect_calls(item, out);
  if (!v.is_map()) return;
  for (const auto& [key, value] : v.as_map()) {
    if (key == "call" && value.is_map() && value["service"].is_string()) out.insert(value["service"].as_string());
    collect_calls(value, out);
  }
}

std::string slug(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c) || c == '/' || c == '#' || c >= 0x80)
      out += static_cast<char>(std::tolower(c));
    else if (!out.empty() && out.back() != '-' && out.back() != '#')
      out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

}  // namespace

std::vector<std::string> Service::instance_names() const {
  if (instances <= 1) return {name};
  std::vector<std::string> out;
  for (int k = 1; k <= instances; ++k) out.push_back(name + "-" + std::to_string(k));
  return out;
}

std::vector<std::string> Service::calls() const {
  std::set<std::string> out;
  for (const auto& route : routes)
    for (const auto& step : route.steps) collect_calls(slipway::Value::object({{step.kind, step.options}}), out);
  return {out.begin(), out.end()};
}

std::vector<std::string> Service::keys(std::string_view instance, std::string_view section, std::string_view key) const {
  const std::string tail = "." + std::string(section) + "." + std::string(key);
  if (instances <= 1 || instance == name) return {name + tail};
  return {name + "." + std::string(instance) + tail, name + tail};
}

const Service* Workspace::find(std::string_view service) const {
  const auto it = std::find_if(services.begin(), services.end(), [&](const Service& s) { return s.name == service; });
  return it == services.end() ? nullptr : &*it;
}

std::vector<traffic::SavedRequest> Workspace::requests() const {
  std::vector<traffic::SavedRequest> out;
  for (const auto& file : request_files) out.insert(out.end(), file.requests.begin(), file.requests.end());
  return out;
}

const traffic::SavedRequest* Workspace::request(std::string_view id) const {
  for (const auto& file : request_files)
    for (const auto& r : file.requests)
      if (r.id == id) return &r;
  for (const auto& file : request_files)
    for (const auto& r : file.requests)
      if (slug(r.id) == slug(id)) return &r;
  return nullptr;
}

std::string Workspace::path(std::string_view relative) const { return folder + "/" + std::string(relative); }

}  // namespace workbench::workspace
