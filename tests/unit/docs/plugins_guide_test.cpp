// The C++ of docs/guide/plugins.md stands, line for line, in the plugins of the tests or in their tests.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

// Lines without their indentation, empty ones left out.
std::string bare(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    const auto from = line.find_first_not_of(" \t");
    if (from != std::string::npos) out.append(line, from, line.find_last_not_of(" \t") - from + 1) += '\n';
  }
  return out;
}

}  // namespace

TEST(GuideToPlugins, EveryBlockOfItIsCompiledInTheTests) {
  const std::string root = SLIPWAY_SOURCE_DIR;
  std::string compiled;
  for (const char* folder : {"/tests/plugins", "/tests/unit/plugin"})
    for (const auto& file : std::filesystem::directory_iterator(root + folder))
      if (file.path().extension() == ".cpp") compiled += bare(text_of(file.path().string()));
  const std::string guide = text_of(root + "/docs/guide/plugins.md");
  int blocks = 0;
  for (std::size_t at = 0; (at = guide.find("```cpp\n", at)) != std::string::npos; ++blocks) {
    at += 7;
    const std::size_t end = guide.find("```", at);
    ASSERT_NE(end, std::string::npos);
    const std::string block = bare(guide.substr(at, end - at));
    EXPECT_NE(compiled.find(block), std::string::npos) << "not compiled in the tests:\n" << block;
    at = end + 3;
  }
  EXPECT_GE(blocks, 6);
}
