// An export is real: it builds without warnings, passes its tests, starts, and answers as the prototype did; and the checks that say
// so notice when a handler or a setting is changed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <set>
#include <sstream>

#include "slipway/codec/codec.h"
#include "workbench/exporter/export_plan.h"
#include "workbench/exporter/lock.h"
#include "workbench/exporter/process.h"
#include "workbench/workspace/load.h"

namespace {

namespace fs = std::filesystem;
using namespace workbench::exporter;

struct Exported : testing::Test {
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "slipway-export-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
    ASSERT_TRUE(workbench::workspace::copy_sample(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab", folder + "/lab").ok());
    loaded = workbench::workspace::load(folder + "/lab");
    ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
    options.service = "orders";
    options.folder = folder + "/für Tests/orders";   // a path as people have it
  }
  void TearDown() override {
    std::error_code ec;
    if (!std::getenv("SLIPWAY_KEEP_EXPORTS")) fs::remove_all(folder, ec);
  }
  void write_project() {
    auto p = plan(*loaded.workspace, options, control);
    ASSERT_TRUE(p.ok()) << p.error().to_string();
    planned = std::move(*p);
    auto w = write(planned, control);
    ASSERT_TRUE(w.ok()) << w.error().to_string();
  }
  VerifyReport verified(VerifyMode mode) {
    // Whatever the program reads, it is not the workspace.
    fs::remove_all(folder + "/lab");
    auto r = verify(options, mode, control);
    EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().to_string());
    if (!r.ok()) return {};
    for (const auto& s : r->steps) EXPECT_TRUE(s.passed) << s.name << ":\n" << s.output;
    EXPECT_TRUE(r->passed());
    EXPECT_EQ(r->tests_run, planned.tests);
    EXPECT_EQ(r->tests_expected, planned.tests);
    EXPECT_EQ(r->equal, r->replayed);
    EXPECT_EQ(r->replayed, planned.exchanges);
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
  static std::set<std::string> words(const std::string& text) {
    std::istringstream in(text);
    return {std::istream_iterator<std::string>(in), {}};
  }
  std::string at(const std::string& path) const { return options.folder + "/" + path; }
  int replay() { return run({at("build/verify/bin/orders_replay"), "--binary", at("build/verify/bin/orders"), "--share", options.folder, "--cases", at("tests/replay/cases")}); }
  void expect_nothing_of_the_workbench(const std::string& binary) {
    ASSERT_EQ(run({"sh", "-c", "nm -C '" + binary + "' | grep -c 'slipway::http::'"}), 0) << "its symbols are there to be looked at";
    EXPECT_EQ(run({"sh", "-c", "nm -C '" + binary + "' | grep 'workbench::'"}), 1) << last_output;
  }
  std::string folder, last_output;
  workbench::workspace::Loaded loaded;
  ExportOptions options;
  ExportControl control;
  ExportPlan planned;
};

TEST_F(Exported, OrdersWithConstructorsAnswersAsThePrototypeAndItsChecksNoticeChanges) {
  write_project();
  verified(VerifyMode::Installed);
  const std::string build = at("build/verify"), binary = build + "/bin/orders";
  expect_nothing_of_the_workbench(binary);

  // Recorded kinds of answers.
  std::set<std::int64_t> statuses;
  for (const auto& entry : fs::directory_iterator(at("tests/replay/cases"))) {
    auto session = slipway::codec::read_document(entry.path().string());
    ASSERT_TRUE(session.ok());
    for (const auto& x : (*session)["exchanges"].as_list()) statuses.insert(x["reply"]["status"].as_int());
  }
  EXPECT_GE(planned.exchanges, 20u);
  for (int wanted : {200, 201, 404, 422, 429}) EXPECT_TRUE(statuses.contains(wanted)) << wanted;

  // One change in each handler in turn: the end of its answer.
  int mutated = 0;
  for (const auto& entry : fs::directory_iterator(at("src/handlers"))) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string original = read_text(entry.path().string());
    std::string changed = original;
    const std::string end = "  co_return Status();\n}";
    const auto place = changed.rfind(end);
    ASSERT_NE(place, std::string::npos) << entry.path();
    changed.insert(place, "  call.reply.body += ' ';\n");
    ASSERT_TRUE(write_text(entry.path().string(), changed).ok());
    ASSERT_EQ(run({"cmake", "--build", build, "--target", "orders"}), 0) << last_output;
    EXPECT_EQ(replay(), 1) << entry.path() << " was changed and the replay did not notice:\n" << last_output;
    ASSERT_TRUE(write_text(entry.path().string(), original).ok());
    ++mutated;
  }
  EXPECT_EQ(mutated, 4);

