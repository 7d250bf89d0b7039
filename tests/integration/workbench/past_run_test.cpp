// A host that records: what it showed while it ran, a past run shows when it is over.
#include "workbench/host/past_run.h"

#include "slipway/codec/codec.h"
#include "tests/integration/workbench/lab.h"
#include "tests/integration/workbench/program.h"
#include "tests/support/eventually.h"
#include "workbench/host/described.h"

namespace {

namespace host = workbench::host;
namespace recorder = workbench::recorder;
namespace traffic = workbench::traffic;
using host::PastRun;
using slipway::Value;
using tests::Lab;
using tests::Program;
using State = recorder::RunInfo::State;

template <class T>
std::string json(const T& value) {
  std::string out;
  slipway::codec::append_json(out, value);
  return out;
}

host::HostOptions recording() {
  host::HostOptions o;
  o.record = true;
  return o;
}

std::unique_ptr<PastRun> past(const Lab& lab, const std::string& id) {
  auto run = PastRun::open(lab.folder(), id);
  if (!run.ok()) throw std::runtime_error(run.error().to_string());
  return std::move(*run);
}

std::vector<host::ServiceRow> without_rates(std::vector<host::ServiceRow> rows) {
  for (auto& row : rows) row.rate = {}, row.uptime = {};
  return rows;
}

// Every byte that is written below .slipway/recordings.
std::string written(const Lab& lab) {
  std::string all;
  for (const auto& file : std::filesystem::directory_iterator(lab.folder() + "/.slipway/recordings")) all += lab.read(".slipway/recordings/" + file.path().filename().string());
  return all;
}

TEST(PastRun, ShowsWhatTheHostShowed) {
  Lab lab;
  ASSERT_TRUE(lab.open(recording()).ok());
  const std::string id = lab->run_id();
  ASSERT_FALSE(id.empty());
  const auto created = lab.send("orders/create");
  ASSERT_EQ(created.status, 201);
  ASSERT_TRUE(lab->set("gateway.rate_limit.rate", "900", "test").ok());
  ASSERT_TRUE(lab->set("gateway.rate_limit.rate", "1", "test").ok());
  ASSERT_TRUE(lab->set("gateway.rate_limit.burst", "1", "test").ok());
  traffic::Exchange refused;
  for (int k = 0; k < 100 && refused.status != 429; ++k) refused = lab.send("orders/create");
  ASSERT_EQ(refused.status, 429);
  lab->recorder().add_event({0, recorder::Event::Level::Warning, "request", "gateway", "said in between"});
  slipway::telemetry::Log::system().logger("past-run-test").error("a line", "answer", 42);
  (void)lab.trace(created.trace_id);
  (void)lab.trace(refused.trace_id);

  const auto services = without_rates(lab->services());
  auto config = lab->config();
  const auto history = lab->history(1000);
  const auto exchanges = lab->exchanges("", 100);
  const auto events = lab->recorder().events(1000);
  const auto traces = *lab->recorder().list("", 1000);
  const auto filtered = *lab->recorder().list("stopped=rate_limit service=gateway", 1000);
  const auto entry = lab->totals().entry_service;
  lab->recorder().telemetry().drain();
  const auto counts = lab->recorder().seconds(0);
  {
    const auto all = lab->recordings().list();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].id, id);
    EXPECT_EQ(all[0].state, State::Recording);
  }
  lab.close();

  const auto run = past(lab, id.substr(0, 17));
  EXPECT_EQ(run->info().id, id);
  EXPECT_EQ(run->info().state, State::Closed);
  EXPECT_EQ(json(without_rates(run->services())), json(services));
  for (const auto& row : run->services()) EXPECT_GT(row.uptime.count(), 0) << row.instance;
  EXPECT_EQ(json(run->config()), json(config));
  EXPECT_EQ(json(run->history()), json(history));
  EXPECT_EQ(json(run->exchanges("", 100)), json(exchanges)) << "there is no secret in these";
  EXPECT_EQ(run->exchanges("orders/create").size(), exchanges.size());
  EXPECT_TRUE(run->exchanges("orders/none").empty());
  // The end of the host said more.
  const auto past_events = run->events(1000);
  ASSERT_GE(past_events.size(), events.size());
  EXPECT_EQ(json(std::vector(past_events.end() - static_cast<std::ptrdiff_t>(events.size()), past_events.end())), json(events));
  std::string text;
  const auto logs = run->logs();
  ASSERT_TRUE(logs.lines);
  for (const auto& line : *logs.lines)
    if (line.logger == "past-run-test") text = line.to_text();
  EXPECT_NE(text.find("a line  answer=42"), std::string::npos) << text;
  EXPECT_GE(logs.total, logs.lines->size());

  const auto ids = [](const std::vector<recorder::TracePtr>& list) {
    std::vector<std::string> out;
    for (const auto& t : list) out.push_back(t->id + " " + std::to_string(t->status) + " " + std::to_string(t->spans.size()));
    return out;
  };
  ASSERT_GT(traces.size(), 1u);
  EXPECT_EQ(ids(*run->traces("", 1000)), ids(traces));
  ASSERT_FALSE(filtered.empty());
  EXPECT_EQ(ids(*run->traces("stopped=rate_limit service=gateway", 1000)), ids(filtered));
  EXPECT_EQ((*run->trace(created.trace_id))->services(), (std::vector<std::string>{"gateway", "orders", "pricing", "inventory"}));
  EXPECT_EQ(run->info().traces, traces.size());

  std::uint64_t requests = 0, errors = 0;
  for (const auto& s : counts)
    if (s.instance == entry) requests += s.requests, errors += s.errors;
  EXPECT_EQ(run->info().requests, requests) << "of the entry service";
  EXPECT_EQ(run->info().errors, errors);
  EXPECT_EQ(run->seconds().size(), counts.size());
  EXPECT_EQ(run->totals().entry_service, entry);
  EXPECT_EQ(run->totals().recorder.traces_kept, traces.size());
  std::uint64_t total = 0;
  for (const auto& row : run->services())
    if (row.instance == entry) total = row.rate.total;
  EXPECT_EQ(total, requests);
  std::vector<std::string> edges;
  for (const auto& e : run->edges()) edges.push_back(e.from + ">" + e.to);
  EXPECT_NE(std::find(edges.begin(), edges.end(), "gateway>orders"), edges.end());
}

