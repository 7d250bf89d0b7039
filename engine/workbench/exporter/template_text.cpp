#include "workbench/exporter/template_text.h"

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "workbench/exporter/lock.h"

namespace workbench::exporter {

slipway::Result<std::string> render_text(const std::string& text, const std::string& name, const TemplateValues& values) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find("<<", at);
    const auto close = open == std::string::npos ? open : text.find(">>", open);
    if (close == std::string::npos) {
      out += text.substr(at);
      break;
    }
    const std::string key = text.substr(open + 2, close - open - 2);
    const bool is_name = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) { return std::islower(c) || c == '_'; });
    if (!is_name) {
      // One character on: the second < may open a name, as in unique_ptr<<<name>>::Service>.
      out += text.substr(at, open + 1 - at);
      at = open + 1;
      continue;
    }
    auto it = values.find(key);
    if (it == values.end()) return slipway::internal_error("the template " + name + " uses <<" + key + ">>, which nothing gives", "TEMPLATE_NAME");
    out += text.substr(at, open - at) + it->second;
    at = close + 2;
  }
  return out;
}

slipway::Result<std::string> render_template(const std::string& folder, const std::string& name, const TemplateValues& values) {
  const std::string file = folder + "/" + name;
  if (!std::filesystem::exists(file)) return slipway::not_found("the export template " + file + " cannot be read", "FILE_UNREADABLE");
  return render_text(read_text(file), name, values);
}

}  // namespace workbench::exporter
