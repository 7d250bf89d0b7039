// A workspace folder of a test: made from texts, removed at the end.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "slipway/config/atomic_file.h"
#include "workbench/workspace/load.h"

namespace workbench::workspace {

struct Folder {
  std::filesystem::path path = std::filesystem::temp_directory_path() /
                               ("slipway-workspace-" + std::to_string(::getpid()) + "-" +
                                ::testing::UnitTest::GetInstance()->current_test_info()->name());
  Folder() { std::filesystem::remove_all(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  void write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(slipway::config::write_file((path / name).string(), text).ok());
  }
  std::string read(const std::string& name) const {
    auto r = slipway::config::read_file((path / name).string());
    return r ? *r : "";
  }
  std::string str() const { return path.string(); }
  // A small workspace that loads.
  void hello() const {
    write("workspace.yaml", "name: lab\n");
    write("services/hello.yaml",
          "service: hello\nhttp: { port: 8090 }\nroutes:\n  - GET /hello/{name}:\n      - reply: { body: { message: \"hello {{path.name}}\" } }\n");
  }
};

inline std::string texts(const std::vector<Problem>& problems) {
  std::string out;
  for (const auto& p : problems) out += p.text() + "\n";
  return out;
}

}  // namespace workbench::workspace
