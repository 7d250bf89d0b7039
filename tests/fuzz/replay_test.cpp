// Every fuzz target over its seeds in fixtures/fuzz/<name>/ (and what fuzzing found there once), and over mutations of them
// from a fixed seed, so that a sanitizer sees the parsers' edges in each run.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/fuzz/targets.h"

namespace {

namespace fs = std::filesystem;

std::vector<std::string> seeds_of(std::string_view name) {
  std::vector<std::string> seeds;
  std::error_code none;
  for (const auto& file : fs::directory_iterator(fs::path(SLIPWAY_SOURCE_DIR) / "fixtures/fuzz" / name, none)) {
    std::ifstream in(file.path(), std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  std::sort(seeds.begin(), seeds.end());
  return seeds;
}

std::string present;  // what a broken property prints, so that it can become a seed

void print_present(int) {
  std::fputs("the bytes: \"", stderr);
  for (const unsigned char c : present)
    if (c >= ' ' && c < 127 && c != '\\' && c != '"')
      std::fputc(c, stderr);
    else
      std::fprintf(stderr, "\\x%02x", c);
  std::fputs("\"\n", stderr);
}

class Fuzz : public testing::TestWithParam<fuzz::Target> {};

TEST_P(Fuzz, SeedsAndTheirMutationsBreakNothing) {
  const auto seeds = seeds_of(GetParam().name);
  ASSERT_GE(seeds.size(), 2u) << "fixtures/fuzz/" << GetParam().name;
  std::signal(SIGABRT, print_present);
  for (const auto& seed : seeds) {
    present = seed;
    GetParam().run(seed);
  }
  std::mt19937 random(1);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int i = 0; i < 1'000; ++i) {
    std::string bytes = seeds[below(seeds.size())];
    for (std::size_t k = 1 + below(4); k > 0; --k) {
      const std::size_t at = bytes.empty() ? 0 : below(bytes.size());
      switch (below(5)) {
        case 0: if (!bytes.empty()) bytes[at] = static_cast<char>(random()); break;
        case 1: bytes.insert(at, 1, "\r\n\0\"\\'#;=:.{}[]$%&- \t\xff"[below(23)]); break;
        case 2: bytes.erase(at, 1 + below(8)); break;
        case 3: bytes.insert(at, bytes.substr(at, below(16))); break;
        default: {
          const std::string& other = seeds[below(seeds.size())];
          bytes = bytes.substr(0, at) + other.substr(other.empty() ? 0 : below(other.size()));
        }
      }
    }
    present = bytes;
    GetParam().run(bytes);
  }
  std::signal(SIGABRT, SIG_DFL);
}

INSTANTIATE_TEST_SUITE_P(Each, Fuzz, testing::ValuesIn(fuzz::targets().begin(), fuzz::targets().end()), [](const auto& info) { return std::string(info.param.name); });

}  // namespace
