#include "panels/kit/story_export.h"

namespace panels::kit::story {

using namespace workbench::exporter;

ExportPlan export_plan() {
  using A = PlannedFile::Action;
  using C = FileClass;
  ExportPlan plan;
  plan.options.service = "gateway";
  plan.options.folder = "~/code/gateway";
  plan.exchanges = 412, plan.vendored_files = 214;
  const std::string head = "// The steps that every call of gateway passes, outermost first.\n#include \"chain.h\"\n\nnamespace gateway {\n\nmiddleware::Chain gateway_chain(Config& cfg) {\n  middleware::Chain chain;\n"
                           "  chain.use(middleware::recovery());\n  chain.use(middleware::tracing({.sample = 1.0}));\n  chain.use(middleware::logging({.slow = 50ms}));\n"
                           "  chain.use(auth::keys(cfg.secret(\"gateway.auth.keys\")));\n";
  const std::string tail = "  chain.use(middleware::timeout(2s));\n  return chain;\n}\n\n}  // namespace gateway\n";
  const std::string before = head + "  chain.use(middleware::rate_limit(\n      2000, 50));\n  chain.use(middleware::compress());\n" + tail;
  const std::string after = head + "  chain.use(middleware::rate_limit({\n      .rate  = cfg.watch<Rate>(\"gateway.rate_limit.rate\"),\n      .burst = 50,\n      .key   = key::header(\"x-api-key\"),\n  }));\n" + tail;
  const auto add = [&plan](const char* path, C file_class, A action, std::string content, std::string present = {}) {
    PlannedFile f;
    f.path = path, f.file_class = file_class, f.action = action;
    f.content = std::move(content);
    f.present = action == A::Create ? std::string() : present.empty() ? f.content : std::move(present);
    plan.files.push_back(std::move(f));
  };
  add("CMakeLists.txt", C::Generated, A::Overwrite, "cmake_minimum_required(VERSION 3.25)\nproject(gateway CXX)\n", "cmake_minimum_required(VERSION 3.22)\nproject(gateway CXX)\n");
  add("README.md", C::Scaffold, A::Keep, "# gateway\n");
  add("config/service.toml", C::Merged, A::Overwrite, "[gateway.rate_limit]\nrate = 4000\nburst = 50\n", "[gateway.rate_limit]\nrate = 2000\nburst = 50\n");
  add("slipway.lock", C::Generated, A::Overwrite, "version = 2\n", "version = 1\n");
  add("src/chain.cpp", C::Generated, A::Overwrite, after, before);
  add("src/handlers/get_order.cpp", C::Generated, A::Same, "// GET /orders/{id}\n");
  add("src/handlers/post_orders.cpp", C::Scaffold, A::Keep, "// POST /orders\n");
  add("src/main.cpp", C::Generated, A::Same, "int main(int argc, char** argv) { return gateway::run(argc, argv); }\n");
  add("tests/rate_limit_test.cpp", C::Generated, A::Create, "// The limit holds, and says when to come back.\n");
  add("tests/replay_test.cpp", C::Generated, A::Create, "// Recorded traffic gets the same answers.\n");
  return plan;
}

VerifyReport export_report() {
  VerifyReport report;
  report.steps = {{"configure", true, 3'200'000'000, "CMake, gcc 12.2, Release, 3 components"}, {"build", true, 48'700'000'000, "63 objects, 0 warnings"}, {"tests", true, 2'900'000'000, "100% tests passed, 0 tests failed out of 38"},
                  {"install", true, 400'000'000, "bin/gateway, config"}, {"start", true, 400'000'000, "listening on 127.0.0.1:18080, first answer 61 ms"}, {"replay", true, 5'800'000'000, "412 equal, 0 different"}};
  report.operations = {{"POST /orders", 120, 120}, {"GET /orders/{}", 160, 160}, {"GET /orders", 52, 52}, {"POST /orders/{}/cancel", 40, 40}, {"GET /healthz", 40, 40}};
  report.replayed = report.equal = 412;
  return report;
}

}  // namespace panels::kit::story
