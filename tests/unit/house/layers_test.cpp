// The house keeps its shape: includes go down the layers, and within the framework down the floors.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>

namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file, target;
};

std::vector<Include> includes_below(const std::string& folder) {
  std::vector<Include> found;
  const fs::path root = fs::path(SLIPWAY_SOURCE_DIR);
  const std::regex pattern(R"re(^\s*#include\s+([<"])([^>"]+)[>"])re");
  if (!fs::exists(root / folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    const auto extension = entry.path().extension();
    if (extension != ".h" && extension != ".cpp") continue;
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      std::smatch m;
      if (std::regex_search(line, m, pattern)) found.push_back({fs::relative(entry.path(), root).string(), m[2]});
    }
  }
  return found;
}

// Floors of design: a module includes its own floor's declared neighbours and whatever lies below.
const std::map<std::string, int> kFloors = {
    {"base", 0},       {"context", 1},  {"codec", 1},     {"config", 2},   {"telemetry", 2}, {"validate", 2},
    {"middleware", 3}, {"values", 3},   {"resilience", 3}, {"registry", 3}, {"balance", 3},   {"transport", 3},
    {"http", 4},       {"grpc", 4},     {"data", 5},      {"cache", 5},    {"adapters", 5},  {"app", 6},
    {"instance", 6},   {"inject", 6},   {"g", 6},         {"plugin", 6},     {"protoc", 6}};

TEST(House, FrameworkIncludesNothingAboveIt) {
  const auto all = includes_below("engine/slipway");
  ASSERT_GT(all.size(), 100u);
  for (const auto& i : all) {
    EXPECT_FALSE(i.target.starts_with("workbench/") || i.target.starts_with("panels/") || i.target.starts_with("app/")) << i.file << " includes " << i.target;
    EXPECT_FALSE(i.target[0] == 'Q' && i.target.size() > 1 && std::isupper(static_cast<unsigned char>(i.target[1]))) << i.file << " includes Qt: " << i.target;
  }
}

TEST(House, WorkbenchIncludesNeitherPanelsNorAppNorQt) {
  for (const auto& i : includes_below("engine/workbench")) {
    EXPECT_FALSE(i.target.starts_with("panels/") || i.target.starts_with("app/")) << i.file << " includes " << i.target;
    EXPECT_FALSE(i.target[0] == 'Q' && i.target.size() > 1 && std::isupper(static_cast<unsigned char>(i.target[1]))) << i.file << " includes Qt: " << i.target;
  }
}

TEST(House, PanelsDoNotIncludeTheApp) {
  for (const auto& i : includes_below("panels")) EXPECT_FALSE(i.target.starts_with("app/")) << i.file << " includes " << i.target;
}

TEST(House, FrameworkModulesIncludeOnlyTheirFloorAndBelow) {
  for (const auto& i : includes_below("engine/slipway")) {
    if (!i.target.starts_with("slipway/")) continue;
    const std::string from = fs::path(i.file).parent_path().filename().string();
    std::string to = i.target.substr(8);
    to = to.substr(0, to.find('/'));
    ASSERT_TRUE(kFloors.count(from)) << from << " has no floor: add it to the list and to the design";
    ASSERT_TRUE(kFloors.count(to)) << i.file << " includes " << i.target << ", which has no floor";
    EXPECT_LE(kFloors.at(to), kFloors.at(from)) << i.file << " includes " << i.target << " of a higher floor";
  }
}

TEST(House, NothingReadsOutsideTheRepository) {
  for (const char* folder : {"app", "engine", "panels", "tests", "benches"})
    for (const auto& i : includes_below(folder)) EXPECT_FALSE(i.target.find("..") != std::string::npos) << i.file << " includes " << i.target;
}

}  // namespace
