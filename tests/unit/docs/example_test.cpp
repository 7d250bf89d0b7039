// docs/guide/getting-started.md: its workspace loads, and its tables know every behaviour and every option of the middleware.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "slipway/middleware/builtin.h"
#include "tests/support/folder.h"
#include "workbench/behaviour/behaviour.h"
#include "workbench/compare/scenario.h"
#include "workbench/workspace/load.h"

namespace {

std::string guide() {
  std::ostringstream out;
  out << std::ifstream(SLIPWAY_SOURCE_DIR "/docs/guide/getting-started.md").rdbuf();
  return out.str();
}

// Every block whose first line is a comment with a file's name, as that file.
void write_blocks(const tests::Folder& folder) {
  std::istringstream in(guide());
  std::string line, file, text;
  for (bool inside = false; std::getline(in, line);) {
    if (!line.starts_with("```")) {
      if (!inside) continue;
      if (file.empty())
        file = line.substr(line.find(' ') + 1);
      else
        text += line + "\n";
      continue;
    }
    if (inside) {
      std::filesystem::create_directories(std::filesystem::path(folder / file).parent_path());
      folder.write(file, text);
    }
    inside = !inside;
    file.clear();
    text.clear();
  }
}

}  // namespace

TEST(GettingStarted, ItsWorkspaceLoadsWithoutAProblem) {
  tests::Folder folder;
  write_blocks(folder);
  const auto loaded = workbench::workspace::load(folder.path());
  for (const auto& p : loaded.problems) ADD_FAILURE() << p.text();
  ASSERT_TRUE(loaded.workspace);
  EXPECT_EQ(loaded.workspace->services.size(), 2u);
  EXPECT_EQ(loaded.workspace->entry, "shop");
  auto scenario = workbench::compare::Scenario::read(folder / "scenarios/slow-stock.yaml");
  EXPECT_TRUE(scenario.ok()) << (scenario.ok() ? "" : scenario.error().message());
}

TEST(GettingStarted, ItsTablesNameEveryBehaviourAndMiddlewareOption) {
  const std::string text = guide();
  for (const auto& name : workbench::behaviour::behaviour_names()) EXPECT_NE(text.find("**`" + std::string(name) + "`**"), std::string::npos) << name;
  const auto section = text.find("## Middleware");
  for (const auto& name : slipway::middleware::middleware_names()) {
    const auto row = text.find("\n| `" + name + "` |", section);
    ASSERT_NE(row, std::string::npos) << name;
    // Its rows: to the next one that begins with a step.
    const auto rows = text.substr(row, text.find("\n| `", row + 1) - row);
    const auto options = slipway::middleware::options_of(name);
    for (const auto& option : *options) EXPECT_NE(rows.find("`" + option.name + "`"), std::string::npos) << name << "." << option.name;
  }
}
