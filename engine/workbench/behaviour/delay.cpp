// delay: waits before the next step. `delay: 10ms` or `delay: { time: 10ms, distribution: exponential, seed: 7 }`.
// The mean is the live key `<service>.delay.time`. No thread is held while it waits.
#include "workbench/behaviour/behaviours.h"
#include "workbench/behaviour/options.h"

namespace workbench::behaviour {
namespace {

using slipway::Status;
using slipway::Task;
using slipway::Value;
using slipway::middleware::Call;

class Delay final : public Behaviour {
 public:
  std::string_view kind() const override { return "delay"; }
  std::string summary() const override { return "delay " + time_; }
  bool suspends() const override { return true; }
  std::vector<Tunable> tunables() const override {
    return {{section + ".time", "duration", Value(time_), "mean time to wait", {}},
            {section + ".distribution", "enum", Value(distribution_), "how the time varies", {"constant", "exponential"}},
            {section + ".seed", "int", Value(seed_), "seed of the varying time; 0 = a new one at each start", {}}};
  }
  Task<Status> run_async(Call& call, Variables&, Runtime& runtime) const override {
    slipway::Duration d = runtime.duration(section + ".time", slipway::Duration::zero());
    if (runtime.text(section + ".distribution", "constant") == "exponential")
      d = runtime.chance(section).exponential(d);
    co_return co_await slipway::values::wait_for(call.context, d);
  }
  void write_cpp(CppWriter& out) const override {
    out.line("if (Status s = co_await @delay:" + section + "@(call); !s.ok()) co_return s;");
  }
  std::string time_, distribution_;
  std::int64_t seed_ = 0;
};

}  // namespace

slipway::Result<BehaviourPtr> read_delay(const Value& step, ReadContext& context) {
  Options o("delay", step, context, "time", {"time", "distribution", "seed"});
  auto b = std::make_shared<Delay>();
  b->line = step.line;
  b->section = context.section.empty() ? "delay" : context.section;
  b->time_ = o.duration("time", "10ms");
  b->distribution_ = o.choice("distribution", "constant", {"constant", "exponential"});
  b->seed_ = o.integer("seed", 0, 0, INT64_MAX);
  if (!o.status().ok()) return o.status().error();
  return BehaviourPtr(b);
}

}  // namespace workbench::behaviour
