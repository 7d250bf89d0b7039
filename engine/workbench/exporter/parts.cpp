#include "workbench/exporter/parts.h"

#include <algorithm>

#include "workbench/exporter/project_values.h"
#include "workbench/exporter/template_text.h"

namespace workbench::exporter {

namespace {

constexpr FileClass G = FileClass::Generated, S = FileClass::Scaffold, M = FileClass::Merged;

bool has_cases(const ProjectModel& m) { return !m.sessions.empty(); }
bool speaks_grpc(const ProjectModel& m) { return m.grpc(); }

}  // namespace

const std::vector<ExportPart>& export_parts() {
  static const std::vector<ExportPart> parts = {
      {"service", "The program: CMake, handlers, wiring, config", true,
       {{"CMakeLists.txt", S}, {"CMakePresets.json", M}, {"README.md", M}, {"dev", M, true}, {"deps/debian.txt", G},
        {".gitignore", S}, {".clang-format", S}, {".clang-tidy", S}, {".editorconfig", S},
        {"src/main.cpp", S}, {"src/wire.h", S}, {"src/wire.cpp", S},
        {"gen/README.md", G}, {"gen/targets.cmake", G}, {"gen/routes.h", G}, {"gen/routes.cpp", G}, {"gen/ops.h", G}, {"gen/ops.cpp", G},
        {"gen/support.h", G}, {"gen/support.cpp", G}, {"gen/schema.h", G}, {"gen/schema.cpp", G}},
       add_operations},
      {"config", "Settings with their schema", true, {}, add_config},
      {"unit", "A test of every operation, and of the settings", true,
       {{"tests/CMakeLists.txt", G}, {"tests/support/running.h", G}, {"tests/support/grpc_call.h", G, false, nullptr, speaks_grpc}, {"tests/unit/CMakeLists.txt", S}, {"tests/unit/routes_test.cpp", S}, {"tests/unit/config_test.cpp", S}}},
      {"licence", "LICENSE", true, {}, add_licence},
      {"api", "OpenAPI document and table of errors", false, {}, add_api},
      {"contract", "Tests of every operation against its rules", false, {{"tests/contract/CMakeLists.txt", G}, {"tests/contract/contract_test.cpp", G}}},
      {"functional", "Tests of the installed program", false,
       {{"tests/support/program.h", G}, {"tests/functional/CMakeLists.txt", G}, {"tests/functional/functional_test.cpp", G}}},
      {"replay", "Recorded exchanges, and the test that replays them", false,
       {{"tests/support/program.h", G}, {"tests/replay/CMakeLists.txt", G}, {"tests/replay/replay.cpp", G}}, add_cases, has_cases},
      {"bench", "A benchmark of the whole service", false, {{"tests/bench/CMakeLists.txt", S}, {"tests/bench/service_bench.cpp", S}}},
      {"docker", "Image and compose file", false, {{".dockerignore", S}, {"deploy/Dockerfile", M}, {"deploy/compose.yaml", M}}},
      {"kubernetes", "Manifests for Kubernetes, with kustomize overlays", false,
       {{"deploy/k8s/base/deployment.yaml", M}, {"deploy/k8s/base/service.yaml", M}, {"deploy/k8s/base/configmap.yaml", M}, {"deploy/k8s/base/serviceaccount.yaml", M},
        {"deploy/k8s/base/networkpolicy.yaml", M}, {"deploy/k8s/base/pdb.yaml", M}, {"deploy/k8s/base/kustomization.yaml", M},
        {"deploy/k8s/overlays/dev/kustomization.yaml", M}, {"deploy/k8s/overlays/prod/kustomization.yaml", M}}},
      {"systemd", "A unit for systemd", false, {{"deploy/systemd/service.unit", M, false, "deploy/systemd/<<target>>.service"}}},
      {"ci", "A workflow that builds, tests and installs", false, {{".github/workflows/ci.yml", M}}},
      {"docs", "Architecture, operation, decisions", false, {{"docs/architecture.md", M}, {"docs/operations.md", M}, {"docs/decisions/0001-exported-from-a-prototype.md", M}}},
      // Its files are copied, not written: write() does that.
      {"engine", "The framework's sources in third_party/slipway", false, {}},
  };
  return parts;
}

const std::vector<PartInfo>& part_infos() {
  static const std::vector<PartInfo> infos = [] {
    std::vector<PartInfo> out;
    for (const auto& p : export_parts()) out.push_back({std::string(p.name), std::string(p.doc), p.required});
    return out;
  }();
  return infos;
}

void ProjectFiles::add(std::string path, FileClass file_class, std::string content, bool executable) {
  // Two parts may share a file.
  if (std::any_of(files_.begin(), files_.end(), [&](const auto& f) { return f.path == path; })) return;
  PlannedFile f;
  f.path = std::move(path);
  f.file_class = file_class;
  f.content = std::move(content);
  f.executable = executable;
  f.part = part_;
  files_.push_back(std::move(f));
}

std::vector<PlannedFile> ProjectFiles::take() {
  std::sort(files_.begin(), files_.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return std::move(files_);
}

slipway::Result<std::vector<PlannedFile>> project_files(const ProjectModel& model, const std::string& templates) {
  const TemplateValues values = project_values(model);
  ProjectFiles out;
  for (const auto& part : export_parts()) {
    if ((!part.required && !model.options.with(std::string(part.name))) || (part.applies && !part.applies(model))) continue;
    out.begin_part(part.name);
    for (const auto& file : part.files) {
      if (file.applies && !file.applies(model)) continue;
      auto text = render_template(templates, std::string(file.path) + ".in", values);
      if (!text.ok()) return text.error();
      auto path = render_text(file.to ? file.to : file.path, file.path, values);
      if (!path.ok()) return path.error();
      out.add(std::move(*path), file.file_class, std::move(*text), file.executable);
    }
    if (part.more)
      if (auto s = part.more(model, out); !s.ok()) return s.error();
  }
  return out.take();
}

}  // namespace workbench::exporter
