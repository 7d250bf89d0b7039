#include "workbench/traffic/request_bytes.h"

#include <algorithm>

#include "slipway/context/headers.h"

namespace workbench::traffic {
namespace {

using slipway::context::same_name;

void put_hex(char* at, std::uint64_t v) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int i = 15; i >= 0; --i, v >>= 4) at[i] = kDigits[v & 15];
}

bool token(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

}  // namespace

void RequestBytes::set_trace(const slipway::TraceId& trace, slipway::SpanId span, bool sampled) {
  if (trace_at == std::string::npos) return;
  char* at = bytes.data() + trace_at;
  put_hex(at + 3, trace.hi);
  put_hex(at + 19, trace.lo);
  put_hex(at + 36, span);
  at[54] = sampled ? '1' : '0';
}

slipway::Result<RequestBytes> request_bytes(const SavedRequest& request, const Target& target, const Pairs& extra) {
  if (!token(request.method))
    return slipway::bad_request("\"" + request.method + "\" is not an HTTP method", "METHOD_INVALID");
  RequestBytes out;
  out.head = request.method == "HEAD";
  out.retriable = out.head || request.method == "GET";
  const auto has = [&](std::string_view name) {
    return std::any_of(out.headers.begin(), out.headers.end(), [&](const auto& h) { return same_name(h.first, name); });
  };
  for (const auto* some : {&request.headers, &extra}) {
    for (const auto& [name, value] : *some) {
      if (!token(name) || value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
        return slipway::bad_request("header \"" + name + "\": not a name, or its value has a line break", "HEADER_INVALID");
      if (same_name(name, "content-length") || same_name(name, "transfer-encoding")) continue;  // ours to say
      out.headers.emplace_back(name, value);
    }
  }
  if (!has("host")) out.headers.insert(out.headers.begin(), {"Host", target.authority()});
  const bool sends_body = !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (!request.body.empty() && !has("content-type") && (request.body[0] == '{' || request.body[0] == '['))
    out.headers.emplace_back("Content-Type", "application/json");
  if (sends_body) out.headers.emplace_back("Content-Length", std::to_string(request.body.size()));
  const bool own_trace = has("traceparent");
  if (!own_trace) out.headers.emplace_back("traceparent", "00-00000000000000000000000000000000-0000000000000000-00");
  out.bytes = request.method + " " + target.path + " HTTP/1.1\r\n";
  for (const auto& [name, value] : out.headers) {
    if (!own_trace && name == "traceparent") out.trace_at = out.bytes.size() + name.size() + 2;
    out.bytes += name + ": " + value + "\r\n";
  }
  out.bytes += "\r\n" + request.body;
  return out;
}

}  // namespace workbench::traffic
