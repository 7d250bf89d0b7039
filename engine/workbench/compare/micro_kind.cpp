// micro: one case of the two designs, timed in a fresh process per run, so that first use is truly first and the window
// cannot disturb it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "workbench/compare/child.h"
#include "workbench/compare/designs.h"
#include "workbench/compare/keys.h"
#include "workbench/compare/kind.h"

namespace workbench::compare {

using slipway::Result;
using slipway::Value;

namespace {

class MicroKind final : public Kind {
 public:
  std::string metric(const Scenario&, const Situation& situation) const override {
    const auto which = situation.keys["case"].to_text();
    if (which == "contended") return "time per use";
    if (which == "race") return "time of the first use";
    if (which == "first") return "processor time of the first use";
    return which == "cold" ? "processor time to the first answer" : which == "graph" ? "processor time to make and destroy" : "processor time per use";
  }
  std::string unit() const override { return "ns"; }

  Result<Sample> measure(const Scenario&, const Value& keys, std::uint64_t, const RunOptions& options) override {
    Keys read(keys, "micro");
    const auto design = read.text("design", "singleton");
    const auto which = read.text("case", "hot");
    const auto threads = read.integer("threads", 1, 1, 64);
    read.integer("services", kGraphServices, kGraphServices, kGraphServices);
    if (auto ok = read.finish(); !ok) return ok.error();
    if (auto known = read_design(design); !known) return known.error();

    auto command = options.child.empty() ? own_child_command() : options.child;
    for (const auto& word : {std::string("design"), which, design, std::to_string(threads)}) command.push_back(word);
    auto text = run_child(command, std::chrono::seconds(60), options.cancel);
    if (!text) return text.error();
    const auto json = nlohmann::json::parse(*text, nullptr, false);
    if (json.is_discarded() || !json.contains("benchmarks") || json["benchmarks"].empty() || !json["benchmarks"][0].contains("real_time"))
      return slipway::unavailable("the measuring child did not print a benchmark's JSON: " + text->substr(0, 200), "CHILD_FAILED");
    Sample out;
    out.cpu = json["benchmarks"][0].value("cpu_time", 0.0);
    // One thread's work is its processor time: other programs interrupt it, but are no part of it. Of several the waiting counts.
    const bool waits = which == "contended" || which == "race";
    out.value = waits ? json["benchmarks"][0]["real_time"].get<double>() : out.cpu;
    return out;
  }
};

}  // namespace

std::unique_ptr<Kind> make_micro_kind() { return std::make_unique<MicroKind>(); }

}  // namespace workbench::compare
