#include "workbench/compare/environment.h"

#include <sys/utsname.h>

#include <fstream>
#include <thread>

namespace workbench::compare {

namespace {

std::string first_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  return line;
}

// The value of "name<tabs>: value" in /proc/cpuinfo.
std::string cpuinfo(const std::string& name) {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.rfind(name, 0) == 0)
      if (const auto colon = line.find(": "); colon != std::string::npos) return line.substr(colon + 2);
  return {};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> describe_environment() {
  std::vector<std::pair<std::string, std::string>> out;
  const auto add = [&out](std::string name, std::string value) {
    if (!value.empty()) out.emplace_back(std::move(name), std::move(value));
  };
  add("cpu", cpuinfo("model name"));
  add("cores", std::to_string(std::thread::hardware_concurrency()));
  utsname kernel{};
  if (uname(&kernel) == 0) add("kernel", std::string(kernel.sysname) + " " + kernel.release);
  add("governor", first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
  const auto load = first_line("/proc/loadavg");
  add("load", load.substr(0, load.find(' ')));
  if (cpuinfo("flags").find(" hypervisor") != std::string::npos)
    add("virtual", "yes: other machines share this processor");
#ifdef NDEBUG
  add("build", "release");
#else
  add("build", "debug: timings of micro and live comparisons are not those of a release build");
#endif
  return out;
}

}  // namespace workbench::compare
