#include "workbench/traffic/load_run.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "slipway/codec/codec.h"
#include "tests/integration/traffic/tiny_server.h"

namespace workbench::traffic {
namespace {

using tiny::Answer;
using tiny::TinyServer;
using namespace std::chrono_literals;

LoadOptions open_loop(const std::string& url, double rate, slipway::Duration duration) {
  LoadOptions o;
  o.request.url = url;
  o.rate_per_s = rate;
  o.duration = duration;
  return o;
}

LoadOptions closed_loop(const std::string& url, int users, slipway::Duration duration) {
  LoadOptions o;
  o.request.url = url;
  o.users = users;
  o.duration = duration;
  return o;
}

std::shared_ptr<const LoadProgress> run(LoadOptions options) {
  auto started = LoadRun::start(std::move(options));
  EXPECT_TRUE(started.ok()) << (started.ok() ? "" : started.error().to_string());
  (*started)->wait();
  return (*started)->progress();
}

std::uint64_t kind(const LoadProgress& p, std::string_view name) {
  for (const auto& [k, n] : p.errors_by_kind)
    if (k == name) return n;
  return 0;
}

// What holds for every run, whatever became of it.
void expect_consistent(const LoadProgress& p) {
  EXPECT_EQ(p.intended, p.requests + p.dropped);
  std::uint64_t errors = 0;
  for (const auto& [name, n] : p.errors_by_kind) errors += n;
  EXPECT_EQ(errors, p.errors);
  std::uint64_t intended = 0, sent = 0, done = 0, failed = 0;
  for (const auto& s : p.slices) intended += s.intended, sent += s.sent, done += s.done, failed += s.errors;
  EXPECT_EQ(intended, p.intended);
  EXPECT_EQ(sent, p.sent);
  EXPECT_EQ(done, p.requests);
  EXPECT_EQ(failed, p.errors);
}

std::uint64_t in_cells(const LoadProgress& p, int from_band = 0) {
  std::uint64_t n = 0;
  for (const auto& s : p.slices) n = std::accumulate(s.cells.begin() + from_band, s.cells.end(), n);
  return n;
}

TEST(LoadRun, AnOpenLoopSendsExactlyWhatIsDue) {
  TinyServer server;
  for (const int threads : {1, 2}) {
    auto options = open_loop(server.url("/a?b=c"), 400, 500ms);
    options.threads = threads;
    const auto before = server.requests();
    const auto p = run(options);
    EXPECT_EQ(p->state, LoadProgress::State::Done);
    EXPECT_EQ(p->intended, 200u);
    EXPECT_EQ(p->sent, 200u);
    EXPECT_EQ(p->requests, 200u);
    EXPECT_EQ(p->errors, 0u);
    EXPECT_EQ(p->dropped, 0u);
    EXPECT_EQ(server.requests() - before, 200u);
    EXPECT_EQ(in_cells(*p), 200u);
    expect_consistent(*p);
  }
  EXPECT_EQ(server.heads()[0].substr(0, 21), "GET /a?b=c HTTP/1.1\r\n");
}

TEST(LoadRun, PoissonWithTheSameSeedMeansTheSameRequests) {
  TinyServer server;
  auto options = open_loop(server.url(), 1000, 300ms);
  options.arrivals = Arrivals::Poisson;
  options.seed = 5;
  const auto a = run(options), b = run(options);
  EXPECT_EQ(a->intended, b->intended);
  EXPECT_GT(a->intended, 200u);
  options.seed = 6;
  EXPECT_NE(run(options)->intended, a->intended);
}

// Closed form: constant arrivals at R, one stall of length S in T, fast otherwise: R·S requests are held up, evenly between 0
// and S, so half of them by more than S/2. A generator that waits for replies would see one per connection.
TEST(LoadRun, AStallIsCountedFromWhenRequestsWereDue) {
  TinyServer server([](std::uint64_t i, auto) {
    Answer a;
    if (i == 200) a.stall = 400ms;
    return a;
  });
  const double rate = 500;
  const auto p = run(open_loop(server.url(), rate, 1500ms));
  const double stall_s = std::chrono::duration<double>(server.stalled()).count();
  EXPECT_EQ(p->requests, 750u);
  // p_q = S (1 - (1 - q) T / L), here with L = S.
  const double p90 = stall_s - 0.1 * 1.5, p99 = stall_s - 0.01 * 1.5;
  EXPECT_NEAR(static_cast<double>(p->response_ns.p90) / 1e9, p90, 0.15 * stall_s);
  EXPECT_NEAR(static_cast<double>(p->response_ns.p99) / 1e9, p99, 0.15 * stall_s);
  const auto held_up_by_half = in_cells(*p, LoadSlice::band_of(200'000'000) + 1);
  EXPECT_NEAR(static_cast<double>(held_up_by_half), rate * stall_s / 2, 0.3 * rate * stall_s / 2);
}

TEST(LoadRun, AClosedLoopKeepsOneRequestPerUser) {
  TinyServer server;
  const auto p = run(closed_loop(server.url(), 8, 200ms));
  EXPECT_EQ(server.connections(), 8u);
  EXPECT_EQ(p->errors, 0u);
  EXPECT_EQ(p->requests, server.requests());
  EXPECT_EQ(p->intended, p->sent);
  EXPECT_EQ(p->target_rate_per_s, 0);
  expect_consistent(*p);
}

TEST(LoadRun, ABackendThatDiesIsCountedByKind) {
  for (const bool open : {true, false}) {
    TinyServer server([](std::uint64_t i, auto) {
      Answer a;
      a.die = i == 50;
      return a;
    });
    const auto p = run(open ? open_loop(server.url(), 500, 500ms) : closed_loop(server.url(), 4, 300ms));
    EXPECT_EQ(p->state, LoadProgress::State::Done);
    EXPECT_GT(p->errors, 0u);
    EXPECT_NEAR(static_cast<double>(p->requests - p->errors), 50, 8);
    EXPECT_EQ(kind(*p, "connect") + kind(*p, "reset") + kind(*p, "closed"), p->errors);
    EXPECT_GT(kind(*p, "connect"), 0u);
    expect_consistent(*p);
  }
}

TEST(LoadRun, NobodyListeningIsSaid) {
  std::string url;
  { url = TinyServer().url(); }
  auto options = open_loop(url, 200, 250ms);
  options.slos = {"errors<1%", "p99<1s"};
  const auto p = run(options);
  EXPECT_EQ(kind(*p, "connect"), 50u);
  EXPECT_EQ(p->sent, 0u);
  EXPECT_NE(p->honesty.find("is the service running?"), std::string::npos) << p->honesty;
  ASSERT_EQ(p->slos.size(), 2u);
  EXPECT_FALSE(p->slos[0].held);
  EXPECT_FALSE(p->slos[1].held);
}

TEST(LoadRun, RefusalsAreErrorsByStatus) {
  TinyServer server([](std::uint64_t i, auto) {
    Answer a;
    if (i % 10 == 0) a.bytes = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n";
    return a;
  });
  const auto p = run(open_loop(server.url(), 400, 500ms));
  EXPECT_EQ(kind(*p, "status_429"), 20u);
  EXPECT_EQ(p->errors, 20u);
  EXPECT_EQ(in_cells(*p), 200u);
}

TEST(LoadRun, SilenceBecomesTimeouts) {
  TinyServer server([](auto, auto) { return Answer{.bytes = ""}; });
  auto options = open_loop(server.url(), 100, 200ms);
  options.timeout = 100ms;
  const auto p = run(options);
  EXPECT_EQ(kind(*p, "timeout"), 20u);
  EXPECT_GE(p->response_ns.p50, 100'000'000);
  expect_consistent(*p);
}

TEST(LoadRun, RepliesThatAreNotHttpAreProtocolErrors) {
  for (const std::string& bytes : {std::string("hello there, who are you\r\n\r\n"), tiny::kOk + "and more"}) {
    TinyServer server([&](auto, auto) { return Answer{.bytes = bytes}; });
    const auto p = run(open_loop(server.url(), 100, 200ms));
    EXPECT_EQ(kind(*p, "protocol"), 20u) << bytes;
    expect_consistent(*p);
  }
}

TEST(LoadRun, CutRepliesAreErrors) {
  TinyServer server([](auto, auto) { return Answer{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", .close = true}; });
  const auto p = run(open_loop(server.url(), 100, 200ms));
  EXPECT_EQ(kind(*p, "closed"), 20u);
}

TEST(LoadRun, EachWayToEndAReplyWorks) {
  const std::vector<Answer> ways = {
      {.bytes = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", .close = true},
      {.bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"},
      {.bytes = "HTTP/1.0 200 OK\r\n\r\nuntil the end", .close = true},
      {.bytes = "HTTP/1.1 204 No Content\r\n\r\n"},
      {.bytes = "HTTP/1.1 100 Continue\r\n\r\n" + tiny::kOk},
      {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + std::string(300000, 'x')}};
  for (const auto& way : ways) {
    TinyServer server([&](auto, auto) { return way; });
    for (const bool open : {true, false}) {
      const auto p = run(open ? open_loop(server.url(), 100, 200ms) : closed_loop(server.url(), 2, 50ms));
      EXPECT_EQ(p->errors, 0u) << way.bytes.substr(0, 60) << (p->errors_by_kind.empty() ? "" : p->errors_by_kind[0].first);
      EXPECT_GT(p->requests, 0u);
      expect_consistent(*p);
    }
  }
}

TEST(LoadRun, AKeptConnectionThatHadJustBeenClosedIsTriedOnceMore) {
  TinyServer server([](std::uint64_t i, auto) {
    Answer a;
    a.close = i % 5 == 4;  // without saying so
    return a;
  });
  auto options = open_loop(server.url(), 2000, 500ms);
  options.max_connections = 2;
  const auto p = run(options);
  EXPECT_EQ(p->errors, 0u) << p->errors_by_kind[0].first;
  EXPECT_EQ(p->requests, 1000u);
  expect_consistent(*p);
}

TEST(LoadRun, ABodyGoesOutWhole) {
  std::atomic<std::uint64_t> whole{0};
  TinyServer server([&](auto, std::string_view request) {
    if (request.ends_with(std::string(200'000, 'x') + "end")) ++whole;
    return Answer();
  });
  auto options = open_loop(server.url(), 50, 200ms);
  options.request.method = "POST";
  options.request.body = std::string(200'000, 'x') + "end";
  const auto p = run(options);
  EXPECT_EQ(p->errors, 0u);
  EXPECT_EQ(whole, 10u);
}

TEST(LoadRun, WhatIsDueButNotSentIsDropped) {
  TinyServer server([](std::uint64_t i, auto) {
    Answer a;
    if (i % 10 == 0) a.stall = 50ms;
    return a;
  });
  auto options = open_loop(server.url(), 2000, 500ms);
  options.max_connections = 1;
  options.timeout = 100ms;
  const auto p = run(options);
  EXPECT_EQ(p->intended, 1000u);
  EXPECT_GT(p->dropped, 100u);
  EXPECT_EQ(server.connections(), 1u);
  EXPECT_NE(p->honesty, "");
  expect_consistent(*p);
}

TEST(LoadRun, AServiceThatHoldsEveryConnectionIsNamedAsTheLimit) {
  TinyServer server([](auto, auto) {
    Answer a;
    a.stall = 50ms;
    return a;
  });
  auto options = open_loop(server.url(), 400, 1s);
  options.max_connections = 4;   // of 50 ms each: 80/s
  const auto p = run(options);
  EXPECT_GT(p->capped, 200u);
  EXPECT_EQ(limit_name(p->limit), "service") << p->honesty;
  EXPECT_FALSE(p->generator_limited());
  EXPECT_NE(p->honesty.find("all 4 connections waited for a reply"), std::string::npos) << p->honesty;
  expect_consistent(*p);
}

TEST(LoadRun, TheRateCanBeChangedWhileItRuns) {
  TinyServer server;
  auto started = LoadRun::start(open_loop(server.url(), 20, 1500ms));
  ASSERT_TRUE(started.ok());
  while ((*started)->progress()->slices.empty()) std::this_thread::yield();
  (*started)->set_rate(1000);
  (*started)->wait();
  const auto p = (*started)->progress();
  EXPECT_EQ(p->target_rate_per_s, 1000);
  EXPECT_GT(p->intended, 200u);
  EXPECT_EQ(p->errors, 0u);
  expect_consistent(*p);
}

TEST(LoadRun, CancelEndsItSoonWhateverThePeerDoes) {
  TinyServer server([](auto, auto) { return Answer{.bytes = ""}; });
  for (auto options : {open_loop(server.url(), 500, 1h), closed_loop(server.url(), 4, 1h)}) {
    options.timeout = 1h;
    auto started = LoadRun::start(options);
    ASSERT_TRUE(started.ok());
    while ((*started)->progress()->slices.empty()) std::this_thread::yield();
    (*started)->cancel();
    (*started)->wait();
    const auto p = (*started)->progress();
    EXPECT_EQ(p->state, LoadProgress::State::Cancelled);
    expect_consistent(*p);
  }
}

TEST(LoadRun, ForgettingARunEndsIt) {
  TinyServer server;
  auto started = LoadRun::start(open_loop(server.url(), 100, 1h));
  ASSERT_TRUE(started.ok());
  started->reset();
}

TEST(LoadRun, CellsLeadToTracesTheServiceSaw) {
  TinyServer server;
  const auto p = run(open_loop(server.url(), 400, 1s));
  std::set<std::string> seen, sampled;
  for (const auto& head : server.heads()) {
    const auto at = head.find("traceparent: 00-");
    ASSERT_NE(at, std::string::npos);
    const std::string id = head.substr(at + 16, 32);
    EXPECT_TRUE(seen.insert(id).second);
    if (head.substr(at + 16 + 50, 2) == "01") sampled.insert(id);
  }
  EXPECT_GT(sampled.size(), 5u);
  EXPECT_LT(sampled.size(), 100u);
  int cells = 0;
  for (const auto& s : p->slices) {
    for (std::size_t b = 0; b < s.cells.size(); ++b) {
      EXPECT_EQ(s.cells[b] > 0, !s.cell_traces[b].empty());
      if (s.cells[b] == 0) continue;
      ++cells;
      EXPECT_TRUE(seen.count(s.cell_traces[b]));
    }
  }
  EXPECT_GT(cells, 0);
}

TEST(LoadRun, ARequestWithItsOwnTraceparentKeepsIt) {
  TinyServer server;
  auto options = open_loop(server.url(), 100, 100ms);
  options.request.headers = {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}};
  run(options);
  for (const auto& head : server.heads()) EXPECT_NE(head.find("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), std::string::npos);
}

TEST(LoadRun, TrafficStaysOnThisMachine) {
  for (const auto* url : {"http://192.0.2.1/", "http://example.com/", "http://[2001:db8::1]:80/"}) {
    auto started = LoadRun::start(open_loop(url, 1, 1s));
    ASSERT_FALSE(started.ok()) << url;
    EXPECT_EQ(started.error().reason(), "NOT_LOOPBACK");
  }
}

TEST(LoadRun, RefusesWhatMakesNoSense) {
  TinyServer server;
  std::vector<LoadOptions> bad(7, open_loop(server.url(), 100, 1s));
  bad[0].rate_per_s = 0;
  bad[1].duration = 0s;
  bad[2].request.url = "{{gateway}}/x";
  bad[3].slos = {"p99<<1ms"};
  bad[4].max_connections = 0;
  bad[5].request.method = "GRPC";
  bad[6].request.headers = {{"a", "b\r\nc: d"}};
  for (const auto& options : bad) EXPECT_FALSE(LoadRun::start(options).ok());
  EXPECT_EQ(server.requests(), 0u);
}

TEST(LoadRun, TheJsonHasTheStableKeys) {
  TinyServer server;
  auto options = open_loop(server.url(), 200, 250ms);
  options.slos = {"errors<1%"};
  auto started = LoadRun::start(options);
  ASSERT_TRUE(started.ok());
  (*started)->wait();
  const auto json = slipway::codec::parse_json((*started)->to_json());
  ASSERT_TRUE(json.ok());
  EXPECT_EQ((*json)["requests"], slipway::Value(50));
  EXPECT_EQ((*json)["errors_by_kind"], slipway::Value(slipway::Value::Map{}));
  for (const auto* key : {"errors", "target_rate_per_s", "achieved_rate_per_s", "dropped", "generator_limited"}) EXPECT_TRUE(json->as_map().contains(key)) << key;
  for (const auto* of : {"service_ns", "response_ns"})
    for (const auto* key : {"p50", "p90", "p99", "p99_9", "max"}) EXPECT_TRUE((*json)[of][key].is_int()) << of << key;
  for (const auto* key : {"p99", "max"}) EXPECT_TRUE((*json)["lag_ns"][key].is_int());
  EXPECT_EQ((*json)["slos"].as_list()[0]["held"], slipway::Value(true));
  const std::string hgrm = (*started)->to_hgrm();
  EXPECT_NE(hgrm.find("Total count = 50]"), std::string::npos) << hgrm;
}

}  // namespace
}  // namespace workbench::traffic