TEST(PastRun, OneInWhichNothingHappenedLeavesNothing) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open(recording()).ok());
  EXPECT_EQ(lab->recordings().list().size(), 1u);
  lab.close();
  EXPECT_TRUE(recorder::RunFolder(lab.folder()).list().empty());
  // A change is something, without any request.
  host::HostOptions quiet = recording();
  quiet.start_services = false;
  ASSERT_TRUE(lab.open(quiet).ok());
  ASSERT_TRUE(lab->set("log.level", "error", "test").ok());
  lab.close();
  EXPECT_EQ(recorder::RunFolder(lab.folder()).list().size(), 1u);
  // And who does not ask for it is not recorded.
  ASSERT_TRUE(lab.open().ok());
  EXPECT_EQ(lab->run_id(), "");
  lab.close();
  EXPECT_EQ(recorder::RunFolder(lab.folder()).list().size(), 1u);
}

TEST(PastRun, HoldsNoSecret) {
  Lab lab;
  lab.edit("services/gateway.yaml", "  - recovery\n", "  - recovery\n  - auth: { keys: hush-config }\n");
  ASSERT_TRUE(lab.open(recording()).ok());
  const std::string id = lab->run_id();
  ASSERT_TRUE(lab->set("gateway.auth.keys", "hush-change", "test").ok()) << lab.problems();
  auto request = lab.request("orders/create");
  request.headers.emplace_back("x-api-key", "hush-change");
  request.headers.emplace_back("Authorization", "Bearer hush-bearer");
  EXPECT_EQ(lab->send(request).status, 201);
  lab.close();
  const auto run = past(lab, id);
  bool masked = false;
  for (const auto& row : run->config().rows) masked = masked || (row.key == "gateway.auth.keys" && row.secret && !row.text.empty());
  EXPECT_TRUE(masked);
  ASSERT_EQ(run->exchanges("").size(), 1u);
  ASSERT_FALSE(run->history().empty());
  const std::string all = written(lab);
  EXPECT_NE(all.find("x-api-key"), std::string::npos);
  EXPECT_EQ(all.find("hush"), std::string::npos) << all.substr(all.find("hush") - std::min<std::size_t>(200, all.find("hush")), 260);
}

