#include "workbench/scaffold/new_service.h"

#include <gtest/gtest.h>

#include "tests/unit/workspace/folder.h"
#include "workbench/openapi/document.h"

namespace workbench::scaffold {
namespace {

namespace fs = std::filesystem;
using workspace::Folder;

class NewServiceTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_.hello(); }
  // The workspace as it is on disk; every problem is a failure.
  workspace::WorkspacePtr load() const {
    auto loaded = workspace::load(folder_.str());
    EXPECT_TRUE(loaded.ok()) << workspace::texts(loaded.problems);
    return loaded.workspace;
  }
  slipway::Result<Made> make(const std::string& name, const std::string& from, int port = 0) const { return new_service(folder_.str(), {name, from, port}); }
  // A file beside the workspace.
  std::string source(const std::string& name, const std::string& text) const {
    folder_.write("elsewhere/" + name, text);
    return folder_.str() + "/elsewhere/" + name;
  }
  Folder folder_;
};

TEST_F(NewServiceTest, EverySampleLoadsBesideTheOthers) {
  ASSERT_TRUE(make("plain", "empty").ok());
  for (const auto& s : samples()) {
    auto made = make("my-" + std::string(s.name), std::string(s.name));
    ASSERT_TRUE(made.ok()) << s.name << ": " << made.error().to_string();
  }
  EXPECT_EQ(load()->services.size(), samples().size() + 2);
}

TEST_F(NewServiceTest, TakesTheFirstPortsThatNoServiceHas) {
  auto a = make("a", "empty"), b = make("b", "worker"), c = make("c", "empty");
  ASSERT_TRUE(a.ok() && b.ok() && c.ok());
  EXPECT_EQ(a->port, 8080);
  EXPECT_EQ(b->port, 8081);  // three instances
  EXPECT_EQ(c->port, 8084);
  EXPECT_EQ(make("d", "empty", 9000)->port, 9000);
}

TEST_F(NewServiceTest, RefusesTakenAndWrongNamesAndUnknownSources) {
  EXPECT_EQ(make("hello", "empty").error().reason(), "SERVICE_EXISTS");
  EXPECT_EQ(make("../x", "empty").error().reason(), "BAD_NAME");
  EXPECT_EQ(make("x", "ecco").error().reason(), "NO_SUCH_SAMPLE");
  EXPECT_FALSE(make("x", folder_.str() + "/missing.yaml").ok());
  EXPECT_FALSE(fs::exists(folder_.path / "services/x.yaml"));
}

TEST_F(NewServiceTest, AProposedNameIsNumberedWhenItIsTaken) {
  EXPECT_EQ(make("", "echo")->service, "echo");
  EXPECT_EQ(make("", "echo")->service, "echo-2");
  EXPECT_EQ(make("", "echo")->service, "echo-3");
}

TEST_F(NewServiceTest, WritesNothingWhenItWouldNotLoad) {
  const auto r = make("x", "empty", 8090);  // hello's port
  ASSERT_FALSE(r.ok());
  EXPECT_NE(r.error().message().find("8090"), std::string::npos) << r.error().message();
  EXPECT_FALSE(fs::exists(folder_.path / "services/x.yaml"));
}

TEST_F(NewServiceTest, IsTakenBackUntilItIsEdited) {
  auto made = make("notes", "notes");
  ASSERT_TRUE(made.ok());
  EXPECT_EQ(made->files.back().first, "services/notes.yaml");
  EXPECT_TRUE(take_back(folder_.str(), *made).ok());
  EXPECT_FALSE(fs::exists(folder_.path / "services/notes.yaml"));
  EXPECT_FALSE(fs::exists(folder_.path / "schema/notes.sql"));
  made = make("notes", "notes");
  ASSERT_TRUE(made.ok());
  folder_.write("services/notes.yaml", folder_.read("services/notes.yaml") + "# mine\n");
  EXPECT_EQ(take_back(folder_.str(), *made).error().reason(), "SERVICE_EDITED");
  EXPECT_TRUE(fs::exists(folder_.path / "schema/notes.sql"));
}

