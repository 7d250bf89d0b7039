// What the Services and Config panels change in the files while everything runs: new services, routes, layers as text.
#include <algorithm>

#include "slipway/codec/codec.h"
#include "tests/integration/workbench/lab.h"

namespace {

using namespace workbench;
using tests::Lab;

bool has_service(Lab& lab, const std::string& name) {
  const auto rows = lab->services();
  return std::any_of(rows.begin(), rows.end(), [&](const auto& r) { return r.service == name; });
}

TEST(ServicesLive, ANewServiceIsThereAtOnceAnswersWhenStartedAndIsTakenBack) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  auto made = lab->new_service({"mirror", "echo", 0});
  ASSERT_TRUE(made.ok()) << made.error().to_string();
  ASSERT_TRUE(has_service(lab, "mirror"));
  ASSERT_TRUE(lab->start("mirror").ok());
  EXPECT_EQ(lab.get("{{mirror}}/echo?a=1").status, 200);
  EXPECT_EQ(lab.get("{{hello}}/hello/Ada").status, 200);
  ASSERT_TRUE(lab->take_back(*made).ok());
  EXPECT_FALSE(has_service(lab, "mirror"));
  EXPECT_EQ(lab.problems(), "");
}

TEST(ServicesLive, EverySampleAnswers) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  for (const char* sample : {"notes", "worker", "greeter"}) {
    ASSERT_TRUE(lab->new_service({"", sample, 0}).ok()) << sample;
    ASSERT_TRUE(lab->start(sample).ok()) << sample;
  }
  traffic::SavedRequest note;
  note.id = "note", note.method = "POST", note.url = "{{notes}}/notes", note.body = R"({"text":"remember"})";
  note.headers = {{"Content-Type", "application/json"}};
  EXPECT_EQ(lab->send(note).status, 201);
  EXPECT_NE(lab.get("{{notes}}/notes/1").body.find("remember"), std::string::npos);
  EXPECT_NE(lab.get("{{notes}}/notes").body.find("remember"), std::string::npos);
  EXPECT_EQ(lab.get("{{notes}}/notes/9").status, 404);
  EXPECT_EQ(lab.get("{{worker}}/work").status, 200);
  traffic::SavedRequest greet;
  greet.id = "greet", greet.method = "GRPC", greet.url = "{{greeter}}/greeter.v1.Greeter/Greet", greet.body = R"({"name":"Ada"})";
  const auto reply = lab->send(greet);
  EXPECT_NE(reply.body.find("hello Ada"), std::string::npos) << reply.error << reply.body;
}

TEST(ServicesLive, AnEditedRouteAnswersAnewAndItsOldTextTakesItBack) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  const std::string file = lab.read("services/hello.yaml");
  auto before = lab->set_route("hello", "GET /hello/{name}", "- GET /hello/{name}:\n    - reply: { body: { message: \"salut {{path.name}}\" } }\n");
  ASSERT_TRUE(before.ok()) << before.error().to_string();
  EXPECT_TRUE(lab.until([&] { return lab.get("{{hello}}/hello/Ada").body == R"({"message":"salut Ada"})"; }));
  auto wrong = lab->set_route("hello", "GET /hello/{name}", "- GET /hello/{name}:\n    - relpy: {}\n");
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message().find("services/hello.yaml:"), std::string::npos);
  ASSERT_TRUE(lab->set_route("hello", "GET /hello/{name}", *before).ok());
  EXPECT_EQ(lab.read("services/hello.yaml"), file);
  EXPECT_TRUE(lab.until([&] { return lab.get("{{hello}}/hello/Ada").body == R"({"message":"hello Ada"})"; }));
}

TEST(ServicesLive, TheOpenApiDocumentFollowsTheFile) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  auto d = lab->detail("hello");
  ASSERT_TRUE(d.ok() && d->openapi);
  auto doc = slipway::codec::parse_yaml(*d->openapi);
  ASSERT_TRUE(doc.ok());
  EXPECT_TRUE((*doc)["paths"]["/hello/{name}"]["get"].is_map());
  EXPECT_EQ(lab->detail("hello")->openapi, d->openapi);  // made once
  ASSERT_TRUE(lab->set_route("hello", "GET /hello/{name}", "- GET /bye/{name}:\n    - echo\n").ok());
  EXPECT_NE(lab->detail("hello")->openapi->find("/bye/{name}"), std::string::npos);
}

TEST(ServicesLive, LogLinesOfFailedCallsAreKeptWithTheirTrace) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  const auto quiet = lab->logs().total;
  ASSERT_TRUE(lab->set_route("hello", "GET /hello/{name}", "- GET /hello/{name}:\n    - fault: { percent: 100, status: 503 }\n").ok());
  const auto failed = lab.get("{{hello}}/hello/Ada");
  ASSERT_EQ(failed.status, 503);
  ASSERT_TRUE(lab.until([&] { return lab->logs().total > quiet; }));
  const auto tail = lab->logs();
  ASSERT_TRUE(tail.lines);
  const auto line = std::find_if(tail.lines->begin(), tail.lines->end(), [](const auto& l) { return l.level == slipway::telemetry::Level::Error; });
  ASSERT_NE(line, tail.lines->end());
  EXPECT_EQ(line->trace_id, failed.trace_id);
  EXPECT_EQ(tail.dropped(), 0u);
}

TEST(ConfigEdits, EditsOfADraftAreOneChangeAndOneUndo) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  const auto version = lab->config_version();
  auto wrong = lab->set_all({{"gateway.rate_limit.rate", "700"}, {"gateway.timeout.after", "soon"}}, "window");
  EXPECT_FALSE(wrong.ok());
  EXPECT_EQ(lab->explain("gateway.rate_limit.rate")->text, "2000");
  ASSERT_TRUE(lab->set_all({{"gateway.rate_limit.rate", "700"}, {"gateway.timeout.after", "3s"}}, "window").ok());
  EXPECT_EQ(lab->config_version(), version + 1);
  EXPECT_EQ(lab->explain("gateway.rate_limit.rate")->text, "700");
  ASSERT_TRUE(lab->undo("undo").ok());
  EXPECT_EQ(lab->explain("gateway.rate_limit.rate")->text, "2000");
  EXPECT_EQ(lab->explain("gateway.timeout.after")->text, "2s");
}

TEST(ConfigEdits, ALayerWrittenAsTextAppliesAndABrokenOneIsNotWritten) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  auto before = lab->read_file("config/default.yaml");
  ASSERT_TRUE(before.ok());
  std::string text = *before;
  const auto at = text.find("rate: 2000");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 10, "rate: 1234");
  ASSERT_TRUE(lab->write_file("config/default.yaml", text, *before).ok());
  EXPECT_TRUE(lab.until([&] { return lab->explain("gateway.rate_limit.rate")->text == "1234"; }));
  EXPECT_EQ(lab->write_file("config/default.yaml", "a: [\n", text).error().reason(), "BAD_FILE");
  EXPECT_EQ(lab.read("config/default.yaml"), text);
}

}  // namespace