TEST(PastRun, ARunThatIsMissingIsAnErrorThatNamesWhatThereIs) {
  Lab lab("hello");
  auto none = PastRun::open(lab.folder(), "20200101");
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().reason(), "NO_RUN");
  ASSERT_TRUE(lab.open(recording()).ok());
  const std::string id = lab->run_id();
  none = PastRun::open(lab.folder(), "20200101");
  EXPECT_NE(none.error().message().find(id), std::string::npos) << none.error().message();
  EXPECT_TRUE(PastRun::open(lab.folder(), id).ok()) << "the one that is being recorded opens too";
}

class PastRunCommand : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(tests::slipway_binary())) GTEST_SKIP() << tests::slipway_binary() << " is not built in this configuration";
  }
  static Value run(std::vector<std::string> arguments) {
    Program p(arguments);
    EXPECT_EQ(p.wait(), 0) << p.err();
    auto v = slipway::codec::parse_json(p.out());
    EXPECT_TRUE(v.ok()) << p.out();
    return v.ok() ? *v : Value();
  }
  static int code(std::vector<std::string> arguments) { return Program(std::move(arguments)).wait(); }
};

TEST_F(PastRunCommand, AKilledServeLeavesARunThatEveryVerbReads) {
  Lab lab;
  const std::string ws = lab.folder();
  std::string trace;
  {
    Program serve({"serve", ws, "--any-port"});
    ASSERT_TRUE(serve.says("serving orders-lab")) << serve.err();
    const Value sent = run({"send", ws, "orders/create", "--json"});
    ASSERT_EQ(sent["status"].to_text(), "201");
    trace = sent["trace_id"].as_string();
    ASSERT_TRUE(tests::eventually([&] {
      const Value all = run({"runs", ws, "list", "--json"});
      return all.is_list() && all.as_list().size() == 1 && all.as_list()[0]["traces"].as_int() > 0 && all.as_list()[0]["requests"].as_int() > 0;
    }));
    const Value all = run({"runs", ws, "list", "--json"});
    EXPECT_EQ(all.as_list()[0]["state"].to_text(), "recording");
    const std::string id = all.as_list()[0]["id"].to_text();
    EXPECT_EQ(code({"runs", ws, "rm", id}), 69);
    EXPECT_EQ(run({"runs", ws, "clean", "--json"})["removed"].as_int(), 0);
    EXPECT_EQ(run({"traces", ws, "show", trace, "--run", id, "--json"})["id"].to_text(), trace) << "while it is recorded";
    serve.signal(SIGKILL);
    EXPECT_EQ(serve.wait(), 128 + SIGKILL);
  }
  const Value all = run({"runs", ws, "list", "--json"});
  ASSERT_EQ(all.as_list().size(), 1u);
  const Value& one = all.as_list()[0];
  EXPECT_EQ(one["kind"].to_text(), "recorded");
  EXPECT_EQ(one["state"].to_text(), "cut");
  EXPECT_GT(one["ended"].to_text(), one["started"].to_text());
  const std::string id = one["id"].to_text();
  const Value listed = run({"traces", ws, "list", "status=201", "--run", id, "--json"});
  ASSERT_FALSE(listed.as_list().empty());
  EXPECT_EQ(run({"traces", ws, "list", "status=404", "--run", id, "--json"}).as_list().size(), 0u);
  const Value shown = run({"traces", ws, "show", trace, "--run", id.substr(0, 17), "--json"});
  EXPECT_EQ(shown["id"].to_text(), trace);
  EXPECT_GT(shown["spans"].as_list().size(), 10u);
  EXPECT_TRUE(run({"traces", ws, "export", trace, "--run", id})["resourceSpans"].is_list());
  EXPECT_EQ(code({"traces", ws, "list", "--run", "19990101", "--json"}), 2);
  EXPECT_EQ(code({"traces", ws, "list", "colour=red", "--run", id}), 2);
  Program without({"traces", ws, "list"});
  EXPECT_EQ(without.wait(), 69);
  EXPECT_NE(without.err().find("--run"), std::string::npos) << without.err();

  Program table({"runs", ws, "list"});
  EXPECT_EQ(table.wait(), 0);
  EXPECT_NE(table.out().find(id), std::string::npos) << table.out();
  EXPECT_NE(table.out().find("no load run is kept yet"), std::string::npos) << table.out();
  EXPECT_EQ(run({"runs", ws, "show", id, "--json"})["state"].to_text(), "cut");
  EXPECT_EQ(code({"runs", ws, "star", id}), 0);
  EXPECT_EQ(run({"runs", ws, "clean", "--json"})["removed"].as_int(), 0);
  EXPECT_TRUE(run({"runs", ws, "show", id, "--json"})["starred"].as_bool());
  EXPECT_EQ(code({"runs", ws, "compare", id, id}), 2) << "those are load runs";
  EXPECT_EQ(code({"runs", ws, "unstar", id}), 0);
  EXPECT_EQ(code({"runs", ws, "rm", "19990101"}), 2);
  EXPECT_EQ(run({"runs", ws, "clean", "--json"})["removed"].as_int(), 1);
  EXPECT_EQ(run({"runs", ws, "list", "--json"}).as_list().size(), 0u);
}