  // A setting that does not fit: the tests notice, and the program ends with 78, the file and the line.
  const std::string config = read_text(at("config/config.yaml"));
  std::string changed = config;
  const auto port = changed.find("    port: 8081");
  ASSERT_NE(port, std::string::npos);
  changed.replace(port, 14, "    port: eighty");
  ASSERT_TRUE(write_text(at("config/config.yaml"), changed).ok());
  EXPECT_NE(run({build + "/bin/orders_unit", "--gtest_filter=Config.*"}), 0);
  EXPECT_EQ(run({binary, "--share", options.folder, "--check"}), 78);
  const auto line = std::to_string(1 + std::count(changed.begin(), changed.begin() + static_cast<std::ptrdiff_t>(port), '\n'));
  EXPECT_NE(last_output.find("config.yaml:" + line + ":"), std::string::npos) << last_output;
  EXPECT_NE(last_output.find("orders.http.port"), std::string::npos) << last_output;
  ASSERT_TRUE(write_text(at("config/config.yaml"), config).ok());

  // The image installs every library that the program loads, or a package that brings it along.
  // dpkg knows /lib/x, the loader's /usr/lib/x is the same file.
  ASSERT_EQ(run({"sh", "-c", "ldd '" + binary + "' | awk '/=> \\//{print $3}' | xargs realpath | sed 's#.*/#*/x86_64-linux-gnu/#' | xargs dpkg-query -S | cut -d: -f1 | sort -u"}), 0) << last_output;
  const std::set<std::string> needed = words(last_output);
  EXPECT_TRUE(needed.contains("libgrpc++1.51")) << last_output;
  std::string installed;
  const std::string dockerfile = read_text(at("deploy/Dockerfile"));
  const auto list = dockerfile.rfind("--no-install-recommends ") + 24;
  installed = dockerfile.substr(list, dockerfile.find(" \\\n", list) - list);
  ASSERT_EQ(run({"sh", "-c", "apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances libstdc++6 " + installed + " | grep '^[a-z]'"}), 0) << last_output;
  const std::set<std::string> brought = words(last_output);
  for (const auto& package : needed) EXPECT_TRUE(brought.contains(package)) << package << " is missing in deploy/Dockerfile: " << installed;
}

TEST_F(Exported, OrdersWithNamedLazyInstancesAnswersAsThePrototype) {
  options.design = Design::G;
  options.without = {"engine"};
  write_project();
  verified(VerifyMode::Installed);
}

TEST_F(Exported, OrdersFromItsVendoredCopyAnswersAsThePrototype) {
  if (!std::getenv("SLIPWAY_ALL_TESTS")) GTEST_SKIP() << "builds the whole engine again; ./slipway test --all runs it";
  write_project();
  verified(VerifyMode::Vendored);
  expect_nothing_of_the_workbench(at("build/verify/bin/orders"));
}

TEST_F(Exported, EveryOtherServiceBuildsPassesItsTestsAndStartsInBothDesigns) {
  if (!std::getenv("SLIPWAY_ALL_TESTS")) GTEST_SKIP() << "builds six projects; ./slipway test --all runs it";
  for (const char* service : {"gateway", "inventory", "pricing"})
    for (Design design : {Design::Injected, Design::G}) {
      SCOPED_TRACE(std::string(service) + (design == Design::G ? ", g" : ", injected"));
      options.service = service;
      options.design = design;
      options.folder = folder + "/" + service + (design == Design::G ? "-g" : "");
      options.without = {"engine"};
      write_project();
      auto r = verify(options, VerifyMode::Installed, control);
      ASSERT_TRUE(r.ok()) << r.error().to_string();
      for (const auto& s : r->steps) EXPECT_TRUE(s.passed) << s.name << ":\n" << s.output;
      EXPECT_TRUE(r->passed());
      EXPECT_EQ(r->tests_run, planned.tests);
      expect_nothing_of_the_workbench(at("build/verify/bin/" + std::string(service)));
    }
}

// An operation that the prototype got later compiles and answers 501; one that it lost no longer compiles.
TEST_F(Exported, AnAddedOperationCompilesAndARemovedOneIsNoticedByTheCompiler) {
  if (!std::getenv("SLIPWAY_ALL_TESTS")) GTEST_SKIP() << "builds the project three times; ./slipway test --all runs it";
  options.without = {"engine", "replay", "bench", "functional"};
  write_project();
  auto first = verify(options, VerifyMode::Installed, control);
  ASSERT_TRUE(first.ok() && first->passed());
  const std::string file = folder + "/lab/services/orders.yaml", text = read_text(file);
  ASSERT_TRUE(write_text(file, text + "  - GET /ping:\n      - reply: { body: { pong: true } }\n").ok());
  loaded = workbench::workspace::load(folder + "/lab");
  write_project();
  EXPECT_EQ(run({"cmake", "--build", at("build/verify")}), 0) << last_output;
  EXPECT_NE(run({at("build/verify/bin/orders_contract"), "--gtest_filter=Contract.GetPing*"}), 0);
  EXPECT_NE(last_output.find("has no handler"), std::string::npos) << last_output;

  ASSERT_TRUE(write_text(file, text.substr(0, text.find("  - DELETE /orders/{id}:"))).ok());
  loaded = workbench::workspace::load(folder + "/lab");
  write_project();
  EXPECT_NE(run({"cmake", "--build", at("build/verify"), "--target", "orders"}), 0);
  EXPECT_NE(last_output.find("delete_orders_id"), std::string::npos) << last_output;
}

// A project of somebody who only wants the framework.
TEST_F(Exported, TheInstalledFrameworkIsFoundByItsComponents) {
  const std::string prefix = folder + "/prefix", project = folder + "/consumer";
  fs::create_directories(project);
  options.folder = project;
  ASSERT_EQ(run({"cmake", "--install", SLIPWAY_BINARY_DIR, "--prefix", prefix, "--component", "engine"}), 0) << last_output;
  const auto write_cmake = [&](const std::string& component) {
    return write_text(project + "/CMakeLists.txt", "cmake_minimum_required(VERSION 3.25)\nproject(consumer CXX)\nset(CMAKE_CXX_STANDARD 20)\nfind_package(slipway 0.1 CONFIG REQUIRED COMPONENTS " + component +
                                                      ")\nadd_executable(consumer main.cpp)\ntarget_link_libraries(consumer PRIVATE slipway::http)\n");
  };
  ASSERT_TRUE(write_cmake("carrier_pigeons").ok());
  EXPECT_NE(run({"cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DCMAKE_PREFIX_PATH=" + prefix}), 0);
  EXPECT_NE(last_output.find("carrier_pigeons"), std::string::npos) << last_output;
  ASSERT_TRUE(write_cmake("http config").ok());
  ASSERT_TRUE(write_text(project + "/main.cpp", R"(#include "slipway/http/client.h"
#include "slipway/http/server.h"
int main() {
  slipway::transport::Workers workers({.count = 1, .blocking_threads = 1, .pin_to = {}});
  slipway::http::Server server(workers, {});
  if (!server.handle("GET", "/", [](slipway::middleware::Call& call) -> slipway::middleware::Outcome { call.reply.body = "{}"; return {}; }).ok()) return 2;
  if (!server.start().ok()) return 3;
  slipway::http::Client client(workers, {});
  slipway::http::ClientRequest request;
  request.url = server.endpoint().url() + "/";
  auto reply = client.send_blocking({}, request);
  return reply.ok() && reply->body == "{}" ? 0 : 1;
}
)").ok());
  ASSERT_EQ(run({"cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DCMAKE_PREFIX_PATH=" + prefix}), 0) << last_output;
  ASSERT_EQ(run({"cmake", "--build", "build"}), 0) << last_output;
  EXPECT_EQ(run({project + "/build/consumer"}), 0) << last_output;
}

}  // namespace
