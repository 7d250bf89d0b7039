// What an export writes and what it leaves alone; nothing is built here.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "workbench/exporter/export_plan.h"
#include "slipway/codec/codec.h"
#include "workbench/exporter/lock.h"
#include "workbench/exporter/template_text.h"
#include "workbench/exporter/test_text.h"
#include "workbench/workspace/load.h"

namespace {

namespace fs = std::filesystem;
using namespace workbench::exporter;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void write_file(const fs::path& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

struct ExportedProject : testing::Test {
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "slipway-plan-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
    ASSERT_TRUE(workbench::workspace::copy_sample(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab", (folder / "lab").string()).ok());
    load();
    options.service = "orders";
    options.folder = (folder / "orders").string();
    options.without = {"engine", "replay"};
  }
  void TearDown() override {
    std::error_code ec;
    fs::remove_all(folder, ec);
  }
  void load() {
    loaded = workbench::workspace::load((folder / "lab").string());
    ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
  }
  ExportPlan planned() {
    auto p = plan(*loaded.workspace, options, control);
    EXPECT_TRUE(p.ok()) << (p.ok() ? "" : p.error().to_string());
    return p.ok() ? *p : ExportPlan{};
  }
  void write_project() {
    auto s = write(planned(), control);
    ASSERT_TRUE(s.ok()) << s.error().to_string();
  }
  std::string refusal() {
    auto p = plan(*loaded.workspace, options, control);
    return p.ok() ? "" : p.error().reason();
  }
  static std::string notes_of(const ExportPlan& p) {
    std::string out;
    for (const auto& n : p.notes) out += n + "\n";
    return out;
  }
  fs::path project(const char* path) const { return fs::path(options.folder) / path; }
  std::map<std::string, std::pair<std::string, fs::file_time_type>> all_files() const {
    std::map<std::string, std::pair<std::string, fs::file_time_type>> out;
    for (const auto& e : fs::recursive_directory_iterator(options.folder))
      if (e.is_regular_file()) out[fs::relative(e.path(), options.folder).string()] = {read_file(e.path()), e.last_write_time()};
    return out;
  }
  fs::path folder;
  workbench::workspace::Loaded loaded;
  ExportOptions options;
  ExportControl control;
};

TEST_F(ExportedProject, TheTreeIsTheSameInBothDesigns) {
  const std::vector<std::string> golden = {
      ".clang-format",
      ".clang-tidy",
      ".dockerignore",
      ".editorconfig",
      ".github/workflows/ci.yml",
      ".gitignore",
      "CMakeLists.txt",
      "CMakePresets.json",
      "LICENSE",
      "README.md",
      "api/errors.md",
      "api/openapi.yaml",
      "api/protos/inventory.proto",
      "config/config.schema.json",
      "config/config.testing.yaml",
      "config/config.yaml",
      "deploy/Dockerfile",
      "deploy/compose.yaml",
      "deploy/k8s/base/configmap.yaml",
      "deploy/k8s/base/deployment.yaml",
      "deploy/k8s/base/kustomization.yaml",
      "deploy/k8s/base/networkpolicy.yaml",
      "deploy/k8s/base/pdb.yaml",
      "deploy/k8s/base/service.yaml",
      "deploy/k8s/base/serviceaccount.yaml",
      "deploy/k8s/overlays/dev/kustomization.yaml",
      "deploy/k8s/overlays/prod/kustomization.yaml",
      "deploy/systemd/orders.service",
      "deps/debian.txt",
      "dev",
      "docs/architecture.md",
      "docs/decisions/0001-exported-from-a-prototype.md",
      "docs/operations.md",
      "gen/README.md",
      "gen/ops.cpp",
      "gen/ops.h",
      "gen/routes.cpp",
      "gen/routes.h",
      "gen/schema.cpp",
      "gen/schema.h",
      "gen/support.cpp",
      "gen/support.h",
      "gen/targets.cmake",
      "schema/orders.sql",
      "src/handlers/delete_orders_id.cpp",
      "src/handlers/delete_orders_id.h",
      "src/handlers/get_orders.cpp",
      "src/handlers/get_orders.h",
      "src/handlers/get_orders_id.cpp",
      "src/handlers/get_orders_id.h",
      "src/handlers/post_orders.cpp",
      "src/handlers/post_orders.h",
      "src/main.cpp",
      "src/wire.cpp",
      "src/wire.h",
      "tests/CMakeLists.txt",
      "tests/bench/CMakeLists.txt",
      "tests/bench/service_bench.cpp",
      "tests/contract/CMakeLists.txt",
      "tests/contract/contract_test.cpp",
      "tests/functional/CMakeLists.txt",
      "tests/functional/functional_test.cpp",
      "tests/support/program.h",
      "tests/support/running.h",
      "tests/unit/CMakeLists.txt",
      "tests/unit/config_test.cpp",
      "tests/unit/routes_test.cpp",
  };
  for (Design d : {Design::Injected, Design::G}) {
    options.design = d;
    std::vector<std::string> tree;
    for (const auto& f : planned().files) tree.push_back(f.path);
    EXPECT_EQ(tree, golden);
  }
}

TEST_F(ExportedProject, NoFileNamesTheWorkbenchNorHoldsAnOpenTemplateName) {
  for (Design d : {Design::Injected, Design::G}) {
    options.design = d;
    for (const auto& f : planned().files) {
      EXPECT_EQ(f.content.find("workbench"), std::string::npos) << f.path;
      EXPECT_EQ(f.content.find("<<service>>"), std::string::npos) << f.path;
      EXPECT_EQ(f.content.find("#error"), std::string::npos) << f.path;
      // The OpenAPI document says what it was made from; nothing else knows of that file.
      if (f.path == "api/openapi.yaml") continue;
      EXPECT_EQ(f.content.find("services/orders.yaml"), std::string::npos) << f.path;
    }
  }
}

TEST_F(ExportedProject, ConstructorsTakePartsAndNamedInstancesAreLookedUp) {
  auto handler = [&] {
    for (const auto& f : planned().files)
      if (f.path == "src/handlers/get_orders.cpp") return f.content;
    return std::string();
  };
  EXPECT_NE(handler().find("support::sql(db_, call"), std::string::npos);
  options.design = Design::G;
  EXPECT_NE(handler().find("support::sql(parts::get<slipway::data::Database>(call), call"), std::string::npos);
}

TEST_F(ExportedProject, WrittenAgainUnchangedTouchesNoFile) {
  write_project();
  const auto before = all_files();
  for (const auto& f : planned().files) EXPECT_EQ(f.action, PlannedFile::Action::Same) << f.path;
  write_project();
  EXPECT_EQ(all_files(), before);
}

TEST_F(ExportedProject, EveryScaffoldFileKeepsItsEdit) {
  write_project();
  std::map<std::string, std::string> edited;
  for (const auto& f : planned().files)
    if (f.file_class == FileClass::Scaffold) {
      edited[f.path] = f.content + "\n// mine\n";
      write_file(project(f.path.c_str()), edited[f.path]);
    }
  EXPECT_GE(edited.size(), 20u);
  write_project();
  for (const auto& [path, text] : edited) EXPECT_EQ(read_file(project(path.c_str())), text) << path;
}

TEST_F(ExportedProject, ADeletedScaffoldFileStaysDeleted) {
  write_project();
  fs::remove(project("src/handlers/get_orders.cpp"));
  write_project();
  write_project();
  EXPECT_FALSE(fs::exists(project("src/handlers/get_orders.cpp")));
}

TEST_F(ExportedProject, AnEditedGeneratedFileStopsTheExportByName) {
  write_project();
  write_file(project("gen/support.cpp"), "// edited\n");
  fs::remove(project("README.md"));
  auto s = write(planned(), control);
  ASSERT_FALSE(s.ok());
  EXPECT_EQ(s.error().reason(), "GENERATED_FILE_EDITED");
  EXPECT_NE(s.error().message().find("gen/support.cpp"), std::string::npos);
  EXPECT_EQ(read_file(project("gen/support.cpp")), "// edited\n");
  EXPECT_FALSE(fs::exists(project("README.md"))) << "nothing at all is written";
}

TEST_F(ExportedProject, AnEditedTextFileTakesInWhatThePrototypeChangedElsewhere) {
  write_project();
  const fs::path config = project("config/config.yaml");
  write_file(config, replaced(read_file(config), "  - http://127.0.0.1:8101", "  - http://127.0.0.1:9999"));
  const fs::path service = folder / "lab/services/orders.yaml";
  write_file(service, replaced(read_file(service), "port: 8081", "port: 8999"));
  load();
  write_project();
  const std::string both = read_file(config);
  EXPECT_NE(both.find("http://127.0.0.1:9999"), std::string::npos);
  EXPECT_NE(both.find("port: 8999"), std::string::npos);
  const auto before = all_files();
  write_project();
  EXPECT_EQ(all_files(), before);
}

TEST_F(ExportedProject, ATextFileChangedOnBothSidesInOnePlaceHoldsBothBetweenMarkersUntilResolved) {
  write_project();
  const fs::path config = project("config/config.yaml");
  const std::string first = read_file(config);
  const std::string mine = replaced(first, "port: 8081", "port: 80");
  write_file(config, mine);
  const fs::path service = folder / "lab/services/orders.yaml";
  write_file(service, replaced(read_file(service), "port: 8081", "port: 8999"));
  load();
  const auto p = planned();
  EXPECT_EQ(p.marked(), std::vector<std::string>{"config/config.yaml"});
  ASSERT_TRUE(write(p, control).ok());
  const std::string both = read_file(config);
  EXPECT_NE(both.find("<<<<<<< yours\n    port: 80\n||||||| last export\n    port: 8081\n=======\n    port: 8999\n>>>>>>> this export\n"), std::string::npos) << both;
  EXPECT_EQ(read_file(project(".slipway/merge/config/config.yaml.yours")), mine);
  EXPECT_EQ(read_file(project(".slipway/merge/config/config.yaml.base")), first);
  EXPECT_NE(read_file(project(".slipway/merge/config/config.yaml.theirs")).find("port: 8999"), std::string::npos);

  auto again = write(planned(), control);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().reason(), "MERGE_UNRESOLVED");
  EXPECT_NE(again.error().message().find("config/config.yaml"), std::string::npos);
  EXPECT_EQ(read_file(config), both) << "nothing is written";

  std::string resolved = planned().files.front().content;
  for (const auto& f : planned().files)
    if (f.path == "config/config.yaml") resolved = f.content;
  resolved = replaced(resolved, "port: 8999", "port: 80");
  write_file(config, resolved);
  write_project();
  EXPECT_EQ(read_file(config), resolved) << "resolved once, it stays so";
}

TEST_F(ExportedProject, AnOperationAddedLaterIsWrittenAndTheOwnerOfTheWiringIsTold) {
  write_project();
  const fs::path service = folder / "lab/services/orders.yaml";
  write_file(service, read_file(service) + "  - GET /ping:\n      - reply: { body: { pong: true } }\n");
  load();
  const auto p = planned();
  EXPECT_NE(notes_of(p).find("src/wire.cpp is yours"), std::string::npos) << notes_of(p);
  const std::string wire = read_file(project("src/wire.cpp")), cmake = read_file(project("CMakeLists.txt"));
  ASSERT_TRUE(write(p, control).ok());
  EXPECT_TRUE(fs::exists(project("src/handlers/get_ping.cpp")));
  EXPECT_NE(read_file(project("gen/routes.h")).find("get_ping = not_implemented()"), std::string::npos);
  EXPECT_NE(read_file(project("gen/targets.cmake")).find("get_ping"), std::string::npos);
  EXPECT_EQ(read_file(project("src/wire.cpp")), wire);
  EXPECT_EQ(read_file(project("CMakeLists.txt")), cmake);
  EXPECT_NE(read_file(project(".slipway/merge/src/wire.cpp")).find("GetPing"), std::string::npos);
}

TEST_F(ExportedProject, AnOperationRemovedLaterIsReportedAndNothingOfTheUsersIsLost) {
  write_project();
  const fs::path service = folder / "lab/services/orders.yaml";
  const std::string text = read_file(service);
  write_file(service, text.substr(0, text.find("  - DELETE /orders/{id}:")));
  load();
  const fs::path handler = project("src/handlers/delete_orders_id.cpp");
  const std::string written = read_file(handler);
  write_file(handler, written + "// mine\n");
  auto p = planned();
  EXPECT_NE(notes_of(p).find("src/handlers/delete_orders_id.cpp is gone"), std::string::npos) << notes_of(p);
  ASSERT_TRUE(write(p, control).ok());
  EXPECT_EQ(read_file(handler), written + "// mine\n") << "edited: kept";
  EXPECT_FALSE(fs::exists(project("src/handlers/delete_orders_id.h"))) << "as generated: moved";
  EXPECT_TRUE(fs::exists(project(".slipway/removed/src/handlers/delete_orders_id.h")));
  EXPECT_EQ(read_file(project("gen/targets.cmake")).find("delete_orders_id"), std::string::npos);
  EXPECT_EQ(read_file(project("gen/routes.h")).find("delete_orders_id"), std::string::npos) << "its line in wire.cpp no longer compiles";
}

TEST_F(ExportedProject, AnEditedGeneratedFileThatIsAdoptedIsTheUsersFromThenOn) {
  write_project();
  const fs::path file = project("gen/support.cpp");
  write_file(file, "// edited\n");
  options.adopt = {"gen/support.cpp"};
  write_project();
  EXPECT_EQ(read_file(file), "// edited\n");
  options.adopt.clear();
  write_project();
  EXPECT_EQ(read_file(file), "// edited\n");
  const Lock lock = read_lock(options.folder);
  ASSERT_TRUE(lock.find("gen/support.cpp"));
  EXPECT_TRUE(lock.find("gen/support.cpp")->adopted);
}

TEST_F(ExportedProject, APartLeftOutTakesItsGeneratedFilesAlongAndKeepsTheRest) {
  write_project();
  options.without.insert("contract");
  options.without.insert("docker");
  write_project();
  EXPECT_FALSE(fs::exists(project("tests/contract")) && !fs::is_empty(project("tests/contract")));
  EXPECT_TRUE(fs::exists(project("deploy/Dockerfile"))) << "may be edited any time: stays";
  for (const auto& f : planned().files) EXPECT_NE(f.action, PlannedFile::Action::Overwrite) << f.path;
}

TEST_F(ExportedProject, EveryOptionalPartCanBeLeftOutAndNoOther) {
  for (const auto& part : part_infos()) {
    options.without = {"engine", "replay", part.name};
    if (part.required)
      EXPECT_EQ(refusal(), "PART_REQUIRED") << part.name;
    else
      for (const auto& f : planned().files) EXPECT_NE(f.part, part.name) << f.path;
  }
  options.without = {"kubernetis"};
  EXPECT_EQ(refusal(), "PART_UNKNOWN");
}

TEST_F(ExportedProject, TheCopiedFrameworkIsGuardedLikeWhatIsGenerated) {
  options.without.erase("engine");
  write_project();
  const fs::path copied = project("third_party/slipway/engine/slipway/base/result.h");
  ASSERT_EQ(read_file(copied), read_file(SLIPWAY_SOURCE_DIR "/engine/slipway/base/result.h"));
  EXPECT_TRUE(fs::exists(project("third_party/slipway/LICENSE")));
  write_file(copied, "// edited\n");
  auto s = write(planned(), control);
  ASSERT_FALSE(s.ok());
  EXPECT_EQ(s.error().reason(), "GENERATED_FILE_EDITED");
  EXPECT_NE(s.error().message().find("base/result.h"), std::string::npos);
  // What an earlier framework had and this one has not goes away.
  Lock lock = read_lock(options.folder);
  write_file(project("third_party/slipway/engine/slipway/base/old.h"), "old\n");
  lock.engine_files["engine/slipway/base/old.h"] = sha256("old\n");
  write_file(project(".slipway/lock.json"), lock.to_json());
  fs::remove(copied);
  write_project();
  EXPECT_FALSE(fs::exists(project("third_party/slipway/engine/slipway/base/old.h")));
  EXPECT_TRUE(fs::exists(copied));
}

TEST_F(ExportedProject, TheLockHoldsTheHashOfEveryFileThatStandsThere) {
  write_project();
  const Lock lock = read_lock(options.folder);
  EXPECT_EQ(lock.files.size(), planned().files.size());
  for (const auto& [path, file] : lock.files) EXPECT_EQ(file.sha256, sha256(read_file(project(path.c_str())))) << path;
  EXPECT_EQ(lock.service, "orders");
  EXPECT_EQ(lock.model.size(), 64u);
}

TEST_F(ExportedProject, EveryServiceOfTheSampleCanBeExportedInBothDesigns) {
  for (const auto& service : loaded.workspace->services)
    for (Design d : {Design::Injected, Design::G}) {
      options.service = service.name;
      options.design = d;
      options.folder = (folder / (service.name + (d == Design::G ? "-g" : ""))).string();
      const auto p = planned();
      EXPECT_GT(p.files.size(), 50u) << service.name;
      EXPECT_GT(p.tests, 5u) << service.name;
    }
}

TEST_F(ExportedProject, ADeletedTextFileStaysDeleted) {
  write_project();
  fs::remove(project("deploy/compose.yaml"));
  write_project();
  EXPECT_FALSE(fs::exists(project("deploy/compose.yaml")));
}

TEST(TestCount, CountsTestsByTheirLines) {
  EXPECT_EQ(count_tests_in("tests/unit/a_test.cpp", "TEST(A, B) {}\nTEST_F(A, C) {}\n  TEST(no, no)\n").count, 2u);
  EXPECT_EQ(count_tests_in("tests/bench/CMakeLists.txt", "add_test(NAME x COMMAND y)\nadd_service_test(z)\n").count, 1u);
  EXPECT_FALSE(count_tests_in("tests/unit/a_test.cpp", "TEST_P(A, B) {}\n").exact);
  EXPECT_EQ(count_tests_in("src/a_test.cpp", "TEST(A, B) {}\n").count, 0u);
}

TEST_F(ExportedProject, AFolderWithOtherThingsIsRefusedAndARepositoryIsNot) {
  fs::create_directories(project(".git"));
  EXPECT_EQ(refusal(), "");
  write_file(project("thesis.tex"), "");
  EXPECT_EQ(refusal(), "FOLDER_NOT_EMPTY");
  options.folder = project("thesis.tex").string();
  EXPECT_EQ(refusal(), "FOLDER_NOT_EMPTY");
}

TEST_F(ExportedProject, AnotherDesignOrServiceNeedsAnotherFolder) {
  write_project();
  options.design = Design::G;
  EXPECT_EQ(refusal(), "EXPORT_DIFFERS");
  options.design = Design::Injected;
  options.service = "pricing";
  EXPECT_EQ(refusal(), "EXPORT_DIFFERS");
}

TEST_F(ExportedProject, ALinkOutOfTheProjectIsNotFollowed) {
  fs::create_directories(options.folder);
  fs::create_directories(folder / "elsewhere");
  write_project();
  fs::remove_all(project("gen"));
  fs::create_directory_symlink(folder / "elsewhere", project("gen"));
  auto s = write(planned(), control);
  ASSERT_FALSE(s.ok());
  EXPECT_EQ(s.error().reason(), "PATH_OUTSIDE");
  EXPECT_TRUE(fs::is_empty(folder / "elsewhere"));
}

TEST_F(ExportedProject, AnUnknownServiceIsNamedWithTheKnownOnes) {
  options.service = "order";
  auto p = plan(*loaded.workspace, options, control);
  ASSERT_FALSE(p.ok());
  EXPECT_EQ(p.error().reason(), "SERVICE_UNKNOWN");
  EXPECT_NE(p.error().message().find("orders"), std::string::npos);
}

TEST_F(ExportedProject, ATemplateNameThatNothingGivesIsAnError) {
  write_file(folder / "x.in", "a <<known>> b << 1 std::vector<<<known>>> c\n");
  auto good = render_template(folder.string(), "x.in", {{"known", "K"}});
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(*good, "a K b << 1 std::vector<K> c\n");
  auto bad = render_template(folder.string(), "x.in", {});
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.error().message().find("<<known>>"), std::string::npos);
}

}  // namespace
