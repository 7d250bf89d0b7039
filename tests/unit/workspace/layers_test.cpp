// The layers that workspace.yaml lists: kinds, order, secrets by name, servers off loopback.
#include "workbench/workspace/layers.h"

#include <gtest/gtest.h>

#include "slipway/config/config.h"
#include "tests/unit/workspace/folder.h"

namespace workbench::workspace {
namespace {

TEST(ListedLayers, EveryKindOfFileIsLaidFilesBelowEnvironment) {
  Folder f;
  f.hello();
  f.write("workspace.yaml",
          "name: lab\nlayers:\n  - team.env\n  - config/a.ini\n  - config/b.properties\n  - config/conf.d/\n"
          "  - file: { path: config/none.yaml, optional: true, name: mine }\n  - .env\n");
  f.write("config/a.ini", "[x]\nfrom = ini\nini = 1\n");
  f.write("config/b.properties", "x.from=properties\n");
  f.write("config/conf.d/10.yaml", "x: { from: folder }\n");
  f.write("team.env", "SLIPWAY_X__FROM=team\n");
  f.write(".env", "SLIPWAY_X__FROM=own\nSLIPWAY_X__DOT=1\n");
  const Loaded loaded = load(f.str());
  ASSERT_TRUE(loaded.ok()) << texts(loaded.problems);
  slipway::config::Config config({.watch_files = false});
  ASSERT_TRUE(add_layers(config, *loaded.workspace).ok());
  ASSERT_TRUE(config.start().ok());
  const auto s = config.snapshot();
  std::string stack;
  for (const auto& v : s->find("x.from")->stack) stack += s->layers()[v.layer] + "=" + v.raw.to_text() + " ";
  EXPECT_EQ(stack, "config/a.ini=ini config/b.properties=properties config/conf.d=folder team.env=team .env=own ");
  EXPECT_EQ(s->find("x.ini")->stack[0].place, "config/a.ini:3:1");
  EXPECT_EQ(s->find("x.dot")->stack.size(), 1u);  // .env counts once, in its own layer
}

TEST(ListedLayers, MistakesAreNamedWhereTheyStand) {
  Folder f;
  f.hello();
  f.write("config/default.yaml", "a: 1\n");
  f.write("workspace.yaml",
          "name: lab\nlayers:\n"
          "  - etdc: {}\n"
          "  - etcd: { prefx: /a/ }\n"
          "  - etcd: { url: \"http://me:hunter2@127.0.0.1:1\" }\n"
          "  - consul: { url: nowhere }\n"
          "  - ../outside.yaml\n"
          "  - config/defualt.yaml\n"
          "  - config/text.txt\n"
          "  - { etcd: {}, consul: {} }\n"
          "  - config/default.yaml\n"
          "  - config/default.yaml\n"
          "  - etcd: { name: env }\n");
  const std::string all = texts(load(f.str()).problems);
  for (const char* wanted : {"workspace.yaml:3:5: layers: \"etdc\" is no kind of layer (did you mean etcd?)", "workspace.yaml:4:", "prefx", "workspace.yaml:5:", "is no address of a server", "workspace.yaml:6:",
                             "workspace.yaml:7:5: layers: \"../outside.yaml\" leaves the workspace", "workspace.yaml:8:5: layers: there is no config/defualt.yaml (did you mean config/default.yaml?)",
                             "workspace.yaml:9:5: layers: \"config/text.txt\" is not a config file", "workspace.yaml:10:5: layers: one entry names one layer",
                             "workspace.yaml:12:5: layers: there is a layer \"config/default.yaml\" already", "workspace.yaml:13:5: layers: there is a layer \"env\" already"})
    EXPECT_NE(all.find(wanted), std::string::npos) << wanted << "\nin\n" << all;
  EXPECT_EQ(all.find("hunter2"), std::string::npos) << all;
}

TEST(ListedLayers, SecretsComeFromTheEnvironmentOrPrivateFilesAndAreMissedByName) {
  Folder f;
  f.hello();
  f.write("workspace.yaml", "name: lab\nlayers:\n  - etcd: { user: lab, password_env: SLIPWAY_TEST_LAYER_PASSWORD }\n");
  const Loaded loaded = load(f.str());
  ASSERT_TRUE(loaded.ok()) << texts(loaded.problems);
  const auto failed = layer_source(loaded.workspace->layers[0], f.str(), Servers::Loopback)->load();
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().reason(), "SECRET_MISSING") << failed.error().to_string();
  EXPECT_EQ(failed.error().where().to_string(), "workspace.yaml:3:5");
  f.write(".env", "SLIPWAY_TEST_LAYER_PASSWORD=from-dot-env\n");
  EXPECT_EQ(secret_of(f.str(), "SLIPWAY_TEST_LAYER_PASSWORD"), "from-dot-env");
  f.write("team.private.env", "SLIPWAY_TEST_LAYER_PASSWORD=from-private\n");
  EXPECT_EQ(secret_of(f.str(), "SLIPWAY_TEST_LAYER_PASSWORD"), "from-private");
  setenv("SLIPWAY_TEST_LAYER_PASSWORD", "from-process", 1);
  EXPECT_EQ(secret_of(f.str(), "SLIPWAY_TEST_LAYER_PASSWORD"), "from-process");
  unsetenv("SLIPWAY_TEST_LAYER_PASSWORD");
}

TEST(ListedLayers, AServerOffLoopbackIsNotReadUnlessAllowed) {
  Folder f;
  f.hello();
  f.write("workspace.yaml",
          "name: lab\nlayers:\n  - etcd: { url: \"http://192.0.2.1:2379\", name: far }\n  - etcd: { url: \"http://[::1]:2379\", name: six }\n"
          "  - etcd: { url: \"http://127.example.org:2379\", name: tricky }\n  - consul\n");
  auto loaded = load(f.str());
  EXPECT_FALSE(loaded.ok());  // a bare word is a file
  f.write("workspace.yaml",
          "name: lab\nlayers:\n  - etcd: { url: \"http://192.0.2.1:2379\", name: far }\n  - etcd: { url: \"http://[::1]:2379\", name: six }\n"
          "  - etcd: { url: \"http://127.example.org:2379\", name: tricky }\n  - consul: {}\n");
  loaded = load(f.str());
  ASSERT_TRUE(loaded.ok()) << texts(loaded.problems);
  std::string far;
  for (const auto& l : loaded.workspace->layers) far += l.name + (l.off_loopback ? "!" : "") + " ";
  EXPECT_EQ(far, "far! six tricky! consul ");
  const auto refused = layer_source(loaded.workspace->layers[0], f.str(), Servers::Loopback)->load();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason(), "NETWORK_NOT_ALLOWED");
  EXPECT_EQ(refused.error().where().to_string(), "workspace.yaml:3:5");
  EXPECT_EQ(layer_source(loaded.workspace->layers[3], f.str(), Servers::Off), nullptr);
}

}  // namespace
}  // namespace workbench::workspace