TEST_F(NewServiceTest, FromProtoServesEveryUnaryMethodAndBringsImports) {
  source("money.proto", "syntax = \"proto3\";\npackage shop.v1;\nmessage Money { int64 cents = 1; }\n");
  const auto file = source("shop.proto",
                           "syntax = \"proto3\";\npackage shop.v1;\nimport \"money.proto\";\nimport \"google/protobuf/empty.proto\";\n"
                           "service Till { rpc Pay(Money) returns (Money); rpc Watch(Money) returns (stream Money); rpc Close(Money) returns (google.protobuf.Empty); }\n");
  auto made = make("", file);
  ASSERT_TRUE(made.ok()) << made.error().to_string();
  EXPECT_EQ(made->service, "till");
  ASSERT_EQ(made->notes.size(), 1u);
  EXPECT_NE(made->notes[0].find("Watch"), std::string::npos);
  EXPECT_TRUE(fs::exists(folder_.path / "protos/money.proto"));
  const auto ws = load();
  ASSERT_NE(ws->find("till"), nullptr);
  EXPECT_EQ(ws->find("till")->routes.size(), 2u);
  EXPECT_EQ(ws->find("till")->grpc->proto, "protos/shop.proto");
}

TEST_F(NewServiceTest, BrokenSourcesAreToldWithTheirPlace) {
  EXPECT_NE(make("x", source("bad.proto", "syntax = \"proto3\";\nservice {")).error().to_string().find("bad.proto:2"), std::string::npos);
  EXPECT_NE(make("x", source("bad.yaml", "openapi: [\n")).error().to_string().find("bad.yaml"), std::string::npos);
  EXPECT_EQ(make("x", source("old.yaml", "swagger: \"2.0\"\npaths: {}\n")).error().reason(), "NOT_OPENAPI_3");
  EXPECT_EQ(make("x", source("other.yaml", "name: a\n")).error().reason(), "NOT_OPENAPI_3");
}

constexpr const char* kShop = R"(openapi: 3.0.3
info: { title: "Pet Store 3", version: 1.0.0 }
paths:
  /pets:
    post:
      requestBody:
        content:
          application/json:
            schema: { $ref: "#/components/schemas/Pet" }
      responses:
        "201": { description: made, content: { application/json: { schema: { $ref: "#/components/schemas/Pet" } } } }
        "400": { description: no }
    get:
      responses:
        "200":
          description: all
          content: { application/json: { example: [ { id: 7, name: "{{odd}}" } ] } }
  /pets/{id}:
    get:
      responses:
        default: { description: one, content: { application/json: { schema: { type: object, properties: { id: { type: integer }, name: { type: string } } } } } }
    delete:
      responses: { "204": { description: gone } }
  /pets/{id}.json:
    get: { responses: { "200": { description: no } } }
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        id: { type: integer, minimum: 10 }
        name: { type: string, maxLength: 20, pattern: "^[a-z]+$" }
        friend: { $ref: "#/components/schemas/Pet" }
)";

TEST_F(NewServiceTest, FromOpenApiAnswersWithExamplesAndChecksBodies) {
  auto made = make("", source("pets.yaml", kShop));
  ASSERT_TRUE(made.ok()) << made.error().to_string();
  EXPECT_EQ(made->service, "pet-store-3");
  ASSERT_EQ(made->notes.size(), 1u);
  EXPECT_NE(made->notes[0].find("inside a segment"), std::string::npos) << made->notes[0];
  const auto ws = load();
  const auto* s = ws->find("pet-store-3");
  ASSERT_NE(s, nullptr);
  ASSERT_EQ(s->routes.size(), 4u);
  const auto find = [&](const std::string& method, const std::string& path) {
    for (const auto& r : s->routes)
      if (r.method == method && r.path == path) return r.steps.at(0).options;
    return slipway::Value();
  };
  EXPECT_EQ(find("POST", "/pets")["status"], slipway::Value(201));
  EXPECT_EQ(find("POST", "/pets")["body"]["name"], slipway::Value("{{body.name}}"));
  EXPECT_EQ(find("GET", "/pets/{id}")["body"]["id"], slipway::Value("{{int(path.id)}}"));
  EXPECT_EQ(find("DELETE", "/pets/{id}")["status"], slipway::Value(204));
  // Its own document says the same of the body again.
  const auto doc = openapi::document(*s, ws.get());
  const auto& schema = doc["paths"]["/pets"]["post"]["requestBody"]["content"]["application/json"]["schema"];
  EXPECT_EQ(schema["required"], slipway::Value::array({slipway::Value("name")}));
  EXPECT_EQ(schema["properties"]["id"]["minimum"], slipway::Value(10));
}

TEST_F(NewServiceTest, OurOwnDocumentMakesAServiceOfTheSameRoutes) {
  auto loaded = workspace::load(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab");
  ASSERT_TRUE(loaded.ok());
  const auto* orders = loaded.workspace->find("orders");
  auto made = make("again", source("orders.yaml", openapi::document_yaml(*orders, loaded.workspace.get())));
  ASSERT_TRUE(made.ok()) << made.error().to_string();
  const auto ws = load();
  const auto* again = ws->find("again");
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->routes.size(), orders->routes.size());
}

}  // namespace
}  // namespace workbench::scaffold
