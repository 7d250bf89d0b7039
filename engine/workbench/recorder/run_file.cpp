#include "workbench/recorder/run_file.h"

#include <filesystem>

#include "slipway/data/connection.h"
#include "workbench/recorder/filter.h"
#include "workbench/recorder/part_bytes.h"
#include "workbench/recorder/trace_prefix.h"

namespace workbench::recorder {

using slipway::Error;
using slipway::Result;
using slipway::Value;
using slipway::data::Connection;
using slipway::data::Rows;
using slipway::telemetry::NameId;

// A trace's columns are what lists and filters ask first. `document` holds what there is one of (services, config, totals …), each as
// it was last.
const char* const kRunSchema = R"sql(
CREATE TABLE run(one INTEGER PRIMARY KEY CHECK(one = 1), id TEXT, started_ns INTEGER, ended_ns INTEGER, closed INTEGER,
                 requests INTEGER, errors INTEGER, entry_requests INTEGER, entry_errors INTEGER,
                 traces INTEGER, not_kept INTEGER, log_lines INTEGER, stopped TEXT);
CREATE TABLE name(id INTEGER PRIMARY KEY, text TEXT);
CREATE TABLE instance(name TEXT PRIMARY KEY, service TEXT);
CREATE TABLE trace(number INTEGER PRIMARY KEY, id TEXT, started_ns INTEGER, duration_ns INTEGER, status INTEGER, tops INTEGER,
                   stopped_by TEXT, notable INTEGER, spans INTEGER, parts BLOB);
CREATE INDEX trace_id ON trace(id);
CREATE TABLE second(wall_s INTEGER, instance TEXT, requests INTEGER, errors INTEGER, p99_ns INTEGER,
                    recent_p50_ns INTEGER, recent_p99_ns INTEGER, PRIMARY KEY(wall_s, instance)) WITHOUT ROWID;
CREATE TABLE event(number INTEGER PRIMARY KEY, wall_ns INTEGER, text TEXT);
CREATE TABLE log(number INTEGER PRIMARY KEY, wall_ns INTEGER, text TEXT);
CREATE TABLE change(version INTEGER, key TEXT, text TEXT, PRIMARY KEY(version, key));
CREATE TABLE exchange(number INTEGER PRIMARY KEY, wall_ns INTEGER, request TEXT, text TEXT, sent_body BLOB, body BLOB);
CREATE TABLE document(name TEXT PRIMARY KEY, text TEXT);
)sql";

namespace {

constexpr std::int64_t kPage = 512;  // traces read at once

Error unreadable(const std::string& path, const std::string& why) { return slipway::bad_request(path + " " + why, "RUN_UNREADABLE"); }

// A cell, or a harmless value when the file has something else there.
std::int64_t whole(const Rows& rows, std::size_t row, std::string_view column) {
  const Value& v = rows.at(row, column);
  return v.is_int() ? v.as_int() : 0;
}
std::uint64_t count(const Rows& rows, std::size_t row, std::string_view column) { return static_cast<std::uint64_t>(std::max<std::int64_t>(0, whole(rows, row, column))); }
std::string text(const Rows& rows, std::size_t row, std::string_view column) {
  const Value& v = rows.at(row, column);
  return v.is_string() ? v.as_string() : std::string();
}

}  // namespace

std::string disk_problem(const Error& error) {
  if (error.reason() == "DB_FULL") return "the disk is full";
  return error.root().message();
}

// One row of `trace`, with or without its parts; those are read when they are asked for.
struct RunFile::Row {
  const RunFile& file;
  std::string id, stopped_by, bytes;
  std::int64_t number = 0, duration_ns = 0, tops = 0;
  int status = 0;
  mutable std::optional<std::vector<PartPtr>> parts;
  mutable bool made = false;

