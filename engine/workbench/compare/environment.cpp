#include "workbench/compare/environment.h"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
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

ProcessorUse::ProcessorUse() : begun_(now()) {}

double ProcessorUse::others() const {
  const Count ended = now();
  const double all = ended.all - begun_.all;
  const double others = ended.busy - begun_.busy - (ended.own - begun_.own);
  return all > 0 ? std::clamp(others / all, 0.0, 1.0) : 0;
}

ProcessorUse::Count ProcessorUse::now() {
  Count out;
  // "cpu  user nice system idle iowait irq softirq steal ...": steal is what other machines took.
  std::ifstream in("/proc/stat");
  std::string name;
  in >> name;
  const double tick = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  for (int column = 0; column < 8; ++column) {
    double ticks = 0;
    if (!(in >> ticks)) break;
    out.all += ticks * tick;
    if (column != 3 && column != 4) out.busy += ticks * tick;
  }
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage use{};
    if (getrusage(who, &use) != 0) continue;
    for (const auto& time : {use.ru_utime, use.ru_stime}) out.own += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  }
  return out;
}

}  // namespace workbench::compare
