// cache: reads through, writes and drops entries of the service's cache.
//   cache: { key: "order:{{path.id}}", as: order, ttl: 30s, fill: [ steps that make `order` ] }
//   cache: { put: "order:{{order.id}}", value: "{{order}}", ttl: 30s }
//   cache: { drop: "order:{{path.id}}" }
#include "slipway/values/values.h"
#include "workbench/behaviour/behaviours.h"
#include "workbench/behaviour/options.h"

namespace workbench::behaviour {
namespace {

using slipway::Status;
using slipway::Task;
using slipway::Value;
using slipway::middleware::Call;

class Cache final : public Behaviour {
 public:
  enum class Mode { Through, Put, Drop };
  std::string_view kind() const override { return "cache"; }
  std::string summary() const override {
    return mode_ == Mode::Through ? "cache " + as_ : mode_ == Mode::Put ? "cache put" : "cache drop";
  }
  bool suspends() const override { return mode_ == Mode::Through; }
  std::vector<Tunable> tunables() const override {
    if (mode_ == Mode::Drop) return {};
    std::vector<Tunable> all;
    for (const auto& f : fill_)
      for (auto& t : f->tunables()) all.push_back(t);
    all.push_back({section + ".ttl", "duration", Value(ttl_), "how long an entry lives", {}});
    return all;
  }
  std::vector<std::string> calls() const override {
    std::vector<std::string> out;
    for (const auto& f : fill_)
      for (auto& c : f->calls()) out.push_back(c);
    return out;
  }
  void add_needs(Needs& needs) const override {
    needs.cache = true;
    for (const auto& f : fill_) f->add_needs(needs);
  }
  Status run(Call& call, Variables& variables, Runtime& runtime) const override {
    const std::string key = key_.render(call, variables);
    if (mode_ == Mode::Drop) return runtime.cache_drop(call.context, key);
    return runtime.cache_put(call.context, key, value_.eval(call, variables), runtime.duration(section + ".ttl", std::chrono::seconds(30)));
  }
  Task<Status> run_async(Call& call, Variables& variables, Runtime& runtime) const override {
    const std::string key = key_.render(call, variables);
    auto hit = runtime.cache_get(call.context, key);
    if (!hit.ok()) co_return hit.error();
    if (!hit->is_null()) {
      variables.values[as_] = std::move(*hit);
      co_return Status();
    }
    for (const auto& step : fill_) {
      Status s;
      if (step->suspends())
        s = co_await step->run_async(call, variables, runtime);
      else
        s = step->run(call, variables, runtime);
      if (!s.ok()) co_return s;
    }
    co_return runtime.cache_put(call.context, key, variables.values[as_], runtime.duration(section + ".ttl", std::chrono::seconds(30)));
  }
  void write_cpp(CppWriter& out) const override {
    if (mode_ == Mode::Drop) {
      out.line("if (Status s = @cache_drop@(call, " + key_.cpp_expression() + "); !s.ok()) co_return s;");
      return;
    }
    if (mode_ == Mode::Put) {
      out.line("if (Status s = @cache_put:" + section + "@(call, " + key_.cpp_expression() + ", " + value_.cpp_expression() + "); !s.ok()) co_return s;");
      return;
    }
    const std::string name = cpp_variable(as_);
    out.line("const std::string " + name + "_key = " + key_.cpp_expression() + ";");
    out.line("auto " + name + "_hit = @cache_get@(call, " + name + "_key);");
    out.line("if (!" + name + "_hit.ok()) co_return " + name + "_hit.error();");
    out.line("Value " + name + "_cached = std::move(*" + name + "_hit);");
    out.open("if (" + name + "_cached.is_null()) {");
    for (const auto& step : fill_) step->write_cpp(out);
    out.line("if (Status s = @cache_put:" + section + "@(call, " + name + "_key, " + name + "); !s.ok()) co_return s;");
    out.line(name + "_cached = " + name + ";");
    out.close();
    out.line("const Value& " + name + " = " + name + "_cached;");
  }
  Mode mode_ = Mode::Through;
  std::string as_, ttl_;
  TextTemplate key_;
  ValueTemplate value_;
  std::vector<BehaviourPtr> fill_;
};

}  // namespace

slipway::Result<BehaviourPtr> read_cache(const Value& step, ReadContext& context) {
  Options o("cache", step, context, "", {"key", "as", "fill", "put", "value", "drop", "ttl"});
  auto b = std::make_shared<Cache>();
  b->line = step.line;
  b->section = context.section.empty() ? "cache" : context.section;
  context.section.clear();
  b->ttl_ = o.duration("ttl", "30s");
  if (!context.has_cache) o.fail(o.error("", "needs a cache, which the service " + context.service + " does not have (add cache: { max_entries: 10000, ttl: 30s })"));
  const int modes = int(o.has("key")) + int(o.has("put")) + int(o.has("drop"));
  if (modes != 1) o.fail(o.error("", "needs exactly one of key (read through), put and drop"));
  if (o.has("put")) {
    b->mode_ = Cache::Mode::Put;
    b->key_ = o.text_template("put", Escape::Text);
    if (!o.has("value")) o.fail(o.error("value", "is missing: what is to be put"));
    b->value_ = o.value_template("value");
  } else if (o.has("drop")) {
    b->mode_ = Cache::Mode::Drop;
    b->key_ = o.text_template("drop", Escape::Text);
  } else {
    b->key_ = o.text_template("key", Escape::Text);
    b->as_ = o.required_text("as");
    if (!o.has("fill")) o.fail(o.error("fill", "is missing: the steps that make '" + b->as_ + "' on a miss"));
    if (o.status().ok()) {
      auto fill = read_behaviours(o.get("fill"), context);
      if (!fill.ok()) return fill.error();
      if (!context.names.variables.count(b->as_)) o.fail(o.error("fill", "no step makes '" + b->as_ + "' (give one `as: " + b->as_ + "`)"));
      b->fill_ = std::move(*fill);
    }
  }
  if (!o.status().ok()) return o.status().error();
  return BehaviourPtr(b);
}

}  // namespace workbench::behaviour
