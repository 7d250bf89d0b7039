// Footprint: what this process holds, to tell a leak by its growth.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tests {

struct Footprint {
  long descriptors = 0, threads = 0;
  long resident_kib = 0;

  static Footprint now() {
    const auto count = [](const char* folder) {
      return static_cast<long>(std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
    };
    Footprint f;
    f.descriptors = count("/proc/self/fd") - 1;  // but the one that looks
    f.threads = count("/proc/self/task");
    long size = 0;
    std::ifstream("/proc/self/statm") >> size >> f.resident_kib;
    f.resident_kib *= sysconf(_SC_PAGESIZE) / 1024;
    return f;
  }
};

}  // namespace tests
