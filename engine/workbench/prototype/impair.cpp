#include "workbench/prototype/impair.h"

namespace workbench::prototype {
namespace {

using namespace slipway::middleware;
using slipway::Status;
using slipway::Task;

class Impair final : public Middleware {
 public:
  Impair(slipway::Duration added, double percent, const std::string& keys)
      : added_(added), percent_(percent), shaped_by_((added > slipway::Duration::zero() ? keys + ".added_latency" : "") + (added > slipway::Duration::zero() && percent > 0 ? "," : "") + (percent > 0 ? keys + ".failure_percent" : "")), key_(slipway::telemetry::intern("config.key")) {}
  std::string_view name() const override { return "impair"; }
  Shape shape() const override { return Shape::Around; }
  bool keeps_views() const override { return false; }
  std::string describe() const override {
    std::string out;
    if (added_ > slipway::Duration::zero()) out = "+" + slipway::format_duration(added_);
    if (percent_ > 0) out += (out.empty() ? "" : ", ") + slipway::Value(percent_).to_text() + " % fail";
    return out;
  }
  Outcome around(Call& call, Next next) override { return delayed(call, next); }

 private:
  Task<Status> delayed(Call& call, Next next) {
    if (call.trace.active() && call.trace.detailed() && call.trace.size() > 0)
      call.trace.attribute(call.trace.size() - 1, key_, shaped_by_);
    if (added_ > slipway::Duration::zero()) co_await slipway::sleep_for(std::min(added_, call.context.remaining()));
    if (Status s = call.context.check(); !s.ok()) co_return s;
    if (percent_ > 0 && slipway::thread_random().uniform() * 100.0 < percent_) {
      const slipway::Error added = slipway::unavailable("this instance fails " + slipway::Value(percent_).to_text() + " % of its calls by a setting", "FAILURE_ADDED");
      co_return added;
    }
    Outcome o = next();
    if (o.suspended()) co_return co_await std::move(o.task());
    co_return o.status();
  }
  slipway::Duration added_;
  double percent_;
  std::string shaped_by_;
  slipway::telemetry::NameId key_;
};

}  // namespace

MiddlewarePtr make_impair(slipway::Duration added, double failure_percent, std::string keys) {
  return std::make_shared<Impair>(added, failure_percent, keys);
}

}  // namespace workbench::prototype
