// An export is real: it builds without warnings, passes its tests, starts, and answers as the prototype did; and the replay that says
// so notices when a handler is changed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "slipway/codec/codec.h"
#include "workbench/exporter/export_plan.h"
#include "workbench/exporter/process.h"
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

struct ExportedOrders : testing::Test {
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "slipway-export-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
    loaded = workbench::workspace::load(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab");
    ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
    options.service = "orders";
    options.folder = folder + "/orders";
  }
  void TearDown() override {
    std::error_code ec;
    fs::remove_all(folder, ec);
  }
  void write_project() {
    auto p = plan(*loaded.workspace, options, control);
    ASSERT_TRUE(p.ok()) << p.error().to_string();
    EXPECT_GE(p->exchanges, 20u);
    auto w = write(*p, control);
    ASSERT_TRUE(w.ok()) << w.error().to_string();
  }
  VerifyReport verified(VerifyMode mode) {
    auto r = verify(options, mode, control);
    EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().to_string());
    if (!r.ok()) return {};
    for (const auto& s : r->steps) EXPECT_TRUE(s.passed) << s.name << ":\n" << s.output;
    EXPECT_TRUE(r->passed());
    EXPECT_GE(r->replayed, 20u);
    EXPECT_EQ(r->equal, r->replayed);
    EXPECT_EQ(r->masked, 0u);
    return *r;
  }
  // Exit code of a command in the project.
  int run(const std::vector<std::string>& words) {
    auto ended = run_process(words, options.folder, {}, {}, control.cancelled);
    EXPECT_TRUE(ended.ok()) << (ended.ok() ? "" : ended.error().to_string());
    last_output = ended.ok() ? ended->output : "";
    return ended.ok() ? ended->code : -1;
  }
  std::string folder, last_output;
  workbench::workspace::Loaded loaded;
  ExportOptions options;
  ExportControl control;
};

TEST_F(ExportedOrders, WithConstructorsAnswersAsThePrototypeAndTheReplayNoticesAChangedHandler) {
  write_project();
  verified(VerifyMode::Installed);
  const std::string build = options.folder + "/build/verify";
  const std::string binary = build + "/orders";

  // Nothing of the workbench is in the program.
  ASSERT_EQ(run({"sh", "-c", "nm -C '" + binary + "' | grep -c 'slipway::http::'"}), 0) << "its symbols are there to be looked at";
  EXPECT_EQ(run({"sh", "-c", "nm -C '" + binary + "' | grep 'workbench::'"}), 1) << last_output;

  // Recorded kinds of answers.
  bool ok = false, refused = false, limited = false, missing = false;
  for (const auto& entry : fs::directory_iterator(options.folder + "/tests/replay/cases")) {
    auto session = slipway::codec::read_document(entry.path().string());
    ASSERT_TRUE(session.ok());
    for (const auto& x : (*session)["exchanges"].as_list()) {
      const auto status = x["reply"]["status"].as_int();
      ok = ok || status == 201;
      refused = refused || status == 422;
      missing = missing || status == 404;
      limited = limited || status == 429;
    }
  }
  EXPECT_TRUE(ok && refused && missing && limited);

  // One change in each handler in turn: the answer's last literal.
  int mutated = 0;
  for (const auto& entry : fs::directory_iterator(options.folder + "/src/handlers")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string original = read_file(entry.path());
    std::string changed = original;
    const std::string end = "  co_return Status();\n}";
    const auto at = changed.rfind(end);
    ASSERT_NE(at, std::string::npos) << entry.path();
    changed.insert(at, "  call.reply.body += ' ';\n");
    write_file(entry.path(), changed);
    ASSERT_EQ(run({"cmake", "--build", build, "--target", "orders"}), 0) << last_output;
    EXPECT_EQ(run({build + "/replay", "--binary", binary, "--share", options.folder, "--cases", options.folder + "/tests/replay/cases"}), 1)
        << entry.path() << " was changed and the replay did not notice:\n" << last_output;
    write_file(entry.path(), original);
    ++mutated;
  }
  EXPECT_EQ(mutated, 4);

  // A setting that does not fit ends the program with 78 and names the place.
  EXPECT_EQ(run({binary, "--share", options.folder, "--config", options.folder + "/config/config.yaml", "--set", "orders.http.port=eighty", "--check"}), 78);
  EXPECT_NE(last_output.find("orders.http.port"), std::string::npos) << last_output;
}

TEST_F(ExportedOrders, WithNamedLazyInstancesAnswersAsThePrototype) {
  options.design = Design::G;
  options.vendor_engine = false;
  write_project();
  verified(VerifyMode::Installed);
}

TEST_F(ExportedOrders, FromItsVendoredCopyAnswersAsThePrototype) {
  if (!std::getenv("SLIPWAY_ALL_TESTS")) GTEST_SKIP() << "builds the whole engine again; ./slipway test --all runs it";
  write_project();
  verified(VerifyMode::Vendored);
}

TEST_F(ExportedOrders, ExportedAgainUnchangedWritesNothing) {
  options.vendor_engine = false;
  write_project();
  auto again = plan(*loaded.workspace, options, control);
  ASSERT_TRUE(again.ok());
  for (const auto& f : again->files) EXPECT_EQ(f.action, PlannedFile::Action::Same) << f.path;
}

TEST_F(ExportedOrders, EditsOfOnesOwnFilesAreKeptAndEditsOfGeneratedOnesStopTheExport) {
  options.vendor_engine = false;
  write_project();
  const fs::path handler = fs::path(options.folder) / "src/handlers/get_orders.cpp";
  const std::string mine = read_file(handler) + "// mine\n";
  write_file(handler, mine);
  fs::remove(fs::path(options.folder) / "tests/unit/config_test.cpp");
  write_project();
  EXPECT_EQ(read_file(handler), mine);
  EXPECT_FALSE(fs::exists(fs::path(options.folder) / "tests/unit/config_test.cpp")) << "what was deleted stays deleted";

  write_file(fs::path(options.folder) / "gen/support.cpp", "// edited\n");
  auto p = plan(*loaded.workspace, options, control);
  ASSERT_TRUE(p.ok());
  auto w = write(*p, control);
  ASSERT_FALSE(w.ok());
  EXPECT_EQ(w.error().reason(), "GENERATED_FILE_EDITED");
  EXPECT_NE(w.error().message().find("gen/support.cpp"), std::string::npos);
  EXPECT_EQ(read_file(fs::path(options.folder) / "gen/support.cpp"), "// edited\n") << "nothing is lost";
}

}  // namespace
