// What an export writes and what it leaves alone; nothing is built here.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "workbench/exporter/export_plan.h"
#include "workbench/exporter/project_text.h"
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
    options.vendor_engine = false;
    options.record = false;
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
  const std::vector<std::string> golden = {".clang-format",
                                           ".github/workflows/ci.yml",
                                           ".gitignore",
                                           "CMakeLists.txt",
                                           "CMakePresets.json",
                                           "README.md",
                                           "config/config.testing.yaml",
                                           "config/config.yaml",
                                           "deploy/Dockerfile",
                                           "deps/debian.txt",
                                           "dev",
                                           "gen/schema.cpp",
                                           "gen/schema.h",
                                           "gen/support.cpp",
                                           "gen/support.h",
                                           "protos/inventory.proto",
                                           "schema/orders.sql",
                                           "src/handlers/delete_orders_id.cpp",
                                           "src/handlers/get_orders.cpp",
                                           "src/handlers/get_orders_id.cpp",
                                           "src/handlers/handlers.h",
                                           "src/handlers/post_orders.cpp",
                                           "src/main.cpp",
                                           "src/wire.cpp",
                                           "src/wire.h",
                                           "tests/replay/replay.cpp",
                                           "tests/unit/config_test.cpp",
                                           "tests/unit/routes_test.cpp"};
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
  EXPECT_GE(edited.size(), 10u);
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

TEST_F(ExportedProject, ATextFileChangedOnBothSidesInOnePlaceIsKeptAndTheNewTextPutAside) {
  write_project();
  const fs::path config = project("config/config.yaml");
  const std::string mine = replaced(read_file(config), "port: 8081", "port: 80");
  write_file(config, mine);
  const fs::path service = folder / "lab/services/orders.yaml";
  write_file(service, replaced(read_file(service), "port: 8081", "port: 8999"));
  load();
  const auto p = planned();
  ASSERT_EQ(p.notes.size(), 1u);
  EXPECT_NE(p.notes[0].find("config/config.yaml"), std::string::npos);
  ASSERT_TRUE(write(p, control).ok());
  EXPECT_EQ(read_file(config), mine);
  EXPECT_NE(read_file(project(".slipway/merge/config/config.yaml")).find("port: 8999"), std::string::npos);
}

TEST_F(ExportedProject, ARouteAddedLaterIsWrittenAndTheOwnersOfItsWiringAreTold) {
  write_project();
  const fs::path service = folder / "lab/services/orders.yaml";
  write_file(service, read_file(service) + "  - GET /ping:\n      - reply: { body: { pong: true } }\n");
  load();
  const auto p = planned();
  std::string notes;
  for (const auto& n : p.notes) notes += n + "\n";
  EXPECT_NE(notes.find("src/wire.cpp is yours"), std::string::npos) << notes;
  EXPECT_NE(notes.find("CMakeLists.txt is yours"), std::string::npos) << notes;
  const std::string wire = read_file(project("src/wire.cpp"));
  ASSERT_TRUE(write(p, control).ok());
  EXPECT_TRUE(fs::exists(project("src/handlers/get_ping.cpp")));
  EXPECT_EQ(read_file(project("src/wire.cpp")), wire);
  EXPECT_NE(read_file(project(".slipway/merge/src/wire.cpp")).find("GetPing"), std::string::npos);
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
