// Send: one request, now, with everything there is to know about it. Blocks up to the timeout; never call it on a worker
// or in the GUI thread. Does not follow redirects.
//
// Each send carries a sampled traceparent and `x-slipway-keep: 1`, so that its trace is kept; trace_id says which it is.
#pragma once

#include <memory>

#include "slipway/base/random.h"
#include "slipway/base/time.h"
#include "workbench/traffic/exchange.h"

namespace slipway::grpc {
class ProtoSet;
}

namespace workbench::traffic {

struct SendOptions {
  slipway::Duration timeout = std::chrono::seconds(30);
  bool allow_remote = false;                            // off: only loopback
  slipway::Ids* ids = nullptr;                          // null: the system's
  std::shared_ptr<const slipway::grpc::ProtoSet> protos;  // for method GRPC
};

// `request` is expanded (see expand.h): an absolute URL, no variables. Never throws and never fails otherwise: what went wrong
// before a reply came is in `error`. Assertions of the request are evaluated.
Exchange send(const SavedRequest& request, const SendOptions& options = {});

}  // namespace workbench::traffic
