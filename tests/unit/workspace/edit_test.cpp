#include "workbench/workspace/edit.h"

#include <gtest/gtest.h>

#include "tests/unit/workspace/folder.h"

namespace workbench::workspace {
namespace {

constexpr const char* kFile = "services/one.yaml";
constexpr std::string_view kText = R"(# One service.
service: one
http: { port: 8090 }
routes:
  # The first.
  - GET /a:
      - reply: { body: { a: 1 } }   # fixed

  # The second.
  - POST /b:
      - echo
  - GET /c: echo
# the end
)";

std::string route_of(const std::string& name) {
  std::vector<Problem> problems;
  const auto s = parse_service(kText, kFile, problems);
  EXPECT_TRUE(problems.empty());
  for (const auto& r : s->routes)
    if (r.method + " " + r.path == name) return route_text(r);
  return "";
}

TEST(EditRoute, ARouteIsShownWithoutItsIndentation) { EXPECT_EQ(route_of("GET /a"), "- GET /a:\n    - reply: { body: { a: 1 } }   # fixed\n"); }

TEST(EditRoute, WritingItBackChangesNoByte) {
  for (const char* name : {"GET /a", "POST /b", "GET /c"}) {
    auto r = replace_route(kText, kFile, name, route_of(name));
    ASSERT_TRUE(r.ok()) << r.error().to_string();
    EXPECT_EQ(*r, kText) << name;
  }
}

TEST(EditRoute, OnlyItsOwnLinesChangeAndCommentsStay) {
  auto r = replace_route(kText, kFile, "POST /b", "- POST /b:\n    # slower\n    - delay: 5ms\n    - echo");
  ASSERT_TRUE(r.ok()) << r.error().to_string();
  std::string wanted(kText);
  wanted.replace(wanted.find("      - echo\n"), 13, "      # slower\n      - delay: 5ms\n      - echo\n");
  EXPECT_EQ(*r, wanted);
}

TEST(EditRoute, MayRenameItself) {
  auto r = replace_route(kText, kFile, "GET /c", "- PUT /c/{id}:\n    - reply: { body: \"{{path.id}}\" }\n");
  ASSERT_TRUE(r.ok()) << r.error().to_string();
  EXPECT_NE(r->find("  - PUT /c/{id}:\n      - reply"), std::string::npos);
}

TEST(EditRoute, WhatIsWrongIsToldAtItsPlaceInTheFile) {
  auto r = replace_route(kText, kFile, "POST /b", "- POST /b:\n    - dealy: 5ms\n    - echo\n");
  ASSERT_FALSE(r.ok());
  EXPECT_EQ(r.error().reason(), "BAD_FILE");
  EXPECT_NE(r.error().message().find("services/one.yaml:11:"), std::string::npos) << r.error().message();
  EXPECT_NE(r.error().message().find("delay"), std::string::npos);
  EXPECT_EQ(replace_route(kText, kFile, "GET /b", "- GET /b: echo\n").error().reason(), "ROUTE_UNKNOWN");
}

TEST(EditRoute, MustStayOneRoute) {
  EXPECT_FALSE(replace_route(kText, kFile, "POST /b", "- POST /b: echo\n- GET /d: echo\n").ok());
  EXPECT_FALSE(replace_route(kText, kFile, "POST /b", "").ok());
  EXPECT_EQ(replace_route("service: one\nhttp: { port: 1 }\nroutes: [ { GET /a: echo }, { GET /b: echo } ]\n", kFile, "GET /b", "- GET /b: echo\n").error().reason(), "ROUTE_INLINE");
}

TEST(EditFile, WritesWhatIsRightAndNothingElse) {
  Folder f;
  f.hello();
  const std::string before = f.read("services/hello.yaml");
  EXPECT_EQ(*read_text(f.str(), "services/hello.yaml"), before);
  auto wrong = write_text(f.str(), "services/hello.yaml", "service: hello\nhtp: {}\n", before);
  EXPECT_EQ(wrong.error().reason(), "BAD_FILE");
  EXPECT_NE(wrong.error().message().find("services/hello.yaml:2:1"), std::string::npos) << wrong.error().message();
  EXPECT_EQ(f.read("services/hello.yaml"), before);
  EXPECT_TRUE(write_text(f.str(), "services/hello.yaml", before + "# mine\n", before).ok());
  EXPECT_EQ(write_text(f.str(), "services/hello.yaml", before, before).error().reason(), "FILE_CHANGED");
  EXPECT_EQ(f.read("services/hello.yaml"), before + "# mine\n");
}

TEST(EditFile, LayersAreCheckedByTheirFormat) {
  EXPECT_TRUE(problems_of("config/a.toml", "[gateway]\nrate = 5\n").empty());
  EXPECT_TRUE(problems_of("config/a.yaml", "\n").empty());
  const auto toml = problems_of("config/a.toml", "[gateway]\nrate = = 5\n");
  ASSERT_EQ(toml.size(), 1u);
  EXPECT_EQ(toml[0].where.line, 2);
  EXPECT_EQ(problems_of("config/a.yaml", "a: [1\n").size(), 1u);
  EXPECT_EQ(problems_of("config/a.json", "[1]").size(), 1u);
}

TEST(EditFile, OnlyAuthoredFilesInsideTheWorkspace) {
  Folder f;
  f.hello();
  f.write("secret.txt", "x");
  for (const char* file : {"secret.txt", "../x.yaml", "/etc/passwd", ".slipway/lock", "services/../secret.yaml"}) EXPECT_EQ(read_text(f.str(), file).error().reason(), "NOT_AUTHORED") << file;
  std::filesystem::create_symlink("/etc", f.path / "config");
  EXPECT_EQ(read_text(f.str(), "config/x.yaml").error().reason(), "NOT_AUTHORED");
}

}  // namespace
}  // namespace workbench::workspace