// The files of this process can grow to 200 KiB, and this workspace has no database: a disk that is full for the run only.
TEST_F(PastRunCommand, AFullDiskEndsTheRecordingAndNothingElse) {
  Lab lab("hello");
  const std::string ws = lab.folder();
  tests::Process serve({"bash", "-c", "trap '' XFSZ; ulimit -f 200; exec \"$0\" serve \"$1\" --any-port", tests::slipway_binary(), ws});
  ASSERT_TRUE(serve.says("serving hello")) << serve.err();
  const auto stopped = [&] {
    const Value all = run({"runs", ws, "list", "--json"});
    return all.is_list() && all.as_list().size() == 1 && !all.as_list()[0]["stopped_writing"].to_text().empty();
  };
  ASSERT_TRUE(tests::eventually([&] {
    for (int k = 0; k < 10; ++k) EXPECT_EQ(run({"send", ws, "hello", "--json"})["status"].to_text(), "200");
    return stopped();
  }, std::chrono::seconds(60)));
  EXPECT_EQ(run({"send", ws, "hello", "--json"})["status"].to_text(), "200") << "the services go on";
  serve.signal(SIGTERM);
  EXPECT_EQ(serve.wait(), 0) << serve.err();
  EXPECT_TRUE(stopped()) << "said by the file or beside it";
  const Value all = run({"runs", ws, "list", "--json"});
  EXPECT_GT(run({"traces", ws, "list", "--limit", "1000", "--run", all.as_list()[0]["id"].to_text(), "--json"}).as_list().size(), 10u);
}

TEST_F(PastRunCommand, LoadRunsAndRecordedOnesAreListedTogether) {
  Lab lab("hello");
  const std::string ws = lab.folder();
  {
    Program serve({"serve", ws, "--any-port"});
    ASSERT_TRUE(serve.says("serving hello")) << serve.err();
    ASSERT_EQ(run({"send", ws, "hello", "--json"})["status"].to_text(), "200");
    serve.signal(SIGTERM);
    EXPECT_EQ(serve.wait(), 0);
  }
  lab.write(".slipway/runs/20261126-120000-001.json", R"({"version":1,"starred":false,"started_wall_ns":1,"request":"a","url":"http://x","state":"done"})");
  const Value all = run({"runs", ws, "list", "--json"});
  ASSERT_EQ(all.as_list().size(), 2u);
  EXPECT_EQ(all.as_list()[0]["kind"].to_text(), "recorded");
  EXPECT_EQ(all.as_list()[0]["state"].to_text(), "closed");
  EXPECT_EQ(all.as_list()[1]["kind"].to_text(), "load");
  for (const auto& one : all.as_list()) {
    EXPECT_EQ(code({"runs", ws, "star", one["id"].to_text()}), 0);
    EXPECT_TRUE(run({"runs", ws, "show", one["id"].to_text(), "--json"})["starred"].as_bool());
    EXPECT_EQ(code({"runs", ws, "rm", one["id"].to_text()}), 0);
  }
  EXPECT_EQ(run({"runs", ws, "list", "--json"}).as_list().size(), 0u);
}

}  // namespace
