#include "app/verbs/load.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "app/verbs/verb.h"
#include "slipway/base/time.h"
#include "slipway/codec/codec.h"
#include "workbench/host/host.h"
#include "workbench/host/operations.h"
#include "workbench/traffic/load_run.h"
#include "workbench/traffic/run_store.h"

namespace app {
namespace {

using slipway::Result;
using slipway::Value;
using workbench::traffic::Arrivals;
using workbench::traffic::LoadOptions;
using workbench::traffic::LoadProgress;
using workbench::traffic::LoadRun;
using workbench::traffic::SavedRequest;

struct Arguments {
  std::string target, request;  // URL, or WORKSPACE and REQUEST
  double rate = 0;
  int users = 0, connections = 256, threads = 1;
  std::string duration = "10s", timeout = "5s", arrivals = "constant";
  std::string method, body;
  std::vector<std::string> headers, slos;
  std::uint64_t seed = 1;
  bool allow_remote = false;
  std::string json, hdr;
};

Result<SavedRequest> request_of_url(const Arguments& a) {
  SavedRequest r;
  r.url = a.target;
  r.method = !a.method.empty() ? a.method : a.body.empty() ? "GET" : "POST";
  r.body = a.body;
  for (const auto& line : a.headers) {
    const auto colon = line.find(':');
    if (colon == std::string::npos || colon == 0) return slipway::bad_request("--header \"" + line + "\" is not Name: value");
    const auto value = line.find_first_not_of(' ', colon + 1);
    r.headers.emplace_back(line.substr(0, colon), value == std::string::npos ? "" : line.substr(value));
  }
  return r;
}

Result<SavedRequest> request_of_workspace(const Arguments& a, WorkspaceSession& session) {
  auto expanded = session.call("request.expand", Value::object({{"id", Value(a.request)}}));
  if (!expanded) return expanded.error();
  return workbench::host::saved_request_of(*expanded);
}

Result<LoadOptions> options_of(const Arguments& a) {
  LoadOptions o;
  if (a.rate > 0) o.rate_per_s = a.rate;
  o.users = a.users > 0 ? a.users : 16;
  o.max_connections = a.connections;
  o.threads = a.threads;
  o.seed = a.seed;
  o.slos = a.slos;
  o.allow_remote = a.allow_remote;
  o.arrivals = a.arrivals == "poisson" ? Arrivals::Poisson : Arrivals::Constant;
  auto duration = slipway::parse_duration(a.duration);
  if (!duration) return slipway::bad_request("--duration: " + duration.error().message());
  auto timeout = slipway::parse_duration(a.timeout);
  if (!timeout) return slipway::bad_request("--timeout: " + timeout.error().message());
  o.duration = *duration;
  o.timeout = *timeout;
  return o;
}

// Until the run ends or a signal does it. Returns whether a signal came.
bool follow(LoadRun& run, Signals& signals) {
  const bool show = on_terminal(STDERR_FILENO);
  bool interrupted = false;
  for (int turn = 0; !run.finished(); ++turn) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (signals.poll() != 0 && !interrupted) {
      interrupted = true;
      run.cancel();
    }
    if (!show || turn % 5 != 0) continue;
    const auto p = run.progress();
    fmt::print(stderr, "\r\033[K{:6.1f}s  {:>9} done  {:>8.0f}/s  {} errors  p50 {}  p99 {}", p->elapsed_s, p->requests, p->achieved_rate_per_s, p->errors,
               human_ns(p->response_ns.p50), human_ns(p->response_ns.p99));
    std::fflush(stderr);
  }
  if (show) fmt::print(stderr, "\r\033[K");
  return interrupted;
}

void print_report(const LoadRun& run, const LoadProgress& p) {
  const auto& o = run.options();
  if (o.rate_per_s)
    fmt::print("{} {}\nopen loop, {} arrivals, {:.0f}/s for {}\n\n", o.request.method, o.request.url, o.arrivals == Arrivals::Poisson ? "poisson" : "constant",
               *o.rate_per_s, slipway::format_duration(o.duration));
  else
    fmt::print("{} {}\nclosed loop, {} users for {}\n\n", o.request.method, o.request.url, o.users, slipway::format_duration(o.duration));
  fmt::print("  intended {}   sent {}   done {}   errors {}   dropped {}   {:.1f}/s\n", p.intended, p.sent, p.requests, p.errors, p.dropped, p.achieved_rate_per_s);
  for (const auto& [kind, n] : p.errors_by_kind) fmt::print("    {:<12} {}\n", kind, n);
  Table table({"", "p50", "p90", "p99", "p99.9", "max"}, {false, true, true, true, true, true});
  const auto row = [&](const char* name, const workbench::traffic::Percentiles& x) {
    table.row({name, human_ns(x.p50), human_ns(x.p90), human_ns(x.p99), human_ns(x.p99_9), human_ns(x.max)});
  };
  fmt::print("\n");
  row("  response, from when it was due", p.response_ns);
  row("  service, from when it was sent", p.service_ns);
  table.print();
  fmt::print("  lag p99 {}, max {}; generator {:.0f} % of a core; generator and service share this machine\n", human_ns(p.lag_p99_ns), human_ns(p.lag_max_ns),
             p.generator_cpu * 100);
  for (const auto& s : p.slos) fmt::print("  {}  {}  (found {})\n", s.held ? "ok  " : "FAIL", s.text, s.found);
  if (!p.honesty.empty()) fmt::print("\n  {}\n", p.honesty);
}

bool write_file(const std::string& path, const std::string& text) {
  if (path == "-") {
    fmt::print("{}\n", text);
    return true;
  }
  std::ofstream out(path, std::ios::binary);
  out << text << "\n";
  out.close();
  if (!out) fmt::print(stderr, "slipway load: {} could not be written\n", path);
  return static_cast<bool>(out);
}

int load(const Arguments& a) {
  if (a.rate > 0 && a.users > 0) {
    fmt::print(stderr, "slipway load: --rate (open loop) and --users (closed loop) exclude each other; give one\n");
    return kUsage;
  }
  if (a.request.empty() && std::filesystem::is_directory(a.target)) {
    fmt::print(stderr, "slipway load: {} is a folder; name one of its saved requests too, as in: slipway load {} orders/create\n", a.target, a.target);
    return kUsage;
  }
  auto options = options_of(a);
  if (!options) return fail(options.error());
  Signals signals;  // before any thread is made
  std::unique_ptr<WorkspaceSession> session;
  auto request = Result<SavedRequest>(SavedRequest());
  if (a.request.empty()) {
    request = request_of_url(a);
  } else {
    auto opened = WorkspaceSession::open(a.target, WorkspaceSession::Start::Services);
    if (!opened) return fail(opened.error());
    session = std::move(*opened);
    if (!session->attached()) {
      fmt::print(stderr, "nothing serves this workspace: its services run in this process, beside the generator\n");
      session->tell_failures();
    }
    request = request_of_workspace(a, *session);
  }
  if (!request) return fail(request.error());
  options->request = std::move(*request);
  auto run = LoadRun::start(std::move(*options));
  if (!run && run.error().reason() == "NOT_LOOPBACK") {
    fmt::print(stderr, "slipway load: {} (--allow-remote)\n", run.error().message());
    return kUsage;
  }
  if (!run) return fail(run.error());
  const std::int64_t began = slipway::Clock::system().wall().time_since_epoch().count();
  const bool interrupted = follow(**run, signals);
  (*run)->wait();
  const auto p = (*run)->progress();
  // A run on a saved request is kept with the workspace, where the window and `runs` find it.
  if (session)
    if (auto kept = workbench::traffic::RunStore(a.target).add((*run)->options(), *p, began); !kept.ok()) fmt::print(stderr, "slipway load: the run was not kept: {}\n", kept.error().to_string());
  bool written = true;
  if (a.json != "-") print_report(**run, *p);
  if (!a.json.empty()) written = write_file(a.json, (*run)->to_json()) && written;
  if (!a.hdr.empty()) written = write_file(a.hdr, (*run)->to_hgrm()) && written;
  if (interrupted) return kInterrupted;
  if (!written) return kUnavailable;
  std::uint64_t refused = 0;
  for (const auto& [kind, n] : p->errors_by_kind)
    if (kind == "connect") refused = n;
  if (p->requests > 0 && refused == p->requests) {
    fmt::print(stderr, "slipway load: {}\n", p->honesty);
    return kUnavailable;
  }
  for (const auto& s : p->slos)
    if (!s.held) return kNotHeld;
  return kDone;
}

}  // namespace