  Row(const RunFile& f, const Rows& rows, std::size_t at)
      : file(f), id(text(rows, at, "id")), stopped_by(text(rows, at, "stopped_by")), bytes(text(rows, at, "parts")), number(whole(rows, at, "number")),
        duration_ns(whole(rows, at, "duration_ns")), tops(whole(rows, at, "tops")), status(static_cast<int>(whole(rows, at, "status"))) {}
  const std::vector<PartPtr>* whole_parts() const {
    if (!std::exchange(made, true)) {
      const auto prefix = TracePrefix::parse(id);
      const auto rows = bytes.empty() ? file.query("SELECT parts FROM trace WHERE number = ?", {Value(number)}) : Result<Rows>(Rows());
      if (prefix.ok() && rows.ok()) parts = parts_of(prefix->low, bytes.empty() ? text(*rows, 0, "parts") : bytes);
    }
    return parts ? &*parts : nullptr;
  }
};

RunFile::RunFile() = default;
RunFile::~RunFile() = default;

Result<std::unique_ptr<RunFile>> RunFile::open(const std::string& path) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path, ec))) return unreadable(path, "is no file");
  auto connection = Connection::open(path, Connection::Access::Inspect, slipway::data::Options{});
  if (!connection.ok()) return unreadable(path, "cannot be opened: " + connection.error().root().message());
  std::unique_ptr<RunFile> file(new RunFile());
  file->connection_ = std::move(*connection);
  const auto application = file->query("PRAGMA application_id");
  if (!application.ok()) return unreadable(path, "is no recorded run: " + application.error().root().message());
  if (application->empty() || application->rows[0][0] != Value(kRunApplication)) return unreadable(path, "is no recorded run; delete it or move it away");
  const auto format = file->query("PRAGMA user_version");
  if (!format.ok() || format->empty()) return unreadable(path, "is no recorded run");
  if (const Value& v = format->rows[0][0]; !v.is_int() || v.as_int() > kRunFormat)
    return unreadable(path, "was recorded by a newer slipway (format " + v.to_text() + ", this one reads up to " + std::to_string(kRunFormat) + "); open it there");
  return file;
}

Result<Rows> RunFile::query(const std::string& sql, const std::vector<Value>& parameters) const {
  std::lock_guard lock(mutex_);
  slipway::data::ExecInfo info;
  if (auto s = connection_->run(sql, parameters, info); !s.ok()) return s.error();
  return std::move(info.returned);
}

Result<RunInfo> RunFile::summary() const {
  const auto rows = query("SELECT * FROM run");
  if (!rows.ok()) return rows.error();
  if (rows->empty()) return slipway::bad_request("the run's first row is missing", "RUN_UNREADABLE");
  RunInfo r;
  r.id = text(*rows, 0, "id");
  r.started_ns = whole(*rows, 0, "started_ns");
  r.ended_ns = whole(*rows, 0, "ended_ns");
  r.state = whole(*rows, 0, "closed") != 0 ? RunInfo::State::Closed : RunInfo::State::Cut;
  const bool entry = count(*rows, 0, "entry_requests") > 0;
  r.requests = count(*rows, 0, entry ? "entry_requests" : "requests");
  r.errors = count(*rows, 0, entry ? "entry_errors" : "errors");
  r.traces = count(*rows, 0, "traces");
  r.not_kept = count(*rows, 0, "not_kept");
  r.stopped_writing = text(*rows, 0, "stopped");
  return r;
}

// What is being recorded gets new names; those that are known stay where they are, so what refers to them stays good.
void RunFile::learn_names() const {
  const auto there = query("SELECT (SELECT COUNT(*) FROM name) AS names, (SELECT COUNT(*) FROM instance) AS instances");
  {
    std::lock_guard lock(names_mutex_);
    if (there.ok() && count(*there, 0, "names") == names_.size() && count(*there, 0, "instances") == services_.size()) return;
  }
  const auto names = query("SELECT id, text FROM name");
  const auto instances = query("SELECT name, service FROM instance");
  std::lock_guard lock(names_mutex_);
  if (names.ok())
    for (std::size_t i = 0; i < names->size(); ++i) names_.try_emplace(static_cast<NameId>(whole(*names, i, "id")), text(*names, i, "text"));
  if (instances.ok())
    for (std::size_t i = 0; i < instances->size(); ++i) services_.try_emplace(text(*instances, i, "name"), text(*instances, i, "service"));
}

