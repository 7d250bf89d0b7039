#include "workbench/compare/live_child.h"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "slipway/http/client.h"
#include "slipway/http/server.h"
#include "slipway/registry/memory.h"
#include "slipway/values/work_queue.h"
#include "workbench/simulate/simulation.h"

namespace workbench::compare {

using slipway::Duration;
using slipway::Result;
using slipway::Status;
using slipway::Task;
using slipway::TimePoint;

namespace {

// Servers on the first half of the cores, the generator on the second, so that neither takes the other's time.
void pin_to_half(bool second) {
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  if (cores < 2) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int core = second ? cores / 2 : 0; core < (second ? cores : cores / 2); ++core) CPU_SET(core, &set);
  sched_setaffinity(0, sizeof set, &set);
}

int complain(const std::string& text) {
  std::fprintf(stderr, "%s\n", text.c_str());
  return 1;
}

TimePoint now() { return slipway::Clock::system().now(); }

// One server: a FIFO with one worker, as the behaviour `work` has it.
struct Backend {
  explicit Backend(std::uint64_t seed) : chance(seed) {}
  slipway::values::WorkQueue queue;
  slipway::values::Chance chance;
  Duration mean;
  std::unique_ptr<slipway::http::Server> server;
};

Task<Status> serve(Backend& backend, slipway::middleware::Call& call) {
  auto done = co_await backend.queue.work(call.context, 1, backend.chance.exponential(backend.mean));
  call.reply.content_type = "text/plain";
  call.reply.body = "ok";
  co_return done;
}

struct Plan {
  double rate;
  int requests, warm_up;
  std::uint64_t seed;
};

class Generator {
 public:
  Generator(slipway::http::Client& client, Plan plan) : client_(client), plan_(plan), gaps_(plan.seed) {}

  Task<int> drive() {
    auto intended = now();
    for (int i = 0; i < plan_.warm_up + plan_.requests; ++i) {
      intended += Duration(static_cast<std::int64_t>(gaps_.exponential(1e9 / plan_.rate)));
      if (const auto wait = intended - now(); wait > Duration::zero()) co_await slipway::sleep_for(wait);
      const bool counts = i >= plan_.warm_up;
      if (counts) lags_.push_back(static_cast<double>((now() - intended).count()));
      ++out_;
      slipway::start(client_.send({}, {.url = "discovery:///pricing/quote"}),
                     [this, intended, counts](Result<slipway::http::ClientResponse> r) { finished(intended, counts, r); },
                     [this](std::exception_ptr) {
                       ++errors_;
                       --out_;
                     });
    }
    backlog_ = out_;
    while (out_ > 0) co_await slipway::sleep_for(std::chrono::milliseconds(1));
    co_return 0;
  }

  std::string result() {
    std::sort(responses_.begin(), responses_.end());
    std::sort(lags_.begin(), lags_.end());
    nlohmann::ordered_json j;
    double sum = 0;
    for (double r : responses_) sum += r;
    j["mean_ns"] = responses_.empty() ? 0 : std::llround(sum / static_cast<double>(responses_.size()));
    for (double p : simulate::spectrum_percentiles()) j["spectrum_ns"].push_back({p, std::llround(at(responses_, p))});
    for (const auto& [node, count] : picks_) j["share"][node] = static_cast<double>(count) / static_cast<double>(responses_.size());
    j["requests"] = responses_.size();
    j["errors"] = errors_;
    j["lag_p99_ns"] = std::llround(at(lags_, 99));
    j["backlog"] = backlog_;
    return j.dump();
  }

 private:
  static double at(const std::vector<double>& sorted, double percentile) {
    if (sorted.empty()) return 0;
    const auto rank = std::ceil(percentile / 100 * static_cast<double>(sorted.size()));
    return sorted[static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(sorted.size()))) - 1];
  }

  void finished(TimePoint intended, bool counts, const Result<slipway::http::ClientResponse>& r) {
    --out_;
    if (!counts) return;
    if (!r.ok() || r->status != 200) {
      ++errors_;
      return;
    }
    responses_.push_back(static_cast<double>((now() - intended).count()));
    ++picks_[r->node];
  }

  slipway::http::Client& client_;
  Plan plan_;
  slipway::Random gaps_;
  int out_ = 0, errors_ = 0, backlog_ = 0;
  std::vector<double> responses_, lags_;
  std::map<std::string, int> picks_;
};

}  // namespace

int live_servers(const std::vector<std::string>& arguments) {
  if (arguments.size() < 4) return complain("usage: live-servers SERVICE_NS SEED SPEED...");
  pin_to_half(false);
  slipway::transport::Workers workers({.count = 1});
  std::vector<std::unique_ptr<Backend>> backends;
  std::string ports;
  const auto seed = std::strtoull(arguments[2].c_str(), nullptr, 10);
  for (std::size_t i = 3; i < arguments.size(); ++i) {
    auto backend = std::make_unique<Backend>(seed * 1'009 + i);
    backend->mean = Duration(static_cast<std::int64_t>(std::atof(arguments[1].c_str()) / std::atof(arguments[i].c_str())));
    backend->server = std::make_unique<slipway::http::Server>(workers, slipway::http::ServerOptions{.service = "pricing"});
    Backend& it = *backend;
    auto added = it.server->handle("GET", "/quote", [&it](slipway::middleware::Call& call) -> slipway::middleware::Outcome {
      return serve(it, call);
    }, true);
    if (!added) return complain(added.error().to_string());
    if (auto started = it.server->start(); !started) return complain(started.error().to_string());
    ports += (ports.empty() ? "" : " ") + std::to_string(it.server->endpoint().port);
    backends.push_back(std::move(backend));
  }
  std::puts(ports.c_str());
  std::fflush(stdout);
  char ignored[64];
  while (::read(0, ignored, sizeof ignored) > 0) {
  }
  for (auto& backend : backends) backend->server->stop();
  return 0;
}

int live_load(const std::vector<std::string>& arguments) {
  if (arguments.size() < 6) return complain("usage: live-load BALANCER RATE REQUESTS SEED PORT...");
  pin_to_half(true);
  slipway::registry::MemoryRegistry registry;
  for (std::size_t i = 5; i < arguments.size(); ++i)
    (void)registry.add({.id = fmt::format("node-{}", i - 5), .name = "pricing", .version = "1", .metadata = {{"weight", "10"}},
                        .endpoints = {"http://127.0.0.1:" + arguments[i]}});
  slipway::transport::Workers workers({.count = 1});
  slipway::http::Client client(workers, {.service = "generator",
                                         .timeout = std::chrono::seconds(30),
                                         .discovery = &registry,
                                         .balancer = arguments[1]});
  const int requests = std::atoi(arguments[3].c_str());
  Generator generator(client, {std::atof(arguments[2].c_str()), requests, requests / 5, std::strtoull(arguments[4].c_str(), nullptr, 10)});
  std::promise<void> over;
  workers.executor(0).post([&] {
    slipway::start(generator.drive(), [&over](int) { over.set_value(); }, [&over](std::exception_ptr e) { over.set_exception(e); });
  });
  try {
    over.get_future().get();
  } catch (const std::exception& e) {
    return complain(std::string("the generator failed: ") + e.what());
  }
  std::puts(generator.result().c_str());
  return 0;
}

}  // namespace workbench::compare
