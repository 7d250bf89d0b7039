// A line as text and as JSON.
#include <algorithm>

#include "slipway/base/json_text.h"
#include "slipway/telemetry/log.h"

namespace slipway::telemetry {

std::string LogLine::to_text() const {
  std::string out = format_rfc3339(WallTime(Duration(wall_ns)));
  out += ' ';
  out += level_name(level);
  out.append(8 - level_name(level).size(), ' ');
  out += logger + "  ";
  // One line stays one line, whatever was logged.
  const auto append_plain = [&out](std::string_view s) {
    for (const char c : s) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  };
  const auto append_field = [&](std::string_view key, std::string_view value) {
    out += "  ";
    append_plain(key);
    out += '=';
    append_plain(value);
  };
  append_plain(text);
  if (!operation.empty()) append_field("operation", operation);
  if (!service.empty()) append_field("service", service);
  for (const auto& [key, value] : fields) append_field(key, value.to_text());
  if (!trace_id.empty()) append_field("trace", trace_id);
  if (!caller.empty()) append_field("caller", caller);
  return out;
}

std::string LogLine::to_json() const {
  std::string out = "{\"time\":\"" + format_rfc3339(WallTime(Duration(wall_ns))) + "\",\"level\":\"" + std::string(level_name(level)) + "\"";
  const auto append_text = [&out](std::string_view key, const std::string& value) {
    out += ",\"";
    out += key;
    out += "\":";
    write_json_string(out, value);
  };
  append_text("logger", logger);
  append_text("message", text);
  if (!trace_id.empty()) append_text("trace_id", trace_id);
  if (!operation.empty()) append_text("operation", operation);
  if (!service.empty()) append_text("service", service);
  if (!caller.empty()) append_text("caller", caller);
  // A name that is taken gets an underscore: two members of one name are no JSON for many readers.
  std::vector<std::string> taken = {"time", "level", "logger", "message", "trace_id", "operation", "service", "caller"};
  for (const auto& [key, value] : fields) {
    std::string name = key;
    while (std::find(taken.begin(), taken.end(), name) != taken.end()) name += '_';
    out += ',';
    write_json_string(out, name);
    out += ':';
    write_json(out, value);
    taken.push_back(std::move(name));
  }
  return out + "}";
}

}  // namespace slipway::telemetry
