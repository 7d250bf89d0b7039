#include "workbench/host/past_run.h"

#include <algorithm>
#include <map>

#include "workbench/host/run_documents.h"
#include "workbench/recorder/run_file.h"

namespace workbench::host {

using recorder::RateSecond;
using recorder::RunFile;
using slipway::Result;
using slipway::Value;
using slipway::data::Rows;

namespace {

std::int64_t whole(const Rows& rows, std::size_t row, std::string_view column) {
  const Value& v = rows.at(row, column);
  return v.is_int() ? v.as_int() : 0;
}
std::string text(const Rows& rows, std::size_t row, std::string_view column) {
  const Value& v = rows.at(row, column);
  return v.is_string() ? v.as_string() : std::string();
}

// What does not read as a T is left out: the rest of the run is still worth seeing.
template <class T>
std::optional<T> read_json(const std::string& json) {
  const auto tree = slipway::codec::parse_json(json);
  if (!tree.ok()) return std::nullopt;
  auto value = slipway::codec::from_value<T>(*tree, {.absent_is_default = true});
  if (!value.ok()) return std::nullopt;
  return std::move(*value);
}

}  // namespace

struct PastRun::Impl {
  recorder::RunInfo info;
  std::unique_ptr<RunFile> file;

  Rows rows(const std::string& sql, const std::vector<Value>& parameters = {}) const {
    auto found = file->query(sql, parameters);
    return found.ok() ? std::move(*found) : Rows();
  }
  template <class T>
  std::vector<T> all(const std::string& sql, const std::vector<Value>& parameters = {}) const {
    std::vector<T> out;
    const Rows found = rows(sql, parameters);
    for (std::size_t i = 0; i < found.size(); ++i)
      if (auto value = read_json<T>(text(found, i, "text"))) out.push_back(std::move(*value));
    return out;
  }
  template <class T>
  T document(const std::string& name) const {
    auto found = all<T>("SELECT text FROM document WHERE name = ?", {Value(name)});
    return found.empty() ? T{} : std::move(found.front());
  }
  std::map<std::string, recorder::ServiceRate> rates() const;
};

PastRun::PastRun(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PastRun::~PastRun() = default;

Result<std::unique_ptr<PastRun>> PastRun::open(const std::string& workspace_folder, const std::string& id) {
  const recorder::RunFolder folder(workspace_folder);
  auto info = folder.find(id);
  if (!info.ok()) return info.error();
  auto file = RunFile::open(folder.file_of(info->id).string());
  if (!file.ok()) return file.error();
  auto impl = std::make_unique<Impl>();
  impl->info = std::move(*info);
  impl->file = std::move(*file);
  return std::unique_ptr<PastRun>(new PastRun(std::move(impl)));
}

const recorder::RunInfo& PastRun::info() const { return impl_->info; }

// Of the minute that ends with the last second of which anything is written.
std::map<std::string, recorder::ServiceRate> PastRun::Impl::rates() const {
  std::map<std::string, recorder::ServiceRate> out;
  std::map<std::string, std::int64_t> first;
  std::int64_t last = 0;
  const Rows sums = rows("SELECT instance, SUM(requests) AS requests, SUM(errors) AS errors, MIN(wall_s) AS first, MAX(wall_s) AS last FROM second GROUP BY instance");
  for (std::size_t i = 0; i < sums.size(); ++i) {
    auto& rate = out[text(sums, i, "instance")];
    rate.instance = text(sums, i, "instance");
    rate.total = static_cast<std::uint64_t>(whole(sums, i, "requests"));
    rate.errors = static_cast<std::uint64_t>(whole(sums, i, "errors"));
    first[rate.instance] = whole(sums, i, "first");
    last = std::max(last, whole(sums, i, "last"));
  }
  for (auto& [instance, rate] : out) {
    const auto seconds = static_cast<std::size_t>(std::clamp<std::int64_t>(last - first[instance] + 1, 0, 60));
    rate.history.resize(seconds);
    rate.p99_history_ms.resize(seconds);
  }
  const Rows minute = rows("SELECT * FROM second WHERE wall_s > ? ORDER BY wall_s", {Value(last - 60)});
  for (std::size_t i = 0; i < minute.size(); ++i) {
    auto& rate = out[text(minute, i, "instance")];
    const std::int64_t ago = last - whole(minute, i, "wall_s");
    const auto at = static_cast<std::int64_t>(rate.history.size()) - 1 - ago;
    if (at < 0 || ago < 0) continue;
    rate.history[static_cast<std::size_t>(at)] = static_cast<float>(whole(minute, i, "requests"));
    rate.p99_history_ms[static_cast<std::size_t>(at)] = static_cast<float>(static_cast<double>(whole(minute, i, "p99_ns")) * 1e-6);
    if (ago < 10) {
      rate.p50_ns = whole(minute, i, "recent_p50_ns");
      rate.p99_ns = whole(minute, i, "recent_p99_ns");
    }
    if (ago == 0) {
      rate.requests_per_s = static_cast<double>(whole(minute, i, "requests"));
      rate.errors_per_s = static_cast<double>(whole(minute, i, "errors"));
    }
  }
  return out;
}

std::vector<ServiceRow> PastRun::services() const {
  auto services = impl_->document<RunServices>("services");
  const auto rates = impl_->rates();
  for (auto& row : services.rows) {
    if (const auto it = rates.find(row.instance); it != rates.end()) row.rate = it->second;
    if (row.state == ServiceState::Running && impl_->info.ended_ns > services.at_ns) row.uptime += slipway::Duration(impl_->info.ended_ns - services.at_ns);
  }
  return services.rows;
}

ConfigTable PastRun::config() const { return impl_->document<ConfigTable>("config"); }

std::vector<ConfigChange> PastRun::history() const { return impl_->all<ConfigChange>("SELECT text FROM change ORDER BY version DESC, rowid"); }

std::vector<traffic::Exchange> PastRun::exchanges(const std::string& request_id, std::size_t limit) const {
  std::vector<traffic::Exchange> out;
  const Rows found = impl_->rows("SELECT text, sent_body, body FROM exchange WHERE ? = '' OR request = ? ORDER BY number DESC LIMIT ?", {Value(request_id), Value(request_id), Value(limit)});
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto x = read_json<traffic::Exchange>(text(found, i, "text"));
    if (!x) continue;
    x->sent_body = text(found, i, "sent_body");
    x->body = text(found, i, "body");
    out.push_back(std::move(*x));
  }
  return out;
}

std::vector<recorder::Event> PastRun::events(std::size_t limit) const { return impl_->all<recorder::Event>("SELECT text FROM event ORDER BY number DESC LIMIT ?", {Value(limit)}); }

LogTail PastRun::logs(std::size_t limit) const {
  LogTail tail;
  auto lines = impl_->all<slipway::telemetry::LogLine>("SELECT text FROM log ORDER BY number DESC LIMIT ?", {Value(limit)});
  const Rows counted = impl_->rows("SELECT log_lines FROM run");
  tail.total = std::max<std::uint64_t>(lines.size(), static_cast<std::uint64_t>(std::max<std::int64_t>(0, whole(counted, 0, "log_lines"))));
  if (!lines.empty()) tail.lines = std::make_shared<const std::vector<slipway::telemetry::LogLine>>(std::move(lines));
  return tail;
}

Totals PastRun::totals() const {
  auto totals = impl_->document<Totals>("totals");
  totals.recorder.traces_kept = impl_->info.traces;
  const Rows spans = impl_->rows("SELECT SUM(spans) AS spans FROM trace");
  totals.recorder.spans_kept = static_cast<std::uint64_t>(std::max<std::int64_t>(0, whole(spans, 0, "spans")));
  totals.recorder.bytes = impl_->info.bytes;
  return totals;
}

std::vector<Edge> PastRun::edges() const { return impl_->document<std::vector<Edge>>("edges"); }

std::vector<RateSecond> PastRun::seconds() const {
  std::vector<RateSecond> out;
  const Rows found = impl_->rows("SELECT * FROM second ORDER BY wall_s, instance");
  for (std::size_t i = 0; i < found.size(); ++i)
    out.push_back({whole(found, i, "wall_s"), text(found, i, "instance"), static_cast<std::uint64_t>(whole(found, i, "requests")), static_cast<std::uint64_t>(whole(found, i, "errors")),
                   whole(found, i, "p99_ns"), whole(found, i, "recent_p50_ns"), whole(found, i, "recent_p99_ns")});
  return out;
}

Result<std::vector<recorder::TracePtr>> PastRun::traces(std::string_view filter, std::size_t limit) const { return impl_->file->list(filter, limit); }
Result<recorder::TracePtr> PastRun::trace(std::string_view id) const { return impl_->file->find(id); }

}  // namespace workbench::host
