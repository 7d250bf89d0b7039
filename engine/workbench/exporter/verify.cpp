// Verifying an export: configure, build with every warning an error, its own tests, install, start of the installed program, replay.
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "slipway/base/time.h"
#include "slipway/codec/codec.h"
#include "workbench/exporter/export_plan.h"
#include "workbench/exporter/locate.h"
#include "workbench/exporter/process.h"
#include "workbench/exporter/test_text.h"

namespace workbench::exporter {

namespace fs = std::filesystem;
using slipway::Result;
using slipway::Value;

bool VerifyReport::passed() const {
  return !steps.empty() && std::all_of(steps.begin(), steps.end(), [](const auto& s) { return s.passed; }) && (!has_cases || replayed > 0) && different == 0;
}

namespace {

class Verifier {
 public:
  Verifier(const ExportOptions& options, ExportControl& control) : options_(options), control_(control) {}

  Result<VerifyReport> run(VerifyMode mode) {
    auto where = locate();
    if (!where.ok()) return where.error();
    const std::string project = fs::absolute(options_.folder).string();
    const std::string build = project + "/build/verify";
    const std::string prefix = project + "/build/verify-installed";
    std::vector<std::string> configure = {"cmake", "-S", project, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DWARNINGS_AS_ERRORS=ON", "-DCMAKE_INSTALL_PREFIX=" + prefix,
                                          // Nothing may be fetched.
                                          "-DFETCHCONTENT_FULLY_DISCONNECTED=ON"};
    if (mode == VerifyMode::Installed) {
      std::string package = where->package;
      if (package.empty()) {
        package = project + "/build/engine";
        if (!step("engine", {"cmake", "--install", where->build_tree, "--prefix", package, "--component", "engine"})) return report_;
      }
      configure.push_back("-DUSE_SYSTEM_ENGINE=ON");
      configure.push_back("-DCMAKE_PREFIX_PATH=" + package);
    } else {
      configure.push_back("-DUSE_SYSTEM_ENGINE=OFF");
    }
    if (!step("configure", configure)) return report_;
    if (!step("build", {"cmake", "--build", build})) return report_;
    if (!step("tests", {"ctest", "--test-dir", build, "--output-on-failure", "--no-tests=error"})) return report_;
    if (!all_tests_ran(project)) return report_;
    // Only the project's own parts, not the framework's.
    if (!step("install", {"cmake", "--install", build, "--component", "service"})) return report_;
    const std::string binary = prefix + "/bin/" + options_.service;
    if (!step("start", {binary, "--check"})) return report_;
    report_.has_cases = fs::exists(project + "/tests/replay/cases");
    if (!report_.has_cases) return report_;
    if (!step("replay", {build + "/bin/" + options_.service + "_replay", "--binary", binary, "--cases", project + "/tests/replay/cases"})) {
      count();
      return report_;
    }
    count();
    if (report_.replayed == 0) report_.steps.back().passed = false;
    return report_;
  }

 private:
  bool step(const std::string& name, const std::vector<std::string>& words) {
    const auto begin = slipway::Clock::system().now();
    if (control_.on_output) control_.on_output(name, "");
    VerifyStep s;
    s.name = name;
    auto ended = run_process(words, options_.folder, {"http_proxy=http://127.0.0.1:9", "https_proxy=http://127.0.0.1:9", "LC_ALL=C.UTF-8"},
                             [&](const std::string& line) {
                               if (control_.on_output) control_.on_output(name, line);
                             },
                             control_.cancelled);
    s.took_ns = (slipway::Clock::system().now() - begin).count();
    s.passed = ended.ok() && ended->code == 0;
    s.output = ended.ok() ? ended->output : ended.error().to_string();
    report_.steps.push_back(std::move(s));
    return report_.steps.back().passed;
  }

  // "0 tests passed" and a test program that was not found by ctest look green: the number must be the one that the files hold.
  bool all_tests_ran(const std::string& project) {
    VerifyStep& tests = report_.steps.back();
    const auto at = tests.output.rfind("tests failed out of ");
    report_.tests_run = at == std::string::npos ? 0 : std::strtoull(tests.output.c_str() + at + 20, nullptr, 10);
    const TestCount expected = count_tests(project);
    report_.tests_expected = expected.count;
    if (report_.tests_run > 0 && (expected.exact ? report_.tests_run == expected.count : report_.tests_run >= expected.count)) return true;
    tests.passed = false;
    tests.output += "\n" + std::to_string(report_.tests_run) + " tests ran, the files of the project hold " + std::to_string(expected.count) + "\n";
    return false;
  }

  // The counts of the replay's JSON line.
  void count() {
    const std::string& out = report_.steps.back().output;
    const auto at = out.find("{\"replayed\"");
    if (at == std::string::npos) return;
    auto v = slipway::codec::parse_json(std::string_view(out).substr(at, out.find('\n', at) - at));
    if (!v.ok()) return;
    report_.replayed = static_cast<std::size_t>((*v)["replayed"].as_int());
    report_.equal = static_cast<std::size_t>((*v)["equal"].as_int());
    report_.different = static_cast<std::size_t>((*v)["different"].as_int());
    report_.masked = static_cast<std::size_t>((*v)["masked"].as_int());
    if (const Value& all = (*v)["operations"]; all.is_list())
      for (const Value& o : all.as_list()) report_.operations.push_back({o["name"].to_text(), static_cast<std::size_t>(o["cases"].as_int()), static_cast<std::size_t>(o["equal"].as_int())});
    if (const Value& lines = (*v)["lines"]; lines.is_list())
      for (const Value& line : lines.as_list()) report_.differences.push_back(line.to_text());
  }

  const ExportOptions options_;
  ExportControl& control_;
  VerifyReport report_;
};

}  // namespace

Result<VerifyReport> verify(const ExportOptions& options, VerifyMode mode, ExportControl& control) {
  if (!fs::exists(fs::path(options.folder) / "CMakeLists.txt")) return slipway::not_found(options.folder + " holds no exported project", "PROJECT_MISSING");
  return Verifier(options, control).run(mode);
}

}  // namespace workbench::exporter
