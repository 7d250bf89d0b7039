// Traces as files of other tools: OTLP/JSON (collectors, one TracesData per line), Jaeger's UI, Chrome and Perfetto, and our own.
#include <algorithm>
#include <map>

#include "slipway/base/json_text.h"
#include "workbench/recorder/recorder.h"

namespace workbench::recorder {

using slipway::Result;
using slipway::Value;
using slipway::telemetry::SpanKind;
using slipway::telemetry::SpanStatus;

namespace {

std::string_view kind_name(SpanKind k) {
  constexpr std::string_view kNames[] = {"server", "client", "step", "handler", "sql", "cache", "internal"};
  return kNames[static_cast<int>(k)];
}
std::string_view status_name(SpanStatus s) {
  constexpr std::string_view kNames[] = {"ok", "error", "stopped", "not_reached"};
  return kNames[static_cast<int>(s)];
}

std::string text_of(const Value& v) {
  std::string out;
  slipway::write_json(out, v);
  return out + "\n";
}

// What no format has a field for.
std::vector<std::pair<std::string, std::string>> all_attributes(const TraceSpan& s) {
  auto out = s.attributes;
  out.emplace_back("slipway.kind", std::string(kind_name(s.kind)));
  if (s.status != SpanStatus::Ok) out.emplace_back("slipway.status", std::string(status_name(s.status)));
  if (s.kind == SpanKind::Step) {
    out.emplace_back("slipway.enter_ns", std::to_string(s.enter_ns));
    out.emplace_back("slipway.exit_ns", std::to_string(s.exit_ns));
  }
  return out;
}

Value otlp_attribute(const std::string& key, const std::string& value) {
  return Value::object({{"key", key}, {"value", Value::object({{"stringValue", value}})}});
}

std::string to_otlp(const std::vector<TracePtr>& traces) {
  std::map<std::pair<std::string, std::string>, Value::List> by_instance;
  for (const auto& t : traces)
    for (const TraceSpan& s : t->spans) {
      Value span = Value::object({{"traceId", t->id}, {"spanId", s.id}});
      if (!s.parent.empty()) span["parentSpanId"] = s.parent;
      span["name"] = s.name;
      span["kind"] = s.kind == SpanKind::Server ? 2 : s.kind == SpanKind::Client || s.kind == SpanKind::Sql ? 3 : 1;
      span["startTimeUnixNano"] = std::to_string(s.start_ns);
      span["endTimeUnixNano"] = std::to_string(s.start_ns + s.duration_ns);
      Value::List attributes;
      for (const auto& [k, v] : all_attributes(s)) attributes.push_back(otlp_attribute(k, v));
      span["attributes"] = std::move(attributes);
      span["status"] = s.status == SpanStatus::Error ? Value::object({{"code", 2}}) : Value(Value::Map());
      by_instance[{s.service, s.instance}].push_back(std::move(span));
    }
  Value::List resources;
  for (auto& [who, spans] : by_instance)
    resources.push_back(Value::object(
        {{"resource", Value::object({{"attributes", Value::array({otlp_attribute("service.name", who.first), otlp_attribute("service.instance.id", who.second)})}})},
         {"scopeSpans", Value::array({Value::object({{"scope", Value::object({{"name", "slipway"}})}, {"spans", std::move(spans)}})})}}));
  return text_of(Value::object({{"resourceSpans", std::move(resources)}}));
}

Value tag(const std::string& key, const char* type, Value value) { return Value::object({{"key", key}, {"type", type}, {"value", std::move(value)}}); }

std::string to_jaeger(const std::vector<TracePtr>& traces) {
  Value::List data;
  for (const auto& t : traces) {
    std::map<std::pair<std::string, std::string>, std::string> processes;
    Value::List spans;
    for (const TraceSpan& s : t->spans) {
      auto& process = processes[{s.service, s.instance}];
      if (process.empty()) process = "p" + std::to_string(processes.size());
      Value::List references, tags;
      if (!s.parent.empty()) references.push_back(Value::object({{"refType", "CHILD_OF"}, {"traceID", t->id}, {"spanID", s.parent}}));
      for (const auto& [k, v] : all_attributes(s)) tags.push_back(tag(k, "string", v));
      if (s.kind == SpanKind::Server || s.kind == SpanKind::Client) tags.push_back(tag("span.kind", "string", kind_name(s.kind)));
      if (s.status == SpanStatus::Error) tags.push_back(tag("error", "bool", true));
      // Microseconds are all that Jaeger has; these bring the rest back.
      tags.push_back(tag("slipway.start_ns", "string", std::to_string(s.start_ns)));
      tags.push_back(tag("slipway.duration_ns", "int64", s.duration_ns));
      spans.push_back(Value::object({{"traceID", t->id},
                                     {"spanID", s.id},
                                     {"flags", 1},
                                     {"operationName", s.name},
                                     {"references", std::move(references)},
                                     {"startTime", s.start_ns / 1000},
                                     {"duration", s.duration_ns / 1000},
                                     {"tags", std::move(tags)},
                                     {"logs", Value::List()},
                                     {"processID", process},
                                     {"warnings", Value()}}));
    }
    Value::Map named;
    for (const auto& [who, id] : processes)
      named[id] = Value::object({{"serviceName", who.first}, {"tags", Value::array({tag("instance", "string", who.second)})}});
    data.push_back(Value::object({{"traceID", t->id}, {"spans", std::move(spans)}, {"processes", std::move(named)}, {"warnings", Value()}}));
  }
  return text_of(Value::object({{"data", std::move(data)}, {"total", 0}, {"limit", 0}, {"offset", 0}, {"errors", Value()}}));
}

// Rows of one process on which spans nest: a span goes to the first row where it does not cut across another.
class Rows {
 public:
  std::size_t place(std::int64_t start, std::int64_t end) {
    for (std::size_t row = 0;; ++row) {
      if (row == open_.size()) open_.emplace_back();
      auto& ends = open_[row];
      while (!ends.empty() && ends.back() <= start) ends.pop_back();
      if (!ends.empty() && ends.back() < end) continue;
      ends.push_back(end);
      return row;
    }
  }

