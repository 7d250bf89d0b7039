// prototype_hello: what it costs that a service is a prototype in a recorded workspace.
//
//   prototype_hello --bench [--seconds N] [--pairs N] [--workspace DIR] [--slipway PROGRAM]
//   prototype_hello --serve PORT [--recorded]            the chain of six, with a workspace's recorder or without telemetry
//
// --bench runs, on one core each, wrk on the other:
//   - `slipway serve` of the workspace (fixtures/workspaces/hello: reply by template, six steps, recorder at its default
//     sampling) against http_hello, the same route as a typed handler with nothing around it. Budget: >= 0.8 of its
//     requests/s, and http_hello's CPU per request >= 0.8 of the prototype's. Against http_hello --chain too, for orientation.
//   - the chain of six with the recorder at its default sampling, its run written to disk, against the same without telemetry.
//     Budget: >= 0.9.
// Exit 1 when a budget does not hold. Needs two cores, wrk and taskset.
#include <filesystem>

#include "benches/hello.h"
#include "benches/wrk.h"
#include "workbench/recorder/run_writer.h"

namespace {

namespace fs = std::filesystem;
using bench::Judge;
using bench::Ratio;
using bench::ServerChild;

// A folder of its own for as long as it lives.
struct TemporaryFolder {
  TemporaryFolder() { made = mkdtemp(name) != nullptr; }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (made) fs::remove_all(name, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  char name[32] = "/tmp/prototype_hello.XXXXXX";
  bool made = false;
};

int serve(int port, bool recorded) {
  const bench::StopSignal stop;
  workbench::recorder::Recorder recorder({});
  const TemporaryFolder folder;
  std::shared_ptr<workbench::recorder::RunWriter> run;  // as `slipway serve` writes one
  if (recorded) {
    if (!folder.made || !fs::create_directory(fs::path(folder.name) / ".slipway")) return 69;
    auto begun = workbench::recorder::RunWriter::begin(workbench::recorder::RunFolder(folder.name));
    if (!begun.ok()) return 69;
    recorder.set_tap(run = std::move(*begun));
  }
  {
    bench::Hello hello(port, 1, true, recorded ? &recorder.telemetry() : nullptr);
    stop.wait();
    hello.drain();
  }
  if (run) {
    recorder.set_tap(nullptr);
    run->close(false);
  }
  return 0;
}

struct Settings {
  int seconds = 2, pairs = 5;
  std::string workspace = SLIPWAY_SOURCE_DIR "/fixtures/workspaces/hello";
  std::string slipway = (fs::read_symlink("/proc/self/exe").parent_path() / "slipway").string();
};

// CPU as a share of what is left: 0.8 means that the first needs a quarter more.
Ratio inverse(const Ratio& r) { return {1 / r.middle, 1 / r.most, 1 / r.least}; }

int compare_all(const Settings& s) {
  if (!bench::tools_there("wrk taskset")) {
    std::fprintf(stderr, "prototype_hello: --bench needs two cores, wrk and taskset\n");
    return 69;
  }
  const fs::path self = fs::read_symlink("/proc/self/exe"), http_hello = self.parent_path() / "http_hello";
  const TemporaryFolder folder;
  if (!folder.made) return 69;
  Judge judge;
  {
    // The workspace gets a lock and records: a copy.
    const std::string copy = std::string(folder.name) + "/ws";
    fs::copy(s.workspace, copy, fs::copy_options::recursive);
    int next = 18280;
    const auto port = [&] {
      const int free = slipway::transport::next_free_port(next).value_or(0);
      next = free + 1;
      return free;
    };
    const auto of_hello = [&](const char* name, int p, bool chain) {
      std::vector<std::string> words{http_hello.string(), "--serve", std::to_string(p), "--workers", "1"};
      if (chain) words.push_back("--chain");
      return std::make_unique<ServerChild>(name, words, p);
    };
    const int p1 = port();
    const ServerChild prototype("prototype", {s.slipway, "serve", copy, "--set", "hello.http.port=" + std::to_string(p1)}, p1);
    const auto bare = of_hello("bare", port(), false), chain = of_hello("chain", port(), true);
    const auto six = [&](const char* name, bool recorded) {
      const int p = port();
      std::vector<std::string> words{self.string(), "--serve", std::to_string(p)};
      if (recorded) words.push_back("--recorded");
      return std::make_unique<ServerChild>(name, words, p);
    };
    const auto recorded = six("recorded", true), unrecorded = six("unrecorded", false);
    for (const ServerChild* c : std::initializer_list<const ServerChild*>{&prototype, bare.get(), chain.get(), recorded.get(), unrecorded.get()})
      if (!c->listens()) return 69;

    std::printf("  the prototype against http_hello\n");
    const auto of_bare = bench::compare(*bare, prototype, s.seconds, s.pairs);
    judge("prototype: requests/s of http_hello", of_bare.rate, ">=", 0.8);
    judge("prototype: http_hello's CPU/request over its", inverse(of_bare.cpu), ">=", 0.8);
    judge("prototype: failed requests", static_cast<double>(of_bare.errors), "<=", 0);
    std::printf("  the prototype against http_hello --chain\n");
    const auto of_chain = bench::compare(*chain, prototype, s.seconds, s.pairs);
    judge("prototype: requests/s of http_hello --chain", of_chain.rate, ">=", 0.8);
    judge("prototype: --chain's CPU/request over its", inverse(of_chain.cpu), ">=", 0.8);
    std::printf("  the chain of six, recorded against not\n");
    const auto of_unrecorded = bench::compare(*unrecorded, *recorded, s.seconds, s.pairs);
    judge("recorder: requests/s of unrecorded", of_unrecorded.rate, ">=", 0.9);
    judge("recorder: unrecorded CPU/request over its", inverse(of_unrecorded.cpu), ">=", 0.9);
  }
  return judge.held() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  int port = 0;
  bool compare_now = false, serving = false, recorded = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto text = [&] { return std::string(i + 1 < argc ? argv[++i] : ""); };
    if (word == "--serve") {
      serving = true;
      port = std::atoi(text().c_str());
    } else if (word == "--recorded") {
      recorded = true;
    } else if (word == "--bench") {
      compare_now = true;
    } else if (word == "--seconds") {
      settings.seconds = std::max(1, std::atoi(text().c_str()));
    } else if (word == "--pairs") {
      settings.pairs = std::max(1, std::atoi(text().c_str()));
    } else if (word == "--workspace") {
      settings.workspace = text();
    } else if (word == "--slipway") {
      settings.slipway = text();
    } else {
      serving = compare_now = false;
      break;
    }
  }
  if (serving) return serve(port, recorded);
  if (compare_now) return compare_all(settings);
  std::fprintf(stderr, "usage: prototype_hello --bench [--seconds N] [--pairs N] [--workspace DIR] [--slipway PROGRAM] | --serve PORT [--recorded]\n");
  return 1;
}
