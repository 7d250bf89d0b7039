#include "workbench/recorder/recorder.h"

#include <gtest/gtest.h>

#include "slipway/codec/codec.h"
#include "tests/unit/recorder/world.h"
#include "workbench/recorder/filter.h"

namespace workbench::recorder {
namespace {

using slipway::context::Context;
using tests::World;
using slipway::telemetry::intern;
using slipway::telemetry::SpanKind;
using slipway::telemetry::SpanStatus;
namespace codec = slipway::codec;

TEST(Recorder, JoinsTheSpansOfAllServicesToOneTree) {
  World w;
  w.recorder.name_instance("orders-1", "orders");
  const auto id = w.order();
  const auto t = w.recorder.find(id);
  ASSERT_TRUE(t.ok()) << t.error().to_string();
  const Trace& trace = **t;
  EXPECT_EQ(trace.id, id);
  EXPECT_EQ(trace.root_name, "POST /orders");
  EXPECT_EQ(trace.root_service, "gateway");
  EXPECT_EQ(trace.status, 201);
  EXPECT_FALSE(trace.partial);
  EXPECT_EQ(trace.services(), (std::vector<std::string>{"gateway", "orders"}));
  std::vector<std::pair<std::string, int>> order;
  for (const auto& s : trace.spans) order.emplace_back(s.name, s.depth);
  EXPECT_EQ(order, (std::vector<std::pair<std::string, int>>{
                       {"POST /orders", 0}, {"rate_limit", 1}, {"orders POST /orders", 2}, {"POST /orders", 3}, {"INSERT orders", 4}}));
  EXPECT_EQ(trace.spans[3].instance, "orders-1");
  EXPECT_EQ(trace.spans[3].service, "orders");
  EXPECT_EQ(trace.spans[4].attributes[0], (std::pair<std::string, std::string>{"config.key", "orders.database.file"}));
  std::int64_t self = 0;
  for (const auto& s : trace.spans) {
    self += s.self_ns;
    EXPECT_TRUE(s.critical) << s.name << ": one after the other, all of them are waited for";
    EXPECT_GE(s.start_ns, trace.start_ns);
  }
  EXPECT_EQ(self, trace.duration_ns) << "self times add up to the whole";
  EXPECT_EQ(trace.spans[2].parent, trace.spans[1].id);
}

TEST(Recorder, ShowsWhereTheChainStopped) {
  World w;
  const auto t = w.recorder.find(w.order(429));
  ASSERT_TRUE(t.ok());
  EXPECT_EQ((*t)->stopped_by, "rate_limit");
  EXPECT_EQ((*t)->status, 429);
  EXPECT_EQ((*t)->spans.back().status, SpanStatus::NotReached);
  EXPECT_EQ((*t)->spans.back().duration_ns, 0);
  ASSERT_EQ(w.recorder.step_costs("gateway").size(), 1u);
  EXPECT_EQ(w.recorder.step_costs("gateway")[0].stops, 1u);
}

TEST(Recorder, AMissingCallerMakesATracePartial) {
  World w;
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-";
  World::Hop a, b;
  w.begin(a, "orders", "GET /a", trace + "b7ad6b7169203331-01");
  w.end(a, 200);
  w.recorder.telemetry().drain();
  EXPECT_FALSE((*w.recorder.find("0af76"))->partial) << "a caller outside is no loss";
  w.begin(b, "pricing", "GET /b", trace + "00f067aa0ba902b7-01");
  w.end(b, 200);
  w.recorder.telemetry().drain();
  const auto t = w.recorder.find("0af76");
  EXPECT_TRUE((*t)->partial);
  EXPECT_EQ((*t)->root_name, "GET /a");
  EXPECT_EQ((*t)->spans.size(), 2u);
}

TEST(Recorder, ListsTheNewestFirstAndFilters) {
  World w;
  const auto first = w.order(201);
  const auto second = w.order(429);
  const auto third = w.order(503);
  const auto ids = [&](std::string_view filter) {
    std::vector<std::string> out;
    const auto list = w.recorder.list(filter, 10);
    EXPECT_TRUE(list.ok()) << filter;
    for (const auto& t : *list) out.push_back(t->id);
    return out;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids(""), (Ids{third, second, first}));
  EXPECT_EQ(ids("status!=ok"), (Ids{third, second}));
  EXPECT_EQ(ids("status=error"), Ids{third});
  EXPECT_EQ(ids("stopped=rate_limit"), Ids{second});
  EXPECT_EQ(ids("service=orders-1 status=2xx"), Ids{first});
  EXPECT_EQ(ids("name~\"INSERT or\" dur<1h"), (Ids{third, first}));
  EXPECT_EQ(ids("INSERT dur>1h"), Ids{});
  EXPECT_EQ(ids("trace=" + second.substr(0, 12)), Ids{second});
  EXPECT_EQ(w.recorder.list("", 2)->size(), 2u);
}

TEST(Recorder, FindsByPrefixAndSaysWhatIsWrongOtherwise) {
  World w;
  const auto id = w.order();
  EXPECT_EQ((*w.recorder.find(id.substr(0, 10)))->id, id);
  EXPECT_EQ(w.recorder.find("xyz").error().reason(), "TRACE_ID_INVALID");
  EXPECT_EQ(w.recorder.find("00000000").error().reason(), "TRACE_NOT_FOUND");
  (void)w.order();
  const auto several = w.recorder.find("");
  EXPECT_FALSE(several.ok());
}

TEST(Recorder, EvictsTheOldestWhenTheBudgetIsSpent) {
  Recorder::Options o;
  o.trace_capacity = 3;
  Recorder r(o);
  World::Hop hop;
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    Context c;
    hop.service = intern("a");
    r.telemetry().begin_call(hop.trace, c, {"", true, hop.service, hop.service, 0});
    r.telemetry().end_call(hop.trace, {hop.service, hop.service, 0, 200});
    ids.push_back(c.trace().trace.hex());
    r.telemetry().drain();
  }
  EXPECT_EQ(r.counts().traces_kept, 3u);
  EXPECT_EQ(r.counts().spans_kept, 3u);
  EXPECT_FALSE(r.find(ids[0]).ok());
  EXPECT_TRUE(r.find(ids[4]).ok());
}

TEST(Recorder, CountsEveryCallOfEveryInstance) {
  World w;
  for (int i = 0; i < 4; ++i) (void)w.order(i == 0 ? 503 : 201);
  const auto rates = w.recorder.rates();
  ASSERT_EQ(rates.size(), 2u);
  EXPECT_EQ(rates[0].instance, "gateway");
  EXPECT_EQ(rates[1].instance, "orders-1");
  EXPECT_EQ(rates[0].total, 4u);
  EXPECT_EQ(rates[0].errors, 1u);
  EXPECT_GT(rates[0].p99_ns, 0);
}

TEST(Recorder, StatisticsOfASpanCoverAllKeptTraces) {
  World w;
  w.recorder.name_instance("orders-1", "orders");
  for (int i = 0; i < 3; ++i) (void)w.order();
  EXPECT_EQ(w.recorder.span_statistics("orders", "INSERT orders").count(), 3u);
  EXPECT_EQ(w.recorder.span_statistics("gateway", "INSERT orders").count(), 0u);
}

TEST(Recorder, EventsAreNewestFirstAndMoveTheVersion) {
  Recorder r{Recorder::Options{}};
  const auto before = r.version();
  Event e;
  e.text = "one";
  r.add_event(e);
  e.text = "two";
  r.add_event(e);
  EXPECT_GT(r.version(), before);
  ASSERT_EQ(r.events().size(), 2u);
  EXPECT_EQ(r.events()[0].text, "two");
  EXPECT_NE(r.events()[0].wall_ns, 0);
  r.clear();
  EXPECT_TRUE(r.events().empty());
}

TEST(Filter, ErrorsNameTheColumnAndTheWayOut) {
  const auto message = [](std::string_view text) { return Filter::parse(text).error().message(); };
  EXPECT_EQ(message("service=a sevice=b"), "column 11: \"sevice\" is no field (use service, instance, name, dur, status, trace, stopped, partial)");
  EXPECT_EQ(message("dur=5ms"), "column 4: dur compares with > >= < <= (like dur>5ms)");
  EXPECT_EQ(message("dur>fast").substr(0, 10), "column 5: ");
  EXPECT_EQ(message("status=blue"), "column 8: \"blue\" is no status (use 429, 4xx, ok, error)");
  EXPECT_EQ(message("name~\"open"), "column 6: the quote is not closed (add \" at the end)");
  EXPECT_EQ(message("name= x"), "column 6: a value is missing after name=");
  EXPECT_TRUE(Filter::parse("  ").ok());
}

struct Exported : ::testing::Test {
  World w;
  std::vector<TracePtr> traces;
  slipway::Value as(std::string_view format) {
    w.recorder.name_instance("orders-1", "orders");
    traces = {*w.recorder.find(w.order())};
    const auto text = export_traces(traces, format);
    EXPECT_TRUE(text.ok());
    auto v = codec::parse_json(*text);
    EXPECT_TRUE(v.ok()) << (v.ok() ? "" : v.error().to_string());
    return *v;
  }
};

TEST_F(Exported, OtlpHasHexIdsTextTimesAndNumbersForEnums) {
  const auto v = as("otlp");
  ASSERT_EQ(v["resourceSpans"].as_list().size(), 2u);
  const auto& orders = v["resourceSpans"].as_list()[1];
  EXPECT_EQ(orders.at_path("resource.attributes.0.key")->as_string(), "service.name");
  EXPECT_EQ(orders.at_path("resource.attributes.0.value.stringValue")->as_string(), "orders");
  const auto& span = *orders.at_path("scopeSpans.0.spans.0");
  EXPECT_EQ(span["traceId"].as_string(), traces[0]->id);
  EXPECT_EQ(span["spanId"].as_string().size(), 16u);
  EXPECT_EQ(span["parentSpanId"].as_string(), traces[0]->spans[2].id);
  EXPECT_EQ(span["kind"].as_int(), 2);
  EXPECT_EQ(span["startTimeUnixNano"].as_string(), std::to_string(traces[0]->spans[3].start_ns));
}

TEST_F(Exported, JaegerHasMicrosecondsAndKeepsTheNanoseconds) {
  const auto v = as("jaeger");
  const auto& t = *v.at_path("data.0");
  EXPECT_EQ(t["traceID"].as_string(), traces[0]->id);
  const auto& span = *t.at_path("spans.1");
  EXPECT_EQ(span["operationName"].as_string(), "rate_limit");
  EXPECT_EQ(span.at_path("references.0.refType")->as_string(), "CHILD_OF");
  EXPECT_EQ(span.at_path("references.0.spanID")->as_string(), traces[0]->spans[0].id);
  EXPECT_EQ(span["startTime"].as_int(), traces[0]->spans[1].start_ns / 1000);
  EXPECT_EQ(t["processes"][span["processID"].as_string()]["serviceName"].as_string(), "gateway");
  EXPECT_EQ(span["tags"].as_list().back()["value"].as_int(), traces[0]->spans[1].duration_ns);
}

TEST_F(Exported, ChromeHasCompleteEventsAndNamedProcesses) {
  const auto v = as("chrome");
  std::size_t complete = 0, names = 0;
  for (const auto& e : v["traceEvents"].as_list()) {
    complete += e["ph"].as_string() == "X";
    names += e["ph"].as_string() == "M";
  }
  EXPECT_EQ(complete, 5u);
  EXPECT_EQ(names, 2u);
}

TEST_F(Exported, OursCarriesTheWholeTrace) {
  const auto v = as("json");
  const auto& t = *v.at_path("traces.0");
  EXPECT_EQ(t["spans"].as_list().size(), 5u);
  EXPECT_EQ(t.at_path("spans.4.kind")->as_string(), "sql");
  EXPECT_EQ(export_traces(traces, "pdf").error().reason(), "FORMAT_UNKNOWN");
}

}  // namespace
}  // namespace workbench::recorder
