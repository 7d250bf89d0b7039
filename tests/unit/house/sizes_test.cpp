// Files stay one idea: no source of the window over 600 lines, the main window under 400.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

namespace fs = std::filesystem;

long lines_of(const fs::path& file) {
  std::ifstream in(file);
  return std::count(std::istreambuf_iterator<char>(in), {}, '\n');
}

TEST(Sizes, NoSourceOfTheWindowIsOver600Lines) {
  const fs::path root = SLIPWAY_SOURCE_DIR;
  int seen = 0;
  for (const char* folder : {"app/window", "panels"})
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".h" && extension != ".cpp") continue;
      ++seen;
      EXPECT_LE(lines_of(entry.path()), 600) << fs::relative(entry.path(), root).string() << ": two ideas by now, part them";
    }
  EXPECT_GT(seen, 80);
}

TEST(Sizes, TheMainWindowStaysUnder400Lines) {
  const fs::path root = SLIPWAY_SOURCE_DIR;
  for (const char* file : {"app/window/window.cpp", "app/window/window.h"}) EXPECT_LT(lines_of(root / file), 400) << file;
}

}  // namespace
