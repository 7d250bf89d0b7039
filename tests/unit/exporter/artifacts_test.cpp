// What an export holds besides C++: every file is read by a parser or tool of its kind, and says what it must.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>

#include "slipway/codec/codec.h"
#include "slipway/config/config.h"
#include "slipway/config/source.h"
#include "workbench/exporter/export_plan.h"
#include "workbench/exporter/lock.h"
#include "workbench/exporter/process.h"
#include "workbench/workspace/load.h"

namespace {

namespace fs = std::filesystem;
using namespace workbench::exporter;
using slipway::Value;

struct Artifacts : testing::Test {
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "slipway-artifacts-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
    loaded = workbench::workspace::load(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab");
    ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
  }
  void TearDown() override {
    std::error_code ec;
    fs::remove_all(folder, ec);
  }
  // The plan of a service, written into a folder of its name.
  ExportPlan exported(const std::string& service) {
    ExportOptions options;
    options.service = service;
    options.folder = folder + "/" + service;
    options.without = {"engine", "replay"};
    auto p = plan(*loaded.workspace, options, control);
    EXPECT_TRUE(p.ok()) << (p.ok() ? "" : p.error().to_string());
    if (!p.ok()) return {};
    auto s = write(*p, control);
    EXPECT_TRUE(s.ok()) << (s.ok() ? "" : s.error().to_string());
    return *p;
  }
  Value document(const std::string& service, const std::string& path) {
    auto v = slipway::codec::read_document(folder + "/" + service + "/" + path);
    EXPECT_TRUE(v.ok()) << path << ": " << (v.ok() ? "" : v.error().to_string());
    return v.ok() ? *v : Value();
  }
  Ended run(const std::vector<std::string>& words) {
    auto ended = run_process(words, folder, {}, {}, control.cancelled);
    EXPECT_TRUE(ended.ok()) << (ended.ok() ? "" : ended.error().to_string());
    return ended.ok() ? *ended : Ended{};
  }
  std::string folder;
  workbench::workspace::Loaded loaded;
  ExportControl control;
};

constexpr const char* kServices[] = {"gateway", "orders", "inventory", "pricing"};

const Value& at(const Value& v, std::string_view path) {
  static const Value null;
  const Value* found = v.at_path(path);
  return found ? *found : null;
}

TEST_F(Artifacts, EveryYamlAndJsonFileParses) {
  for (const char* service : kServices) {
    int read = 0;
    for (const auto& f : exported(service).files) {
      const bool yaml = f.path.ends_with(".yaml") || f.path.ends_with(".yml"), json = f.path.ends_with(".json");
      if (!yaml && !json) continue;
      auto v = yaml ? slipway::codec::parse_yaml(f.content) : slipway::codec::parse_json(f.content);
      EXPECT_TRUE(v.ok() && v->is_map()) << service << " " << f.path << ": " << (v.ok() ? "not a map" : v.error().to_string());
      ++read;
    }
    EXPECT_GE(read, 15) << service;
  }
}

TEST_F(Artifacts, NoFileHasTrailingBlankLinesOrTabsInYaml) {
  for (const char* service : kServices)
    for (const auto& f : exported(service).files) {
      EXPECT_FALSE(f.content.ends_with("\n\n")) << service << " " << f.path;
      EXPECT_TRUE(f.content.empty() || f.content.ends_with("\n")) << service << " " << f.path;
      if (f.path.ends_with(".yaml")) {
        EXPECT_EQ(f.content.find('\t'), std::string::npos) << f.path;
      }
    }
}

TEST_F(Artifacts, TheDevScriptPassesShellcheckAndIsExecutable) {
  exported("orders");
  const auto ended = run({"shellcheck", "orders/dev"});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_NE(fs::status(folder + "/orders/dev").permissions() & fs::perms::owner_exec, fs::perms::none);
}

TEST_F(Artifacts, TheKubernetesDeploymentIsProbedLimitedAndEndsInTime) {
  for (const char* service : kServices) {
    exported(service);
    const Value d = document(service, "deploy/k8s/base/deployment.yaml");
    const Value& pod = at(d, "spec.template.spec");
    const Value& container = at(pod, "containers.0");
    EXPECT_EQ(d["kind"], Value("Deployment"));
    EXPECT_EQ(at(d, "spec.selector.matchLabels"), at(d, "spec.template.metadata.labels"));
    std::vector<std::string> ports;
    for (const Value& p : container["ports"].as_list()) {
      ports.push_back(p["name"].to_text());
      EXPECT_GT(p["containerPort"].as_int(), 0) << service;
    }
    for (const char* probe : {"startupProbe", "readinessProbe", "livenessProbe"}) {
      const std::string port = at(container, std::string(probe) + ".httpGet.port").to_text();
      EXPECT_NE(std::find(ports.begin(), ports.end(), port), ports.end()) << service << " " << probe << " asks an unknown port " << port;
    }
    EXPECT_EQ(at(container, "readinessProbe.httpGet.path"), Value("/readyz"));
    EXPECT_EQ(at(container, "livenessProbe.httpGet.path"), Value("/livez"));
    EXPECT_FALSE(at(container, "resources.requests.cpu").is_null());
    EXPECT_FALSE(at(container, "resources.limits.memory").is_null());
    EXPECT_EQ(at(container, "securityContext.readOnlyRootFilesystem"), Value(true));
    EXPECT_EQ(at(container, "securityContext.allowPrivilegeEscalation"), Value(false));
    EXPECT_EQ(at(pod, "securityContext.runAsNonRoot"), Value(true));
    // Grace must outlast preStop and the stop of the program, whose limit is a setting.
    const Value& sleep = at(container, "lifecycle.preStop.exec.command");
    ASSERT_EQ(at(sleep, "0"), Value("sleep"));
    const Value config = document(service, "config/config.yaml");
    const std::string stop = at(config, std::string(service) + ".stop.timeout").to_text();
    EXPECT_GT(at(pod, "terminationGracePeriodSeconds").as_int(), std::atoi(at(sleep, "1").to_text().c_str()) + std::atoi(stop.c_str())) << stop;
    // A database on one disk has one writer.
    if (!fs::exists(folder + "/" + service + "/schema")) continue;
    EXPECT_EQ(at(d, "spec.replicas"), Value(1));
    EXPECT_EQ(at(d, "spec.strategy.type"), Value("Recreate"));
  }
}

TEST_F(Artifacts, TheManifestsNameEachOther) {
  for (const char* service : kServices) {
    exported(service);
    const Value k = document(service, "deploy/k8s/base/kustomization.yaml");
    for (const Value& resource : k["resources"].as_list()) {
      const Value v = document(service, "deploy/k8s/base/" + resource.to_text());
      EXPECT_FALSE(v["apiVersion"].is_null()) << resource.to_text();
      EXPECT_EQ(at(v, "metadata.name"), Value(service)) << resource.to_text();
    }
    for (const char* overlay : {"dev", "prod"}) {
      const Value kustomization = document(service, std::string("deploy/k8s/overlays/") + overlay + "/kustomization.yaml");
      for (const Value& base : kustomization["resources"].as_list())
        EXPECT_TRUE(fs::exists(folder + "/" + service + "/deploy/k8s/overlays/" + overlay + "/" + base.to_text() + "/kustomization.yaml")) << base.to_text();
    }
    const Value s = document(service, "deploy/k8s/base/service.yaml"), d = document(service, "deploy/k8s/base/deployment.yaml");
    EXPECT_EQ(at(s, "spec.selector"), at(d, "spec.selector.matchLabels"));
    EXPECT_EQ(at(s, "spec.ports").as_list().size(), at(d, "spec.template.spec.containers.0.ports").as_list().size());
  }
}

TEST_F(Artifacts, SettingsOfContainersAreKeysOfTheService) {
  for (const char* service : kServices) {
    exported(service);
    const Value schema = document(service, "config/config.schema.json");
    const Value settings = document(service, "deploy/k8s/base/configmap.yaml")["data"];
    ASSERT_TRUE(settings.is_map()) << service;
    for (const auto& [name, value] : settings.as_map()) {
      ASSERT_TRUE(name.starts_with("SLIPWAY_")) << name;
      const Value* place = &schema;
      std::string rest = name.substr(8);
      while (!rest.empty()) {
        const auto dot = rest.find("__");
        std::string key = rest.substr(0, dot);
        for (char& c : key) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        place = &(*place)["properties"][key];
        rest = dot == std::string::npos ? "" : rest.substr(dot + 2);
      }
      EXPECT_TRUE(place->is_map()) << service << ": " << name << " is no key";
    }
    EXPECT_EQ(document(service, "deploy/compose.yaml")["services"][service]["environment"], settings) << service;
  }
}

TEST_F(Artifacts, TheComposeFileBuildsTheImageAndAsksForItsHealth) {
  exported("orders");
  const Value c = document("orders", "deploy/compose.yaml")["services"]["orders"];
  EXPECT_TRUE(fs::exists(folder + "/orders/deploy/" + at(c, "build.context").to_text() + "/" + at(c, "build.dockerfile").to_text()));
  EXPECT_EQ(at(c, "healthcheck.test.0"), Value("CMD"));
  EXPECT_EQ(at(c, "ports.0"), Value("127.0.0.1:8081:8081")) << "loopback of the host";
}

TEST_F(Artifacts, TheImageIsBuiltInTwoStagesRunsAsNobodyAndIsAskedForItsHealth) {
  exported("orders");
  const std::string text = read_text(folder + "/orders/deploy/Dockerfile");
  const auto first = text.find("FROM debian:12-slim AS build"), second = text.find("FROM debian:12-slim\n");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
  for (const char* line : {"\nUSER 10001\n", "\nHEALTHCHECK ", "\nENTRYPOINT [", "--healthcheck", "ENV SLIPWAY_ORDERS__HTTP__ADDRESS=0.0.0.0"}) EXPECT_NE(text.find(line, second), std::string::npos) << line;
}

TEST_F(Artifacts, TheWorkflowRunsWhatTheReadmeSays) {
  exported("orders");
  const Value jobs = document("orders", ".github/workflows/ci.yml")["jobs"];
  std::string commands;
  for (const Value& step : at(jobs, "test.steps").as_list()) commands += step["run"].to_text() + "\n";
  const std::string readme = read_text(folder + "/orders/README.md");
  for (const char* command : {"./dev deps", "./dev test"}) {
    EXPECT_NE(commands.find(command), std::string::npos) << commands;
    EXPECT_NE(readme.find(command), std::string::npos);
  }
  EXPECT_NE(commands.find("cmake --install build/release --component service"), std::string::npos);
}

TEST_F(Artifacts, SystemdTakesTheUnit) {
  if (run({"sh", "-c", "command -v systemd-analyze"}).code != 0) GTEST_SKIP() << "systemd-analyze is not installed";
  exported("orders");
  // It looks for the program itself too, which is not installed here.
  const std::string unit = folder + "/orders/deploy/systemd/orders.service";
  std::string text = read_text(unit);
  text.replace(text.find("/opt/orders/bin/orders"), 22, "/bin/true");
  ASSERT_TRUE(write_text(unit, text).ok());
  auto ended = run({"systemd-analyze", "verify", "--man=no", unit});
  EXPECT_EQ(ended.code, 0) << ended.output;
  EXPECT_EQ(ended.output.find("orders.service:"), std::string::npos) << ended.output;
}

// Of the OpenAPI document's own rules those that a reader stumbles over.
TEST_F(Artifacts, TheOpenApiDocumentDescribesEveryRoute) {
  for (const char* service : {"gateway", "orders", "pricing"}) {
    exported(service);
    const Value doc = document(service, "api/openapi.yaml");
    EXPECT_TRUE(doc["openapi"].to_text().starts_with("3.0")) << service;
    EXPECT_FALSE(at(doc, "info.title").is_null());
    EXPECT_FALSE(at(doc, "info.version").is_null());
    for (const auto& route : loaded.workspace->find(service)->routes) {
      std::string method = route.method;
      for (char& c : method) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      const Value& operation = doc["paths"][route.path][method];
      ASSERT_TRUE(operation.is_map()) << service << " " << route.method << " " << route.path;
      EXPECT_TRUE(operation["responses"].is_map() && !operation["responses"].as_map().empty()) << route.path;
      // Every {name} of the path is a required path parameter.
      for (std::size_t open = 0; (open = route.path.find('{', open)) != std::string::npos; ++open) {
        const std::string name = route.path.substr(open + 1, route.path.find('}', open) - open - 1);
        bool declared = false;
        for (const Value* list : {&operation["parameters"], &doc["paths"][route.path]["parameters"]})
          if (list->is_list())
            for (const Value& p : list->as_list()) declared = declared || (p["in"] == Value("path") && p["name"] == Value(name) && p["required"] == Value(true));
        EXPECT_TRUE(declared) << route.path << " " << name;
      }
    }
  }
  exported("inventory");
  EXPECT_FALSE(fs::exists(folder + "/inventory/api/openapi.yaml")) << "gRPC is described by its .proto";
  EXPECT_TRUE(fs::exists(folder + "/inventory/api/protos/inventory.proto"));
}

TEST_F(Artifacts, TheTableOfErrorsHasThoseOfTheStepsAndTheHandlers) {
  exported("orders");
  const std::string orders = read_text(folder + "/orders/api/errors.md");
  for (const char* reason : {"`VALIDATION_FAILED` | 422", "`TOO_MANY_REQUESTS` | 429", "`ORDER_NOT_FOUND` | 404 | NOT_FOUND", "`DEADLINE_EXCEEDED` | 504"}) EXPECT_NE(orders.find(reason), std::string::npos) << reason << "\n" << orders;
  exported("inventory");
  EXPECT_NE(read_text(folder + "/inventory/api/errors.md").find("`OUT_OF_STOCK` | 409"), std::string::npos);
}

TEST_F(Artifacts, SettingsAndTheirSchemaSayTheSame) {
  for (const char* service : kServices) {
    exported(service);
    const Value schema = document(service, "config/config.schema.json");
    for (const char* file : {"config/config.yaml", "config/config.testing.yaml"}) {
      const std::function<void(const Value&, const Value&, const std::string&)> walk = [&](const Value& value, const Value& rule, const std::string& path) {
        ASSERT_TRUE(rule.is_map()) << service << " " << file << ": " << path << " has no schema";
        if (rule["type"] == Value("object")) {
          ASSERT_TRUE(value.is_map()) << path;
          EXPECT_EQ(rule["additionalProperties"], Value(false)) << path;
          for (const auto& [key, item] : value.as_map()) walk(item, rule["properties"][key], path + "." + key);
          return;
        }
        if (rule["type"] == Value("integer")) {
          EXPECT_TRUE(value.is_int()) << path;
        }
        if (rule["type"] == Value("number")) {
          EXPECT_TRUE(value.is_number()) << path;
        }
        if (rule["type"] == Value("boolean")) {
          EXPECT_TRUE(value.is_bool()) << path;
        }
        if (rule["minimum"].is_number()) {
          EXPECT_GE(value.as_double(), rule["minimum"].as_double()) << path;
        }
      };
      walk(document(service, file), schema, "");
    }
  }
}

TEST_F(Artifacts, TheSameWorkspaceGivesTheSameBytesWithItsRecording) {
  std::vector<PlannedFile> first;
  for (const char* into : {"one", "two"}) {
    ExportOptions options;
    options.service = "orders";
    options.folder = folder + "/" + into;
    auto p = plan(*loaded.workspace, options, control);
    ASSERT_TRUE(p.ok()) << p.error().to_string();
    EXPECT_GE(p->exchanges, 20u);
    if (first.empty()) {
      first = p->files;
      continue;
    }
    ASSERT_EQ(p->files.size(), first.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(p->files[i].path, first[i].path);
      EXPECT_EQ(p->files[i].content, first[i].content) << first[i].path;
    }
  }
}

TEST_F(Artifacts, RoutesWhosePathsMakeOneNameGetTwo) {
  ASSERT_TRUE(workbench::workspace::copy_sample(SLIPWAY_SOURCE_DIR "/fixtures/workspaces/orders-lab", folder + "/lab").ok());
  const std::string file = folder + "/lab/services/pricing.yaml";
  ASSERT_TRUE(write_text(file, read_text(file) + "  - GET /a-b:\n      - reply: { body: { is: 1 } }\n  - GET /a/b:\n      - reply: { body: { is: 2 } }\n  - DELETE /:\n      - reply: { body: {} }\n").ok());
  loaded = workbench::workspace::load(folder + "/lab");
  ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
  std::set<std::string> paths;
  for (const auto& f : exported("pricing").files) paths.insert(f.path);
  for (const char* path : {"src/handlers/get_a_b.cpp", "src/handlers/get_a_b_again1.cpp", "src/handlers/delete_root.cpp"}) EXPECT_TRUE(paths.contains(path)) << path;
}

}  // namespace