 private:
  std::vector<std::vector<std::int64_t>> open_;
};

std::string to_chrome(const std::vector<TracePtr>& traces) {
  std::int64_t first = INT64_MAX;
  for (const auto& t : traces)
    for (const auto& s : t->spans) first = std::min(first, s.start_ns);
  if (first == INT64_MAX) first = 0;
  const auto micros = [](std::int64_t ns) { return Value(static_cast<double>(ns) / 1000.0); };
  std::map<std::string, int> processes;
  std::map<int, int> next_row;
  Value::List events;
  for (const auto& t : traces) {
    std::map<int, std::pair<int, Rows>> rows;  // process -> first row of this trace
    std::map<int, int> used;
    for (const TraceSpan& s : t->spans) {
      if (s.status == SpanStatus::NotReached) continue;
      const auto [process, fresh] = processes.emplace(s.instance, static_cast<int>(processes.size()) + 1);
      const int pid = process->second;
      if (fresh)
        events.push_back(Value::object({{"name", "process_name"}, {"ph", "M"}, {"pid", pid}, {"tid", 0}, {"args", Value::object({{"name", s.instance}})}}));
      auto lane = rows.find(pid);
      if (lane == rows.end()) lane = rows.emplace(pid, std::pair{next_row[pid], Rows()}).first;
      const int row = static_cast<int>(lane->second.second.place(s.start_ns, s.start_ns + s.duration_ns));
      used[pid] = std::max(used[pid], row + 1);
      Value::Map args;
      args["trace"] = Value(t->id);
      for (const auto& [k, v] : all_attributes(s)) args[k] = Value(v);
      events.push_back(Value::object({{"name", s.name},
                                      {"cat", kind_name(s.kind)},
                                      {"ph", "X"},
                                      {"ts", micros(s.start_ns - first)},
                                      {"dur", micros(s.duration_ns)},
                                      {"pid", pid},
                                      {"tid", lane->second.first + row + 1},
                                      {"args", Value(std::move(args))}}));
    }
    for (const auto& [pid, n] : used) next_row[pid] += n;
  }
  return text_of(Value::object({{"traceEvents", std::move(events)},
                                {"displayTimeUnit", "ns"},
                                {"otherData", Value::object({{"start_unix_ns", std::to_string(first)}})}}));
}

std::string to_ours(const std::vector<TracePtr>& traces) {
  Value::List out;
  for (const auto& t : traces) {
    Value::List spans;
    for (const TraceSpan& s : t->spans) {
      Value::Map attributes;
      for (const auto& [k, v] : s.attributes) attributes[k] = Value(v);
      spans.push_back(Value::object({{"id", s.id},
                                     {"parent", s.parent},
                                     {"name", s.name},
                                     {"service", s.service},
                                     {"instance", s.instance},
                                     {"kind", kind_name(s.kind)},
                                     {"status", status_name(s.status)},
                                     {"start_ns", s.start_ns},
                                     {"duration_ns", s.duration_ns},
                                     {"enter_ns", s.enter_ns},
                                     {"exit_ns", s.exit_ns},
                                     {"self_ns", s.self_ns},
                                     {"depth", s.depth},
                                     {"critical", s.critical},
                                     {"attributes", Value(std::move(attributes))}}));
    }
    out.push_back(Value::object({{"id", t->id},
                                 {"root_name", t->root_name},
                                 {"root_service", t->root_service},
                                 {"status", t->status},
                                 {"error", t->error},
                                 {"partial", t->partial},
                                 {"stopped_by", t->stopped_by},
                                 {"start_ns", t->start_ns},
                                 {"duration_ns", t->duration_ns},
                                 {"spans", std::move(spans)}}));
  }
  return text_of(Value::object({{"traces", std::move(out)}}));
}

}  // namespace

Result<std::string> export_traces(const std::vector<TracePtr>& traces, std::string_view format) {
  if (format == "otlp") return to_otlp(traces);
  if (format == "jaeger") return to_jaeger(traces);
  if (format == "chrome") return to_chrome(traces);
  if (format == "json") return to_ours(traces);
  return slipway::bad_request("\"" + std::string(format) + "\" is no trace format (use otlp, jaeger, chrome, json)", "FORMAT_UNKNOWN");
}

}  // namespace workbench::recorder
