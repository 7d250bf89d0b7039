// The table of behaviours, reading a route's steps, and the handler that runs them.
#include "workbench/behaviour/behaviours.h"

#include "workbench/behaviour/behaviour.h"
#include "workbench/behaviour/extensions.h"

namespace workbench::behaviour {

using slipway::Result;
using slipway::Status;
using slipway::Task;
using slipway::Value;
using slipway::middleware::Call;
using slipway::middleware::Outcome;

namespace {

struct Kind {
  std::string_view name;
  Result<BehaviourPtr> (*read)(const Value& step, ReadContext& context);
};

// A new behaviour: its two files and a line here.
constexpr Kind kKinds[] = {
    {"reply", read_reply}, {"echo", read_echo}, {"delay", read_delay}, {"work", read_work},
    {"fault", read_fault}, {"sql", read_sql},   {"cache", read_cache}, {"call", read_call},
};

slipway::Error at(const Value& value, const ReadContext& context, std::string message) {
  slipway::Mark mark = context.names.where;
  if (value.line > 0) {
    mark.line = value.line;
    mark.column = value.column;
  }
  return slipway::bad_request(std::move(message), "BEHAVIOUR_INVALID").with_mark(mark);
}

}  // namespace

Result<BehaviourPtr> read_kind(const Value& step, const std::string& kind, const Value& options, ReadContext& context);

namespace {

Result<BehaviourPtr> read_one(const Value& step, ReadContext& context) {
  std::string kind;
  const Value* options = nullptr;
  static const Value kNull;
  if (step.is_string()) {
    kind = step.as_string();
    options = &kNull;
  } else if (step.is_map() && step.as_map().size() == 1) {
    const auto& entry = *step.as_map().begin();
    kind = entry.first;
    options = &entry.second;
  } else {
    return at(step, context, "a step is a behaviour's name with its options, for example `- reply: { status: 200 }`");
  }
  return read_kind(step, kind, *options, context);
}

}  // namespace

Result<BehaviourPtr> read_kind(const Value& step, const std::string& kind, const Value& options, ReadContext& context) {
  for (const Kind& k : kKinds)
    if (k.name == kind) return k.read(options, context);
  if (context.extensions && context.extensions->behaviours.has(kind))
    return context.extensions->behaviours.make(kind, context.service + " " + context.route, options, context);
  const auto names = behaviour_names(context.extensions);
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  const std::string near = nearest(kind, names);
  return at(step, context, "there is no behaviour '" + kind + "'" + (near.empty() ? " (" + all + ")" : "; did you mean '" + near + "'?"));
}

Result<BehaviourPtr> read_behaviour(const std::string& kind, const Value& options, const std::string& section, ReadContext& context) {
  context.section = section;
  auto b = read_kind(options, kind, options, context);
  context.section.clear();
  return b;
}

namespace {

Task<Status> run_all(std::shared_ptr<const std::vector<BehaviourPtr>> steps, std::shared_ptr<Runtime> runtime, Call& call) {
  Variables variables;
  for (const auto& step : *steps) {
    // Not a conditional expression: g++ 12 copies the result of a co_await inside one bit by bit.
    Status s;
    if (step->suspends())
      s = co_await step->run_async(call, variables, *runtime);
    else
      s = step->run(call, variables, *runtime);
    if (!s.ok()) co_return s;
  }
  co_return Status();
}

}  // namespace

Result<std::vector<BehaviourPtr>> read_behaviours(const Value& steps, ReadContext& context) {
  std::vector<BehaviourPtr> out;
  auto add = [&](const Value& step) -> Status {
    auto b = read_one(step, context);
    if (!b.ok()) return b.error();
    out.push_back(*b);
    return {};
  };
  if (steps.is_list()) {
    for (const Value& step : steps.as_list())
      if (Status s = add(step); !s.ok()) return s.error();
  } else if (steps.is_map()) {
    for (const auto& [kind, options] : steps.as_map()) {
      Value one = Value::object({{kind, options}});
      one.line = options.line;
      one.column = options.column;
      if (Status s = add(one); !s.ok()) return s.error();
    }
  } else if (steps.is_string()) {
    if (Status s = add(steps); !s.ok()) return s.error();
  }
  if (out.empty()) return at(steps, context, "the route " + context.route + " does nothing; give it a step, for example `- reply: { status: 200 }`");
  return out;
}

std::vector<std::string_view> behaviour_names() {
  std::vector<std::string_view> names;
  for (const Kind& k : kKinds) names.push_back(k.name);
  return names;
}

std::set<std::string> path_parameters(std::string_view path) {
  std::set<std::string> out;
  for (std::size_t at = 0; (at = path.find('{', at)) != std::string_view::npos; ++at) {
    const auto end = path.find('}', at);
    if (end == std::string_view::npos) break;
    std::string_view name = path.substr(at + 1, end - at - 1);
    if (name.ends_with("...")) name.remove_suffix(3);
    out.emplace(name);
  }
  return out;
}

std::vector<std::string> behaviour_names(const Extensions* extensions) {
  if (extensions) return extensions->behaviours.names();
  const auto built_in = behaviour_names();
  return {built_in.begin(), built_in.end()};
}

Kinds::Kinds() : Family("behaviour", behaviour_names(nullptr)) {}

bool may_suspend(const std::vector<BehaviourPtr>& steps) {
  for (const auto& s : steps)
    if (s->suspends()) return true;
  return false;
}

slipway::middleware::Handler make_handler(std::vector<BehaviourPtr> steps, std::shared_ptr<Runtime> runtime) {
  const bool suspends = may_suspend(steps);
  auto shared = std::make_shared<const std::vector<BehaviourPtr>>(std::move(steps));
  if (suspends) return [shared, runtime](Call& call) -> Outcome { return run_all(shared, runtime, call); };
  return [shared, runtime](Call& call) -> Outcome {
    Variables variables;
    for (const auto& step : *shared) {
      Status s = step->run(call, variables, *runtime);
      if (!s.ok()) return s;
    }
    return {};
  };
}

Status Behaviour::run(Call&, Variables&, Runtime&) const {
  throw std::logic_error(std::string(kind()) + " suspends: it has no synchronous run");
}

Task<Status> Behaviour::run_async(Call& call, Variables& variables, Runtime& runtime) const {
  co_return run(call, variables, runtime);
}

void CppWriter::line(std::string_view text) {
  if (!text.empty()) out_ += indent();
  out_ += text;
  out_ += '\n';
}

}  // namespace workbench::behaviour
