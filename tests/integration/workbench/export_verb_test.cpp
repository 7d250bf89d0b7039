// The verb `export` as a program: its words, its exit codes, and that Ctrl+C leaves nothing running.
#include <fstream>
#include <iterator>
#include <set>

#include "slipway/codec/codec.h"
#include "tests/integration/workbench/lab.h"
#include "tests/integration/workbench/program.h"

namespace {

namespace fs = std::filesystem;
using slipway::Value;
using tests::Program;

struct ExportVerb : testing::Test {
  int run(std::vector<std::string> words, Value* printed = nullptr) {
    words.insert(words.begin(), "export");
    Program program(std::move(words));
    const int code = program.wait();
    said = program.err();
    if (printed) {
      auto v = slipway::codec::parse_json(program.out());
      EXPECT_TRUE(v.ok()) << program.out() << said;
      if (v.ok()) *printed = *v;
    }
    return code;
  }
  static std::set<std::string> parts_of(const Value& printed) {
    std::set<std::string> out;
    for (const Value& f : printed["files"].as_list()) out.insert(f["part"].to_text());
    return out;
  }
  tests::Lab lab;
  tests::Folder folder;
  std::string project = folder / "orders", said;
};

TEST_F(ExportVerb, VerifyNeverTakesTheNextWordForItsValue) {
  Value printed;
  ASSERT_EQ(run({"--verify", lab.folder(), project, "--dry-run", "--json", "--without", "replay"}, &printed), 0) << said;
  EXPECT_EQ(printed["service"], Value("orders"));
  EXPECT_FALSE(fs::exists(project)) << "a dry run writes nothing";
  EXPECT_EQ(run({lab.folder(), project, "--verify=sometimes", "--dry-run"}), 2) << said;
}

TEST_F(ExportVerb, PartsAreListedChosenAndRememberedByTheProject) {
  Value printed;
  ASSERT_EQ(run({"--list-parts", "--json"}, &printed), 0);
  std::set<std::string> names;
  for (const Value& p : printed["parts"].as_list()) names.insert(p["name"].to_text());
  for (const char* part : {"service", "config", "unit", "api", "contract", "functional", "replay", "bench", "docker", "kubernetes", "systemd", "ci", "docs", "engine"}) EXPECT_TRUE(names.contains(part)) << part;

  ASSERT_EQ(run({lab.folder(), project, "--without", "replay,kubernetes,engine", "--without=systemd", "--json"}, &printed), 0) << said;
  EXPECT_FALSE(parts_of(printed).contains("kubernetes"));
  EXPECT_FALSE(parts_of(printed).contains("systemd"));
  EXPECT_TRUE(parts_of(printed).contains("docker"));
  // Nothing was said of parts this time: as before, and nothing changes.
  ASSERT_EQ(run({lab.folder(), project, "--json"}, &printed), 0) << said;
  EXPECT_FALSE(parts_of(printed).contains("kubernetes"));
  for (const Value& f : printed["files"].as_list()) EXPECT_EQ(f["action"], Value("same")) << f["path"].to_text();

  ASSERT_EQ(run({lab.folder(), folder / "small", "--parts", "ci", "--dry-run", "--json"}, &printed), 0) << said;
  EXPECT_EQ(parts_of(printed), (std::set<std::string>{"ci", "config", "licence", "service", "unit"}));
  EXPECT_EQ(run({lab.folder(), project, "--parts", "kubernetis"}), 2);
  EXPECT_NE(run({lab.folder(), project, "--without", "kubernetis"}), 0);
  EXPECT_NE(said.find("kubernetes"), std::string::npos) << said;
}

TEST_F(ExportVerb, AConflictIsExitCodeOneAndNamed) {
  ASSERT_EQ(run({lab.folder(), project, "--without", "replay,engine"}), 0) << said;
  const auto edit = [](const std::string& path, const std::string& from, const std::string& to) {
    std::ifstream in(path);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << path;
    std::ofstream(path) << text.replace(at, from.size(), to);
  };
  edit(project + "/config/config.yaml", "port: 8081", "port: 80");
  lab.edit("services/orders.yaml", "port: 8081", "port: 8999");
  Value printed;
  EXPECT_EQ(run({lab.folder(), project, "--json"}, &printed), 1);
  EXPECT_EQ(printed["conflicts"], Value::array({Value("config/config.yaml")}));
  EXPECT_NE(run({lab.folder(), project}), 0);
  EXPECT_NE(said.find("conflict markers"), std::string::npos) << said;
}

TEST_F(ExportVerb, GitMakesARepositoryOfANewProject) {
  std::ofstream(folder / ".gitconfig") << "[user]\n  name = A\n  email = a@localhost\n";
  const std::string home = std::getenv("HOME") ? std::getenv("HOME") : "";
  setenv("HOME", folder.path().c_str(), 1);
  const int code = run({lab.folder(), project, "--without", "replay,engine", "--git"});
  setenv("HOME", home.c_str(), 1);
  ASSERT_EQ(code, 0) << said;
  std::ifstream head(project + "/.git/logs/HEAD");
  const std::string log{std::istreambuf_iterator<char>(head), {}};
  EXPECT_NE(log.find("Exported from its prototype"), std::string::npos) << log;
}

TEST_F(ExportVerb, CtrlCEndsItWith130AndItsChildrenToo) {
  Program program({"export", lab.folder(), project, "--without", "replay,engine", "--verify"});
  ASSERT_TRUE(program.says("configure")) << program.err();
  program.signal(SIGINT);
  EXPECT_EQ(program.wait(), 130) << program.err();
  for (const auto& process : fs::directory_iterator("/proc")) {
    std::ifstream in(process.path() / "cmdline");
    const std::string words{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(words.find(project), std::string::npos) << process.path() << " still runs: " << words;
  }
}

}  // namespace
