#include "workbench/traffic/expand.h"

#include <algorithm>
#include <charconv>

#include "slipway/config/schema.h"

namespace workbench::traffic {
namespace {

using slipway::Result;

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

bool variable_name(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
           c == '$' || c == ' ';
  });
}

slipway::Error unknown(std::string_view name, const Pairs& variables) {
  std::vector<std::string> known;
  for (const auto& [variable, value] : variables) known.push_back(variable);
  if (name.starts_with('$'))
    for (const char* built_in : {"$uuid", "$timestamp", "$isoTimestamp", "$randomInt"}) known.emplace_back(built_in);
  auto near = slipway::config::nearest_names(name, known, 3);
  std::string text = "{{" + std::string(name) + "}} is not a variable";
  if (known.empty()) text += "; no variables are defined";
  const char* before = near.empty() ? "; there is " : "; did you mean ";
  if (near.empty()) near = known;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, near.size()); ++i) text += (i ? ", " : before) + near[i];
  if (text.find("did you mean") != std::string::npos) text += "?";
  return slipway::bad_request(text, "VARIABLE_UNKNOWN").with_metadata("variable", std::string(name));
}

class Expander {
 public:
  Expander(const Pairs& variables, const ExpandSources& sources)
      : variables_(variables), ids_(sources.ids ? *sources.ids : slipway::Ids::system()),
        clock_(sources.clock ? *sources.clock : slipway::Clock::system()) {}

  Result<std::string> text(std::string_view in, int depth) {
    std::string out;
    while (true) {
      const auto open = in.find("{{");
      const auto close = open == std::string_view::npos ? open : in.find("}}", open);
      if (close == std::string_view::npos) break;
      const auto name = trim(in.substr(open + 2, close - open - 2));
      out += in.substr(0, open);
      if (!variable_name(name)) {  // "{{" of a JSON body, not a variable
        out += "{{";
        in.remove_prefix(open + 2);
        continue;
      }
      auto value = this->value(name, depth);
      if (!value) return value;
      out += *value;
      in.remove_prefix(close + 2);
    }
    return out += in, Result<std::string>(std::move(out));
  }

 private:
  Result<std::string> value(std::string_view name, int depth) {
    if (name.starts_with('$')) return built_in(name);
    for (const auto& [known, value] : variables_) {
      if (known != name) continue;
      if (depth >= 10)
        return slipway::bad_request("{{" + std::string(name) + "}} refers to itself", "VARIABLE_CYCLE");
      return text(value, depth + 1);
    }
    return unknown(name, variables_);
  }

  Result<std::string> built_in(std::string_view name) {
    if (name == "$uuid" || name == "$guid" || name == "$random.uuid") return ids_.uuid();
    if (name == "$timestamp")
      return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count());
    if (name == "$isoTimestamp") return slipway::format_rfc3339(clock_.wall());
    if (name == "$randomInt" || name.starts_with("$randomInt ")) {
      std::int64_t low = 0, high = 1000;
      std::string_view rest = trim(name.substr(10));
      if (!rest.empty()) {
        const auto first = std::from_chars(rest.data(), rest.data() + rest.size(), low);
        rest = trim(rest.substr(static_cast<std::size_t>(first.ptr - rest.data())));
        const auto second = std::from_chars(rest.data(), rest.data() + rest.size(), high);
        if (first.ec != std::errc() || second.ec != std::errc() || low >= high)
          return slipway::bad_request("{{" + std::string(name) + "}}: write {{$randomInt 5 10}}", "VARIABLE_UNKNOWN");
      }
      const auto span = static_cast<std::uint64_t>(high - low);
      return std::to_string(low + static_cast<std::int64_t>(ids_.trace_id().lo % span));
    }
    return unknown(name, variables_);
  }

  const Pairs& variables_;
  slipway::Ids& ids_;
  const slipway::Clock& clock_;
};

}  // namespace

Result<std::string> expand_text(std::string_view text, const Pairs& variables, const ExpandSources& sources) {
  return Expander(variables, sources).text(text, 0);
}

Result<SavedRequest> expand(const SavedRequest& request, const Pairs& variables, const ExpandSources& sources) {
  Expander expander(variables, sources);
  SavedRequest out = request;
  const std::string of = request.name.empty() ? "request" : request.name;
  const auto fill = [&](std::string& text, const std::string& where) -> slipway::Status {
    auto full = expander.text(text, 0);
    if (!full) return full.error().with_message(of + ", " + where + ": " + full.error().message());
    text = std::move(*full);
    return {};
  };
  if (auto s = fill(out.url, "url"); !s) return s.error();
  for (auto& [name, value] : out.headers)
    if (auto s = fill(value, "header " + name); !s) return s.error();
  if (auto s = fill(out.body, "body"); !s) return s.error();
  for (auto& text : out.assertions)
    if (auto s = fill(text, "assertion"); !s) return s.error();
  return out;
}

std::vector<std::string> variables_of(const SavedRequest& request) {
  std::vector<std::string> names;
  const auto scan = [&](std::string_view in) {
    for (auto open = in.find("{{"); open != std::string_view::npos; open = in.find("{{", open + 2)) {
      const auto close = in.find("}}", open);
      if (close == std::string_view::npos) return;
      const std::string name(trim(in.substr(open + 2, close - open - 2)));
      if (variable_name(name) && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  };
  scan(request.url);
  for (const auto& [name, value] : request.headers) scan(value);
  scan(request.body);
  return names;
}

}  // namespace workbench::traffic
