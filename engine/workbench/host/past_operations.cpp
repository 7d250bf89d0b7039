// The operations that only look, on a run that is over.
#include "workbench/host/operation_arguments.h"
#include "workbench/host/operations.h"

namespace workbench::host {

using slipway::Result;
using slipway::Value;

namespace {

Result<Value> export_traces(const PastRun& run, const Value& a) {
  std::vector<recorder::TracePtr> traces;
  if (!a["id"].is_null()) {
    auto t = run.trace(text_of(a, "id"));
    if (!t.ok()) return t.error();
    traces.push_back(std::move(*t));
  } else {
    auto list = run.traces(text_of(a, "filter"), limit_of(a, 1000));
    if (!list.ok()) return list.error();
    traces = std::move(*list);
  }
  auto text = recorder::export_traces(traces, text_of(a, "format", "otlp"));
  if (!text.ok()) return text.error();
  return Value(std::move(*text));
}

}  // namespace

Result<Value> run_operation(const PastRun& run, std::string_view name, const Value& a) {
  if (name == "traces.list") {
    auto list = run.traces(text_of(a, "filter"), limit_of(a, 50));
    return list.ok() ? Result<Value>(trace_rows(*list)) : Result<Value>(list.error());
  }
  if (name == "traces.show") {
    auto t = run.trace(text_of(a, "id"));
    return t.ok() ? Result<Value>(to_value(**t)) : Result<Value>(t.error());
  }
  if (name == "traces.export") return export_traces(run, a);
  if (name == "services") return list_of(run.services());
  if (name == "totals") return to_value(run.totals());
  if (name == "config.history") return list_of(run.history());
  return slipway::bad_request("a recorded run has no operation '" + std::string(name) + "'; nothing can be changed or sent in it", "RUN_IS_PAST");
}

}  // namespace workbench::host
