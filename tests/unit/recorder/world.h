// World: a recorder and calls as servers record them.
#pragma once

#include <string>
#include <string_view>

#include "workbench/recorder/recorder.h"

namespace tests {

using slipway::context::Context;
using slipway::telemetry::CallTrace;
using slipway::telemetry::intern;
using slipway::telemetry::SpanKind;
using slipway::telemetry::SpanStatus;
using workbench::recorder::Recorder;

// gateway calls orders, which runs one SQL statement; both are recorded as servers do.
struct World {
  Recorder recorder{Recorder::Options{}};
  struct Hop {
    CallTrace trace;
    Context context;
    slipway::telemetry::NameId service = 0, operation = 0;
    std::uint64_t received = 0;
  };
  void begin(Hop& hop, std::string_view service, std::string_view operation, std::string traceparent, bool keep = false) {
    hop.service = intern(service);
    hop.operation = intern(operation);
    hop.received = slipway::Ticks::now();
    recorder.telemetry().begin_call(hop.trace, hop.context, {traceparent, keep, hop.service, hop.operation, hop.received});
  }
  void end(Hop& hop, int status) { recorder.telemetry().end_call(hop.trace, {hop.service, hop.operation, hop.received, status}); }

  std::string order(int status = 201, bool keep = false) {
    Hop gateway, orders;
    begin(gateway, "gateway", "POST /orders", "", keep);
    const auto limit = gateway.trace.open(intern("rate_limit"), SpanKind::Step);
    gateway.trace.span(limit).enter_end = slipway::Ticks::now();
    if (status == 429) {
      gateway.trace.mark(intern("handler"), SpanKind::Handler, SpanStatus::NotReached);
      gateway.trace.close(limit, SpanStatus::Stopped);
    } else {
      const auto client = gateway.trace.open_concurrent(intern("orders POST /orders"), SpanKind::Client);
      auto sent = gateway.trace.identity();
      sent.span = gateway.trace.span(client).id;
      begin(orders, "orders-1", "POST /orders", sent.traceparent());
      const auto sql = orders.trace.open(intern("INSERT orders"), SpanKind::Sql);
      orders.trace.attribute(sql, intern("config.key"), "orders.database.file");
      orders.trace.close(sql);
      end(orders, status);
      gateway.trace.close_concurrent(client);
      gateway.trace.span(limit).exit_start = slipway::Ticks::now();
      gateway.trace.close(limit);
    }
    end(gateway, status);
    recorder.telemetry().drain();
    return gateway.trace.identity().trace.hex();
  }
};

}  // namespace tests
