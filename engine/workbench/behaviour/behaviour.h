// Behaviour: one step of a prototype's route. A strategy family: this header plus the table in behaviours.cpp
// (reply, echo, delay, work, fault, sql, cache, call). Each kind is one class with three faces:
//   read   from YAML, with errors at file:line:column (its factory in the table)
//   run    on a call, with the framework objects of its service instance (Runtime)
//   write  as C++ that does the same on the framework alone (write_cpp)
// A route runs its steps in order until one fails or answers.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/family.h"
#include "slipway/base/task.h"
#include "slipway/middleware/middleware.h"
#include "workbench/behaviour/runtime.h"
#include "workbench/behaviour/template.h"

namespace workbench::behaviour {

// A config key that a behaviour reads live, below `<service>.` (or `<service>.<instance>.`).
struct Tunable {
  std::string name;             // "work.service_time"
  std::string type;             // "duration", "int", "float", "string", "enum"
  slipway::Value value;         // as written in the service file: the defaults layer
  std::string doc;
  std::vector<std::string> choices;
};

// What steps use of their service, so that it can be checked and made before calls come.
struct Needs {
  bool database = false, cache = false;
  std::set<std::string> http, grpc;   // services called, by protocol
  bool operator==(const Needs&) const = default;
};

struct Extensions;  // extensions.h

// What reading a step needs to know, and what it tells the steps after it.
struct ReadContext {
  Names names;
  std::string service;
  std::string route;            // "POST /orders"
  bool grpc = false;
  std::string section;          // config section of the step being read; empty = its kind's usual one
  bool has_database = true, has_cache = true;   // of the service: a step that needs one it lacks is refused
  const Extensions* extensions = nullptr;  // what plugins add; null = nothing
};

// Where C++ is written to while a handler is exported.
class CppWriter {
 public:
  explicit CppWriter(int indent = 1) : indent_(indent) {}
  void line(std::string_view text);
  void raw(std::string_view text) { out_ += text; }   // already indented
  std::string indent() const { return std::string(static_cast<std::size_t>(indent_) * 2, ' '); }
  void open(std::string_view text) { line(text), ++indent_; }
  void close(std::string_view text = "}") { --indent_, line(text); }
  const std::string& text() const { return out_; }

 private:
  int indent_;
  std::string out_;
};

class Behaviour {
 public:
  virtual ~Behaviour() = default;
  virtual std::string_view kind() const = 0;
  virtual std::string summary() const = 0;                       // "call inventory Reserve", for tables
  virtual std::vector<Tunable> tunables() const { return {}; }
  // True when run() may have to wait: then run_async() is used.
  virtual bool suspends() const { return false; }
  virtual slipway::Status run(slipway::middleware::Call& call, Variables& variables, Runtime& runtime) const;
  virtual slipway::Task<slipway::Status> run_async(slipway::middleware::Call& call, Variables& variables, Runtime& runtime) const;
  // Statements of a coroutine `Task<Status> handler(Service& service, Call& call)`; failures leave by `co_return error`.
  virtual void write_cpp(CppWriter& out) const = 0;
  // Services it calls, for Topology and for the order of starting.
  virtual std::vector<std::string> calls() const { return {}; }
  virtual void add_needs(Needs&) const {}
  int line = 0;
  std::string section;          // "work": tunables are `<section>.<option>`
};
using BehaviourPtr = std::shared_ptr<const Behaviour>;

// Kinds that a program adds to the built-in ones, by plugins. A factory reads the options below the kind's name, as the built-in
// kinds do: errors carry the options' place.
class Kinds final : public slipway::Family<const Behaviour, const slipway::Value&, ReadContext&> {
 public:
  Kinds();
};

// Reads the list of steps of a route: [{reply: {...}}, {delay: 10ms}, echo]. Every error at once would hide the first:
// the first is returned. `context.names` grows with what the steps make.
slipway::Result<std::vector<BehaviourPtr>> read_behaviours(const slipway::Value& steps, ReadContext& context);
// One step by its kind, with the config section of its tunables.
slipway::Result<BehaviourPtr> read_behaviour(const std::string& kind, const slipway::Value& options, const std::string& section, ReadContext& context);
std::vector<std::string_view> behaviour_names();                       // built in
std::vector<std::string> behaviour_names(const Extensions* extensions);   // and those of plugins

// The framework handler that runs these steps. Synchronous when none of them suspends.
slipway::middleware::Handler make_handler(std::vector<BehaviourPtr> steps, std::shared_ptr<Runtime> runtime);
bool may_suspend(const std::vector<BehaviourPtr>& steps);
// The names in a route's path: "/orders/{id}/{rest...}" -> id, rest.
std::set<std::string> path_parameters(std::string_view path);

}  // namespace workbench::behaviour
