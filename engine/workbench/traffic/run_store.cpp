#include "workbench/traffic/run_store.h"

#include <algorithm>
#include <ctime>
#include <system_error>

#include "slipway/codec/codec.h"
#include "slipway/config/atomic_file.h"

namespace workbench::traffic {
namespace {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Status;
using slipway::Value;

constexpr int kVersion = 1;
constexpr const char* kStates[] = {"starting", "running", "draining", "done", "cancelled", "failed"};

double number(const Value& v) { return v.is_number() ? v.as_double() : 0; }
std::int64_t whole(const Value& v) { return v.is_int() ? v.as_int() : static_cast<std::int64_t>(number(v)); }
std::uint64_t count(const Value& v) { return static_cast<std::uint64_t>(std::max<std::int64_t>(0, whole(v))); }
std::string words(const Value& v) { return v.is_string() ? v.as_string() : std::string(); }
const Value::List& items(const Value& v) {
  static const Value::List none;
  return v.is_list() ? v.as_list() : none;
}

Value to_value(const Percentiles& p) { return Value::array({p.p50, p.p90, p.p99, p.p99_9, p.max}); }
Percentiles percentiles(const Value& v) {
  const auto& l = items(v);
  if (l.size() != 5) return {};
  return {whole(l[0]), whole(l[1]), whole(l[2]), whole(l[3]), whole(l[4])};
}

Value to_value(const std::vector<std::pair<double, std::int64_t>>& spectrum) {
  Value out = Value::List{};
  for (const auto& [p, ns] : spectrum) out.as_list().push_back(Value::array({p, ns}));
  return out;
}
std::vector<std::pair<double, std::int64_t>> spectrum(const Value& v) {
  std::vector<std::pair<double, std::int64_t>> out;
  for (const Value& point : items(v))
    if (items(point).size() == 2) out.emplace_back(number(items(point)[0]), whole(items(point)[1]));
  return out;
}

// Cells are few beside bands: [band, count, trace?] each.
Value to_value(const LoadSlice& s) {
  Value cells = Value::List{};
  for (int b = 0; b < LoadSlice::kBands; ++b) {
    const auto i = static_cast<std::size_t>(b);
    if (s.cells[i] == 0) continue;
    Value cell = Value::array({b, s.cells[i]});
    if (!s.cell_traces[i].empty()) cell.as_list().push_back(s.cell_traces[i]);
    cells.as_list().push_back(std::move(cell));
  }
  return Value::object({{"at", s.at_s}, {"n", Value::array({s.intended, s.sent, s.done, s.errors, s.in_flight})}, {"p", Value::array({s.p50_ns, s.p99_ns})}, {"cells", std::move(cells)}});
}
LoadSlice slice(const Value& v) {
  LoadSlice s;
  s.at_s = number(v["at"]);
  const auto& n = items(v["n"]);
  const auto u32 = [](const Value& x) { return static_cast<std::uint32_t>(whole(x)); };
  if (n.size() == 5) s.intended = u32(n[0]), s.sent = u32(n[1]), s.done = u32(n[2]), s.errors = u32(n[3]), s.in_flight = u32(n[4]);
  const auto& p = items(v["p"]);
  if (p.size() == 2) s.p50_ns = whole(p[0]), s.p99_ns = whole(p[1]);
  for (const Value& cell : items(v["cells"])) {
    const auto& c = items(cell);
    if (c.size() < 2 || whole(c[0]) < 0 || whole(c[0]) >= LoadSlice::kBands) continue;
    const auto b = static_cast<std::size_t>(whole(c[0]));
    s.cells[b] = u32(c[1]);
    if (c.size() > 2) s.cell_traces[b] = words(c[2]);
  }
  return s;
}

Value document(const RunSummary& run, const LoadOptions& o, const LoadProgress& p) {
  Value slices = Value::List{}, slos = Value::List{}, kinds = Value::Map{};
  for (const auto& s : p.slices) slices.as_list().push_back(to_value(s));
  for (const auto& s : p.slos) slos.as_list().push_back(Value::object({{"text", s.text}, {"held", s.held}, {"found", s.found}}));
  for (const auto& [kind, n] : p.errors_by_kind) kinds[kind] = n;
  return Value::object({{"version", kVersion},
                        {"starred", run.starred},
                        {"started_wall_ns", run.started_wall_ns},
                        {"request", o.request.id},
                        {"method", o.request.method},
                        {"url", o.request.url},
                        {"rate_per_s", o.rate_per_s ? Value(*o.rate_per_s) : Value()},
                        {"users", o.users},
                        {"max_connections", o.max_connections},
                        {"duration_ns", o.duration.count()},
                        {"poisson", o.arrivals == Arrivals::Poisson},
                        {"state", kStates[static_cast<int>(p.state)]},
                        {"error", p.error},
                        {"elapsed_s", p.elapsed_s},
                        {"target_rate_per_s", p.target_rate_per_s},
                        {"achieved_rate_per_s", p.achieved_rate_per_s},
                        {"requests", p.requests},
                        {"errors", p.errors},
                        {"errors_by_kind", std::move(kinds)},
                        {"dropped", p.dropped},
                        {"intended", p.intended},
                        {"sent", p.sent},
                        {"capped", p.capped},
                        {"service_ns", to_value(p.service_ns)},
                        {"response_ns", to_value(p.response_ns)},
                        {"service_spectrum_ns", to_value(p.service_spectrum)},
                        {"response_spectrum_ns", to_value(p.response_spectrum)},
                        {"lag_ns", Value::array({p.lag_p99_ns, p.lag_max_ns})},
                        {"generator_cpu", p.generator_cpu},
                        {"limit", std::string(limit_name(p.limit))},
                        {"honesty", p.honesty},
                        {"slos", std::move(slos)},
                        {"slices", std::move(slices)}});
}

RunSummary summary_of(const std::string& id, const Value& v, std::uint64_t bytes) {
  RunSummary s;
  s.id = id;
  s.request = words(v["request"]), s.url = words(v["url"]);
  s.started_wall_ns = whole(v["started_wall_ns"]);
  s.starred = v["starred"].is_bool() && v["starred"].as_bool();
  s.state = words(v["state"]);
  s.elapsed_s = number(v["elapsed_s"]), s.target_rate_per_s = number(v["target_rate_per_s"]), s.achieved_rate_per_s = number(v["achieved_rate_per_s"]);
  s.users = v["rate_per_s"].is_null() ? static_cast<int>(whole(v["users"])) : 0;
  s.requests = count(v["requests"]), s.errors = count(v["errors"]), s.dropped = count(v["dropped"]);
  s.response_ns = percentiles(v["response_ns"]);
  s.bytes = bytes;
  return s;
}

SavedRun run_of(const std::string& id, const Value& v, std::uint64_t bytes) {
  SavedRun run;
  run.summary = summary_of(id, v, bytes);
  auto& o = run.options;
  o.request.id = run.summary.request, o.request.url = run.summary.url, o.request.method = words(v["method"]);
  if (v["rate_per_s"].is_number()) o.rate_per_s = number(v["rate_per_s"]);
  o.users = static_cast<int>(whole(v["users"])), o.max_connections = static_cast<int>(whole(v["max_connections"]));
  o.duration = slipway::Duration(whole(v["duration_ns"]));
  o.arrivals = v["poisson"].is_bool() && v["poisson"].as_bool() ? Arrivals::Poisson : Arrivals::Constant;
  auto& p = run.progress;
  for (int i = 0; i < 6; ++i)
    if (run.summary.state == kStates[i]) p.state = static_cast<LoadProgress::State>(i);
  p.error = words(v["error"]);
  p.elapsed_s = run.summary.elapsed_s, p.target_rate_per_s = run.summary.target_rate_per_s, p.achieved_rate_per_s = run.summary.achieved_rate_per_s;
  p.requests = run.summary.requests, p.errors = run.summary.errors, p.dropped = run.summary.dropped;
  p.intended = count(v["intended"]), p.sent = count(v["sent"]), p.capped = count(v["capped"]);
  if (v["errors_by_kind"].is_map())
    for (const auto& [kind, n] : v["errors_by_kind"].as_map()) p.errors_by_kind.emplace_back(kind, count(n));
  p.service_ns = percentiles(v["service_ns"]), p.response_ns = run.summary.response_ns;
  p.service_spectrum = spectrum(v["service_spectrum_ns"]), p.response_spectrum = spectrum(v["response_spectrum_ns"]);
  if (const auto& lag = items(v["lag_ns"]); lag.size() == 2) p.lag_p99_ns = whole(lag[0]), p.lag_max_ns = whole(lag[1]);
  p.generator_cpu = number(v["generator_cpu"]);
  for (const Limit l : {Limit::Refused, Limit::Service, Limit::GeneratorBusy, Limit::GeneratorLate, Limit::Errors})
    if (words(v["limit"]) == limit_name(l)) p.limit = l;
  p.honesty = words(v["honesty"]);
  for (const Value& s : items(v["slos"])) {
    p.slos.push_back({words(s["text"]), s["held"].is_bool() && s["held"].as_bool(), words(s["found"])});
    o.slos.push_back(words(s["text"]));
  }
  for (const Value& s : items(v["slices"])) p.slices.push_back(slice(s));
  return run;
}

Result<Value> read(const fs::path& file) {
  auto text = slipway::config::read_file(file.string());
  if (!text.ok()) return text.error();
  auto value = slipway::codec::parse_json(*text);
  if (!value.ok()) return slipway::bad_request(file.string() + ": " + value.error().message() + "; delete the file, it is no run", "RUN_UNREADABLE");
  if (!(*value)["version"].is_int() || (*value)["version"].as_int() != kVersion)
    return slipway::bad_request(file.string() + " was written by another version of slipway; delete it, or open it there", "RUN_UNREADABLE");
  return value;
}

std::string id_of(std::int64_t wall_ns) {
  const std::time_t s = static_cast<std::time_t>(wall_ns / 1'000'000'000);
  std::tm t{};
  ::localtime_r(&s, &t);
  char text[48];
  std::snprintf(text, sizeof text, "%04d%02d%02d-%02d%02d%02d-%03d", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, static_cast<int>(wall_ns / 1'000'000 % 1000));
  return text;
}

}  // namespace

RunStore::RunStore(std::string workspace_folder) : folder_(fs::path(std::move(workspace_folder)) / ".slipway" / "runs") {}

fs::path RunStore::file_of(const std::string& id) const { return folder_ / (id + ".json"); }

Result<std::string> RunStore::add(const LoadOptions& options, const LoadProgress& progress, std::int64_t started_wall_ns) {
  RunSummary run;
  run.started_wall_ns = started_wall_ns;
  const std::string base = id_of(started_wall_ns);
  run.id = base;
  std::error_code ec;
  for (int n = 2; fs::exists(file_of(run.id), ec); ++n) run.id = base + "-" + std::to_string(n);
  if (auto s = slipway::config::write_file(file_of(run.id).string(), slipway::codec::to_json(document(run, options, progress)) + "\n"); !s.ok()) return s.error();
  forget();
  std::size_t unstarred = 0;
  for (const RunSummary& each : list())
    if (!each.starred && ++unstarred > kUnstarred)
      if (auto s = remove(each.id); !s.ok()) return s.error();
  return run.id;
}

// A folder's time has a grain of milliseconds: after a change of our own it is not asked.
void RunStore::forget() {
  std::lock_guard lock(mutex_);
  seen_ = {};
}

std::vector<RunSummary> RunStore::list() const {
  std::error_code ec;
  const auto changed = fs::last_write_time(folder_, ec);
  if (ec) return {};
  std::lock_guard lock(mutex_);
  if (changed == seen_) return known_;
  known_.clear();
  for (const auto& entry : fs::directory_iterator(folder_, ec)) {
    if (entry.path().extension() != ".json") continue;
    auto value = read(entry.path());
    if (value.ok()) known_.push_back(summary_of(entry.path().stem().string(), *value, static_cast<std::uint64_t>(entry.file_size(ec))));
  }
  std::sort(known_.begin(), known_.end(), [](const RunSummary& a, const RunSummary& b) { return a.started_wall_ns != b.started_wall_ns ? a.started_wall_ns > b.started_wall_ns : a.id > b.id; });
  seen_ = changed;
  return known_;
}

Result<SavedRun> RunStore::open(const std::string& id) const {
  const auto all = list();
  const auto at = std::find_if(all.begin(), all.end(), [&](const RunSummary& r) { return r.id == id; });
  if (at == all.end()) {
    std::string there;
    for (std::size_t i = 0; i < all.size() && i < 5; ++i) there += (i ? ", " : "") + all[i].id;
    return slipway::not_found("there is no run " + id + " in " + folder_.string() + (there.empty() ? "; none was kept yet" : "; the newest are " + there), "NO_RUN");
  }
  auto value = read(file_of(id));
  if (!value.ok()) return value.error();
  return run_of(id, *value, at->bytes);
}

Status RunStore::star(const std::string& id, bool on) {
  if (auto run = open(id); !run.ok()) return run.error();
  auto value = read(file_of(id));
  if (!value.ok()) return value.error();
  (*value)["starred"] = on;
  const Status written = slipway::config::write_file(file_of(id).string(), slipway::codec::to_json(*value) + "\n");
  forget();
  return written;
}

Status RunStore::remove(const std::string& id) {
  if (auto run = open(id); !run.ok()) return run.error();
  std::error_code ec;
  if (!fs::remove(file_of(id), ec)) return slipway::unavailable("removing " + file_of(id).string() + ": " + ec.message(), "RUN_NOT_REMOVED");
  forget();
  return {};
}

std::vector<RunDifference> differences(const LoadProgress& a, const LoadProgress& b) {
  const auto share = [](const LoadProgress& p) { return p.requests > 0 ? static_cast<double>(p.errors) / static_cast<double>(p.requests) : 0; };
  std::vector<RunDifference> out{{"achieved rate", a.achieved_rate_per_s, b.achieved_rate_per_s, "per_s"}, {"errors", share(a), share(b), "share"}};
  const auto add = [&out](const std::string& of, const Percentiles& x, const Percentiles& y) {
    const std::pair<const char*, std::int64_t Percentiles::*> all[] = {{"p50", &Percentiles::p50}, {"p90", &Percentiles::p90}, {"p99", &Percentiles::p99}, {"p99.9", &Percentiles::p99_9}, {"max", &Percentiles::max}};
    for (const auto& [name, field] : all) out.push_back({name + (" " + of), static_cast<double>(x.*field), static_cast<double>(y.*field), "ns"});
  };
  add("response", a.response_ns, b.response_ns);
  add("service", a.service_ns, b.service_ns);
  return out;
}

}  // namespace workbench::traffic
