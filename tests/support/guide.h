// Guide pages whose C++ is compiled: every block of a page stands in the test file, line for line.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace tests {

inline std::string text_of(const std::string& file) {
  std::ostringstream out;
  out << std::ifstream(std::string(SLIPWAY_SOURCE_DIR) + "/" + file).rdbuf();
  return out.str();
}

// Lines without their indentation, empty ones left out.
inline std::string bare(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    const auto from = line.find_first_not_of(" \t"), to = line.find_last_not_of(" \t");
    if (from != std::string::npos) out.append(line, from, to - from + 1) += '\n';
  }
  return out;
}

inline void expect_blocks_compiled(const std::string& page, const std::string& test_file, int least) {
  const std::string compiled = bare(text_of(test_file)), guide = text_of(page);
  int blocks = 0;
  for (std::size_t at = 0; (at = guide.find("```cpp\n", at)) != std::string::npos;) {
    at += 7;
    const std::size_t end = guide.find("```", at);
    ASSERT_NE(end, std::string::npos);
    const std::string block = bare(guide.substr(at, end - at));
    EXPECT_NE(compiled.find(block), std::string::npos) << page << ": not compiled in " << test_file << ":\n" << block;
    ++blocks;
    at = end + 3;
  }
  EXPECT_GE(blocks, least) << page;
}

}  // namespace tests
