#include "app/verbs/doctor.h"

#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "app/verbs/verb.h"
#include "slipway/base/time.h"

namespace app {
namespace {

using slipway::Value;

struct Finding {
  std::string what, found, advice;  // advice empty = fine
  bool needed = false;
};

std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/bin:/bin";
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    const std::string file = std::string(rest.substr(0, colon)) + "/" + name;
    if (::access(file.c_str(), X_OK) == 0) return file;
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  for (const char* folder : {"/usr/sbin/", "/sbin/"})
    if (::access((folder + name).c_str(), X_OK) == 0) return folder + name;
  return {};
}

std::string first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

void program(std::vector<Finding>& out, const std::string& name, const std::string& package, const std::string& purpose, bool needed) {
  const std::string at = find_program(name);
  out.push_back({name + " (" + purpose + ")", at.empty() ? "missing" : at, at.empty() ? "apt-get install " + package : "", needed});
}

std::vector<Finding> examine() {
  std::vector<Finding> f;
  program(f, "g++", "build-essential", "export --verify builds with it", true);
  program(f, "cmake", "cmake", "export --verify", true);
  program(f, "ninja", "ninja-build", "export --verify", true);
  program(f, "git", "git", "re-export merges with it", false);
  program(f, "nginx", "nginx-light", "yardstick of http_hello", false);
  program(f, "wrk", "wrk", "yardstick of the load generator", false);
  f.push_back({"cores", std::to_string(std::thread::hardware_concurrency()), std::thread::hardware_concurrency() < 2 ? "live comparisons need two cores to pin server and generator apart" : "", false});
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  f.push_back({"open files", std::to_string(files.rlim_cur), files.rlim_cur < 4096 ? "load runs with many connections need more: ulimit -n 65536" : "", false});
  const std::string temporary = std::filesystem::temp_directory_path().string();
  struct statvfs disk {};
  if (::statvfs(temporary.c_str(), &disk) == 0) {
    const double gigabytes = static_cast<double>(disk.f_bavail) * static_cast<double>(disk.f_frsize) / 1e9;
    char text[32];
    std::snprintf(text, sizeof text, "%.1f GB", gigabytes);
    f.push_back({"room in " + temporary, text, gigabytes < 2 ? "export --verify builds there and needs about 2 GB: set TMPDIR" : "", false});
  }
  const char* home = std::getenv("HOME");
  const bool writable = home && ::access(home, W_OK) == 0;
  f.push_back({"home folder", home ? home : "not set", writable ? "" : "the sample workspace is kept there; set HOME to a folder you may write to", false});
  const std::string clock = first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  f.push_back({"clock source", clock + (slipway::Ticks::uses_tsc() ? ", spans read the time-stamp counter" : ""), slipway::Ticks::uses_tsc() ? "" : "spans read clock_gettime, about 20 ns more each", false});
  const std::string governor = first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  f.push_back({"frequency governor", governor.empty() ? "not visible" : governor, governor.empty() || governor == "performance" ? "" : "figures vary; set it to performance while measuring", false});
  const std::string load = first_line("/proc/loadavg");
  f.push_back({"load now", load.substr(0, load.find(' ')), std::strtod(load.c_str(), nullptr) > std::thread::hardware_concurrency() ? "others use this machine: measured figures will be noisy" : "", false});
  const bool display = std::getenv("DISPLAY") || std::getenv("WAYLAND_DISPLAY");
  f.push_back({"display", display ? "yes" : "none", display ? "" : "the window opens offscreen only (slipway tour, slipway shots)", false});
  return f;
}

int doctor(bool json) {
  const auto findings = examine();
  bool healthy = true;
  Value::List list;
  Table t({"", "what", "found", "advice"});
  for (const auto& f : findings) {
    const bool bad = f.needed && !f.advice.empty();
    healthy = healthy && !bad;
    list.push_back(Value::object({{"what", Value(f.what)}, {"found", Value(f.found)}, {"advice", Value(f.advice)}, {"needed", Value(f.needed)}}));
    t.row({bad ? "missing" : f.advice.empty() ? "ok" : "note", f.what, f.found, f.advice});
  }
  if (json)
    print_json(Value(std::move(list)));
  else
    t.print();
  return healthy ? kDone : kNotHeld;
}

}  // namespace

void add_doctor(CLI::App& root, int& exit_code) {
  auto json = std::make_shared<bool>(false);
  auto* verb = root.add_subcommand("doctor", "What is installed, what is missing, what limits this machine");
  verb->add_flag("--json", *json, "Print JSON");
  verb->callback([json, &exit_code] { exit_code = doctor(*json); });
}

}  // namespace app
