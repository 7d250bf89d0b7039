// Bench: a workspace from texts with a config and a recorder, as the host has them, and requests to its services.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/folder.h"
#include "workbench/prototype/prototype.h"
#include "workbench/traffic/send.h"
#include "workbench/workspace/load.h"

namespace workbench::prototype {

struct Bench {
  tests::Folder root;
  recorder::Recorder recorder{recorder::Recorder::Options{}};
  slipway::config::Config config{{.watch_files = false}};
  Bench() {
    std::filesystem::create_directories(root / "services");
    root.write("workspace.yaml", "name: lab\nversion: 1\n");
  }
  workspace::WorkspacePtr load() {
    auto loaded = workspace::load(root.path());
    EXPECT_TRUE(loaded.ok()) << (loaded.workspace ? loaded.error().message() : "nothing read");
    return loaded.workspace;
  }
  std::unique_ptr<Prototype> run(PrototypeOptions options = {}) {
    auto ws = load();
    EXPECT_TRUE(workspace::add_layers(config, *ws).ok());
    EXPECT_TRUE(config.start().ok());
    options.keep_ports = false;
    options.workers = 1;
    auto p = std::make_unique<Prototype>(config, recorder, options);
    EXPECT_TRUE(p->apply(ws).empty());
    return p;
  }
};

constexpr const char* kBack = "service: back\nhttp: { port: 0 }\nroutes:\n  - GET /b:\n      - reply: { body: { from: back } }\n";
constexpr const char* kAFront = "service: a-front\nhttp: { port: 0 }\nroutes:\n  - GET /f:\n      - call: { service: back, path: /b }\n";

inline traffic::Exchange get(const Prototype& p, const std::string& service, const std::string& path) {
  traffic::SavedRequest r;
  for (const auto& [name, url] : p.addresses())
    if (name == service) r.url = url + path;
  return traffic::send(r);
}

}  // namespace workbench::prototype
