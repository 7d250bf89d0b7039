// work: a FIFO with workers and a service-time distribution, so the service queues as a real one does.
// `work: { service_time: 2ms, workers: 1, distribution: exponential, seed: 7 }`; every option is a live key `<service>.work.*`.
// The time a call waits is Lindley's recursion over the instance's virtual workers; no CPU is burnt and no thread held.
#include "workbench/behaviour/behaviours.h"
#include "workbench/behaviour/options.h"

namespace workbench::behaviour {
namespace {

using slipway::Status;
using slipway::Task;
using slipway::Value;
using slipway::middleware::Call;

class Work final : public Behaviour {
 public:
  std::string_view kind() const override { return "work"; }
  std::string summary() const override { return "work " + time_ + " x " + std::to_string(workers_); }
  bool suspends() const override { return true; }
  std::vector<Tunable> tunables() const override {
    return {{section + ".service_time", "duration", Value(time_), "mean time one call keeps a worker", {}},
            {section + ".workers", "int", Value(workers_), "calls worked on at once; the rest queue", {}},
            {section + ".distribution", "enum", Value(distribution_), "how the service time varies", {"constant", "exponential"}},
            {section + ".seed", "int", Value(seed_), "seed of the varying time; 0 = a new one at each start", {}}};
  }
  Task<Status> run_async(Call& call, Variables&, Runtime& runtime) const override {
    slipway::Duration s = runtime.duration(section + ".service_time", slipway::Duration::zero());
    if (runtime.text(section + ".distribution", "constant") == "exponential")
      s = runtime.chance(section).exponential(s);
    co_return co_await runtime.queue(section).work(call.context, static_cast<int>(runtime.number(section + ".workers", 1)), s);
  }
  void write_cpp(CppWriter& out) const override {
    out.line("if (Status s = co_await @work:" + section + "@(call); !s.ok()) co_return s;");
  }
  std::string time_, distribution_;
  std::int64_t workers_ = 1, seed_ = 0;
};

}  // namespace

slipway::Result<BehaviourPtr> read_work(const Value& step, ReadContext& context) {
  Options o("work", step, context, "service_time", {"service_time", "workers", "distribution", "seed"});
  auto b = std::make_shared<Work>();
  b->line = step.line;
  b->section = context.section.empty() ? "work" : context.section;
  b->time_ = o.duration("service_time", "1ms");
  b->workers_ = o.integer("workers", 1, 1, 1024);
  b->distribution_ = o.choice("distribution", "exponential", {"constant", "exponential"});
  b->seed_ = o.integer("seed", 0, 0, INT64_MAX);
  if (!o.status().ok()) return o.status().error();
  return BehaviourPtr(b);
}

}  // namespace workbench::behaviour
