// The lists in deps/ name packages that the script finds again: what is installed under another name would be fetched at every run.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#') lines.push_back(line);
  return lines;
}

TEST(Packages, AreInstalledUnderTheNamesThatTheListsGive) {
  if (std::system("command -v dpkg-query >/dev/null 2>&1") != 0) GTEST_SKIP() << "no dpkg-query: not a Debian";
  for (const char* list : {"debian.txt", "debian-test.txt"}) {
    const auto names = lines_of(fs::path(SLIPWAY_SOURCE_DIR) / "deps" / list);
    ASSERT_FALSE(names.empty()) << list;
    for (const std::string& name : names)
      EXPECT_EQ(std::system(("dpkg-query -W -f '${db:Status-Abbrev}' " + name + " 2>/dev/null | grep -q '^ii'").c_str()), 0)
          << "deps/" << list << ": " << name << " is not installed under this name (a virtual package? name the one that provides it)";
  }
}

TEST(Packages, StandInOrderEachOnce) {
  for (const auto& entry : fs::directory_iterator(fs::path(SLIPWAY_SOURCE_DIR) / "deps")) {
    const auto names = lines_of(entry.path());
    for (size_t i = 1; i < names.size(); ++i) EXPECT_LT(names[i - 1], names[i]) << entry.path();
  }
}

}  // namespace