void add_load(CLI::App& root, int& exit_code) {
  auto a = std::make_shared<Arguments>();
  auto* verb = root.add_subcommand("load", "Fire traffic at a URL or a saved request and measure it honestly");
  verb->add_option("target", a->target, "URL, or the folder of a workspace")->required();
  verb->add_option("request", a->request, "Saved request of the workspace, for example orders/create");
  verb->add_option("--rate", a->rate, "Open loop: requests per second, whatever the replies do")->check(CLI::PositiveNumber);
  verb->add_option("--users", a->users, "Closed loop: connections that send one after another (default 16)")->check(CLI::PositiveNumber);
  verb->add_option("--duration", a->duration, "How long, for example 30s")->capture_default_str();
  verb->add_option("--arrivals", a->arrivals, "constant or poisson")->check(CLI::IsMember({"constant", "poisson"}))->capture_default_str();
  verb->add_option("--slo", a->slos, "Objective that must hold: 'p99<20ms', 'errors<1%', 'rate>450' (repeatable)");
  verb->add_option("--connections", a->connections, "Most connections of an open loop")->capture_default_str();
  verb->add_option("--timeout", a->timeout, "Longest wait for one reply")->capture_default_str();
  verb->add_option("--threads", a->threads, "Generator threads")->capture_default_str();
  verb->add_option("--seed", a->seed, "Of poisson arrivals")->capture_default_str();
  verb->add_option("--method", a->method, "Of a URL (default GET, POST with a body)");
  verb->add_option("--header", a->headers, "'Name: value' for a URL (repeatable)");
  verb->add_option("--body", a->body, "Body for a URL");
  verb->add_flag("--allow-remote", a->allow_remote, "Let traffic leave this machine");
  verb->add_option("--json", a->json, "Write the figures as JSON to this file; - prints them instead of the table");
  verb->add_option("--hdr", a->hdr, "Write response times as HdrHistogram percentile text (.hgrm)");
  verb->callback([a, &exit_code] { exit_code = load(*a); });
}

}  // namespace app