std::string RunFile::service_of(std::string_view instance, bool& known) const {
  std::lock_guard lock(names_mutex_);
  const auto it = services_.find(std::string(instance));
  known = it != services_.end();
  return known ? it->second : std::string(instance);
}

Result<TracePtr> RunFile::build(const Row& row) const {
  const auto* parts = row.whole_parts();
  if (!parts) return slipway::bad_request("trace " + row.id + " cannot be read: its bytes are damaged", "RUN_UNREADABLE");
  const Reading reading = unix_reading([this](NameId id) -> std::string_view {
    std::lock_guard lock(names_mutex_);
    const auto it = names_.find(id);
    return it == names_.end() ? std::string_view("?") : std::string_view(it->second);
  });
  return std::make_shared<const Trace>(assemble(*parts, [this](std::string_view i, bool& known) { return service_of(i, known); }, reading));
}

Result<std::vector<TracePtr>> RunFile::list(std::string_view filter_text, std::size_t limit) const {
  const auto filter = Filter::parse(filter_text);
  if (!filter) return filter.error();
  const auto name = [this](NameId id) -> std::string_view {
    std::lock_guard lock(names_mutex_);
    const auto it = names_.find(id);
    return it == names_.end() ? std::string_view() : std::string_view(it->second);
  };
  const auto matches = [&](const Row& row) {
    TraceFacts f;
    f.id = row.id;
    f.status = row.status;
    f.duration_ns = row.duration_ns;
    f.partial = row.tops > 1;
    f.stopped_by = row.stopped_by;
    f.any_service = [&](const auto& fits) {
      const auto* parts = row.whole_parts();
      bool known = false;
      for (std::size_t i = 0; parts && i < parts->size(); ++i) {
        const std::string_view instance = name((*parts)[i]->service);
        if (fits(instance) || fits(service_of(instance, known))) return true;
      }
      return false;
    };
    f.any_name = [&](const auto& fits) {
      const auto* parts = row.whole_parts();
      for (std::size_t i = 0; parts && i < parts->size(); ++i)
        for (const auto& s : (*parts)[i]->spans)
          if (fits(name(s.name))) return true;
      return false;
    };
    return filter->matches(f);
  };
  std::vector<TracePtr> out;
  for (std::int64_t below = INT64_MAX; out.size() < limit;) {
    const auto page = filter->empty() ? std::min<std::int64_t>(kPage, static_cast<std::int64_t>(limit - out.size())) : kPage;
    // What a filter refuses by the columns alone is not read whole.
    const std::string parts = filter->empty() || filter->by_names() ? ", parts" : "";
    const auto rows = query("SELECT number, id, duration_ns, status, tops, stopped_by" + parts + " FROM trace WHERE number < ? ORDER BY number DESC LIMIT ?", {Value(below), Value(page)});
    if (!rows.ok()) return rows.error();
    if (rows->empty()) break;
    learn_names();
    for (std::size_t i = 0; i < rows->size() && out.size() < limit; ++i) {
      const Row row(*this, *rows, i);
      below = row.number;
      if (!filter->empty() && !matches(row)) continue;
      if (auto trace = build(row); trace.ok()) out.push_back(std::move(*trace));
    }
  }
  return out;
}

Result<TracePtr> RunFile::find(std::string_view id) const {
  const auto prefix = TracePrefix::parse(id);
  if (!prefix) return prefix.error();
  const auto rows = query("SELECT number, id, duration_ns, status, tops, stopped_by, parts FROM trace WHERE id BETWEEN ? AND ? LIMIT 2", {Value(prefix->low_hex), Value(prefix->high_hex)});
  if (!rows.ok()) return rows.error();
  if (rows->empty()) return slipway::not_found("the run has no trace " + std::string(id) + ": it was sampled out, was not kept, or never was", "TRACE_NOT_FOUND");
  if (rows->size() > 1) return ambiguous_trace(id);
  learn_names();
  return build(Row(*this, *rows, 0));
}

}  // namespace workbench::recorder
