// fault: fails a share of the calls. `fault: { percent: 5, status: 503, reason: UPSTREAM_DOWN, seed: 7 }`; percent is the live
// key `<service>.fault.percent`.
#include "workbench/behaviour/behaviours.h"
#include "workbench/behaviour/options.h"

namespace workbench::behaviour {
namespace {

using slipway::Status;
using slipway::Value;
using slipway::middleware::Call;

class Fault final : public Behaviour {
 public:
  std::string_view kind() const override { return "fault"; }
  std::string summary() const override { return "fault " + Value(percent_).to_text() + " % " + std::to_string(status_); }
  std::vector<Tunable> tunables() const override {
    return {{section + ".percent", "float", Value(percent_), "share of calls that fail, 0 to 100", {}},
            {section + ".seed", "int", Value(seed_), "seed of the choice; 0 = a new one at each start", {}}};
  }
  Status run(Call&, Variables&, Runtime& runtime) const override {
    if (runtime.chance(section).uniform() * 100.0 >= runtime.number(section + ".percent", 0)) return {};
    return slipway::Error(status_, reason_, message_);
  }
  void write_cpp(CppWriter& out) const override {
    out.open("if (@fault:" + section + "@(call)) {");
    out.line("const slipway::Error fault(" + std::to_string(status_) + ", " + cpp_string(reason_) + ", " + cpp_string(message_) + ");");
    out.line("co_return fault;");
    out.close();
  }
  double percent_ = 0;
  int status_ = 503;
  std::int64_t seed_ = 0;
  std::string reason_, message_;
};

}  // namespace

slipway::Result<BehaviourPtr> read_fault(const Value& step, ReadContext& context) {
  Options o("fault", step, context, "percent", {"percent", "status", "reason", "message", "seed"});
  auto b = std::make_shared<Fault>();
  b->line = step.line;
  b->section = context.section.empty() ? "fault" : context.section;
  b->percent_ = o.number("percent", 100, 0, 100);
  b->status_ = static_cast<int>(o.integer("status", 503, 400, 599));
  b->reason_ = o.text("reason", "FAULT_INJECTED");
  b->message_ = o.text("message", "this failure was asked for");
  b->seed_ = o.integer("seed", 0, 0, INT64_MAX);
  if (!o.status().ok()) return o.status().error();
  return BehaviourPtr(b);
}

}  // namespace workbench::behaviour
