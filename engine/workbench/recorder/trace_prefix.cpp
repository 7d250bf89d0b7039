#include "workbench/recorder/trace_prefix.h"

namespace workbench::recorder {

slipway::Result<TracePrefix> TracePrefix::parse(std::string_view text) {
  TracePrefix p{std::string(text), {}, {}, {}};
  for (char& c : p.low_hex)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c + 32);
  const bool hex = !p.low_hex.empty() && p.low_hex.size() <= 32 && p.low_hex.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hex) return slipway::bad_request("\"" + std::string(text) + "\" is no trace id (up to 32 hex digits)", "TRACE_ID_INVALID");
  p.high_hex = p.low_hex;
  p.low_hex.append(32 - p.low_hex.size(), '0');
  p.high_hex.append(32 - p.high_hex.size(), 'f');
  const auto id_of = [](const std::string& hex32) {
    return slipway::TraceId{std::stoull(hex32.substr(0, 16), nullptr, 16), std::stoull(hex32.substr(16), nullptr, 16)};
  };
  p.low = id_of(p.low_hex);
  p.high = id_of(p.high_hex);
  return p;
}

slipway::Error ambiguous_trace(std::string_view text) {
  return slipway::bad_request("several traces begin with " + std::string(text) + " (give more digits)", "TRACE_ID_AMBIGUOUS");
}

}  // namespace workbench::recorder
