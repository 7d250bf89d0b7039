#include "slipway/middleware/recording.h"

namespace slipway::middleware {
namespace {

constexpr std::string_view kMetadata = "x-md-";

struct Incoming {
  std::string_view traceparent;
  bool keep = false;
  bool metadata = false;
};

bool is_metadata(std::string_view name) {
  return name.size() > kMetadata.size() && (name.front() | 0x20) == 'x' && context::same_name(name.substr(0, kMetadata.size()), kMetadata);
}

Incoming read_headers(const Request& request) {
  Incoming in;
  for (const auto& h : request.headers) {
    // By length and first letter: most fields are none of these.
    in.metadata = in.metadata || is_metadata(h.name);
    if (h.name.size() == 11 && context::same_name(h.name, "traceparent"))
      in.traceparent = h.value;
    else if (h.name.size() == 10 && context::same_name(h.name, "tracestate"))
      in.keep = in.keep || h.value.find("slipway=keep") != std::string_view::npos;
    else if (h.name.size() == 14 && context::same_name(h.name, "x-slipway-keep"))
      in.keep = in.keep || h.value == "1";
  }
  return in;
}

// Names in lower case, as gRPC has them anyway.
void take_metadata(Call& call) {
  context::Headers metadata;
  for (const auto& h : call.request.headers) {
    if (!is_metadata(h.name)) continue;
    std::string name(h.name);
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    (void)metadata.add(name, h.value);
  }
  call.context = call.context.with_metadata(std::move(metadata));
}

telemetry::NameId service_of(const Operation& o) { return o.service_id != 0 ? o.service_id : telemetry::intern(o.service); }
telemetry::NameId name_of(const Operation& o) { return o.name_id != 0 ? o.name_id : telemetry::intern(o.name); }

}  // namespace

void begin_recording(telemetry::Telemetry* telemetry, Call& call) {
  const Incoming in = read_headers(call.request);
  if (in.metadata) take_metadata(call);
  if (telemetry && call.operation) {
    telemetry->begin_call(call.trace, call.context,
                          {in.traceparent, in.keep, service_of(*call.operation), name_of(*call.operation), call.received});
    return;
  }
  call.trace.end();
  call.context.set_call_trace(nullptr);
  if (in.traceparent.empty()) return;  // `tracing` makes an identity when one is wanted
  auto identity = context::TraceIdentity::parse(in.traceparent);
  if (identity.valid()) identity.span = Ids::system().span_id();
  call.context.set_trace(identity);
}

void end_recording(telemetry::Telemetry* telemetry, Call& call, int status) {
  if (!telemetry || !call.operation) return;
  telemetry->end_call(call.trace, {service_of(*call.operation), name_of(*call.operation), call.received, status});
}

Operation make_operation(std::string name, std::string service, std::string transport, std::uint32_t index) {
  Operation o;
  o.name_id = telemetry::intern(name);
  o.service_id = telemetry::intern(service);
  o.name = std::move(name);
  o.service = std::move(service);
  o.transport = std::move(transport);
  o.index = index;
  return o;
}

}  // namespace slipway::middleware
