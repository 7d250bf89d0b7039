// Operations: what can be asked of a host, by name with a Value for arguments and a Value back. The control socket and the verbs
// speak only these, so a verb does the same whether the workspace runs in its own process or in another.
//
//   services                         rows of the Services table
//   service.start|stop|restart       {instance}
//   service.new                      {name?, from?, port?}
//   service.take_back                what service.new gave
//   service.openapi                  {service}: the document as YAML
//   service.route                    {service, route}: its text; with yaml: replaces it and gives the old text
//   config.get                       {key?}: one value, or all rows
//   config.explain                   {key}
//   config.set                       {key, value, file?, who?}
//   config.unset                     {key, who?}
//   config.move                      {key, file, who?}: the override goes into that file
//   config.undo / config.redo        {who?}
//   config.revert                    {version, who?}: the overrides as they were right after it; with only: true, what it did is taken
//                                    back, of one key with {key}
//   config.history                   {limit?}
//   config.version                   the number that grows with every publish
//   requests / request.expand        {id}
//   send                             {id} or {method, url, headers?, body?}
//   traces.list                      {filter?, limit?}
//   traces.show                      {id}
//   traces.export                    {filter?, id?, format}
//   totals
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/value.h"
#include "workbench/host/host.h"
#include "workbench/host/past_run.h"

namespace workbench::host {

// NOT_FOUND / OPERATION_UNKNOWN when there is no such operation. Blocks as the Host's methods do.
slipway::Result<slipway::Value> run_operation(Host& host, std::string_view name, const slipway::Value& arguments);
std::vector<std::string_view> operation_names();
// Those of traces.*, services, config.history and totals, with the same answers, from a recorded run.
slipway::Result<slipway::Value> run_operation(const PastRun& run, std::string_view name, const slipway::Value& arguments);

// Stable JSON shapes: times in ns as integers with the unit in the key, secrets masked.
slipway::Value to_value(const ServiceRow& row);
slipway::Value to_value(const scaffold::Made& made);
slipway::Value to_value(const ConfigRow& row);
slipway::Value to_value(const ConfigChange& change);
slipway::Value to_value(const recorder::Trace& trace);
slipway::Value to_value(const Totals& totals);
slipway::Value trace_rows(const std::vector<recorder::TracePtr>& traces);  // as traces.list gives them
slipway::Value to_value(const traffic::SavedRequest& request);
traffic::SavedRequest saved_request_of(const slipway::Value& value);
// {status headers body trace_id spans[{name parent start_ns duration_ns status}] ...}
slipway::Value to_value(const traffic::Exchange& exchange, const recorder::Trace* trace);

slipway::Value error_value(const slipway::Error& error);
slipway::Error error_of(const slipway::Value& value);

}  // namespace workbench::host
