// Between the two designs: an injected part that takes a named instance, and an instance that is a container's node.
//
//   bind_instance<data::Database>(bindings, scope);                 // Orders(Database&) gets the scope's `default`
//   provide_node<Pricing>(scope, "pricing", graph);                 // g-style code finds the container's Pricing
//
// The instance named `default` and the unnamed binding correspond; other names are the same on both sides. The object stays with
// whom made it: a scope must outlive the graph that binds its instances, a graph the scope that provides its nodes. Circles are
// found inside a graph and inside a scope; one that two threads close through both at once is not.
#pragma once

#include <string>
#include <utility>

#include "slipway/inject/graph.h"
#include "slipway/instance/scope.h"

namespace slipway::inject {

// The scope's instance of T as a singleton, made on first use; its error becomes the graph's. Later put() or replace() in the scope
// do not reach a graph that has it already.
template <class T>
Bindings::Entry bind_instance(Bindings& bindings, instance::InstanceScope& scope, std::string name = {}) {
  const std::string instance = name.empty() ? std::string(instance::InstanceScope::kDefault) : name;
  auto entry = bindings.singleton<T>([&scope, instance]() -> Result<Made<T>> {
    auto found = scope.find<T>(instance);
    if (!found) return found.error();
    return Made<T>(Made<void>(), *found);
  });
  if (!name.empty()) entry.named(std::move(name));
  return entry;
}

// The graph's T as an instance of the scope, under the label `kind`. A transient is made for the scope, which then owns it.
template <class T>
void provide_node(instance::InstanceScope& scope, std::string kind, Graph& graph) {
  scope.provide<T>(std::move(kind), [&graph](instance::InstanceScope&, const std::string& name) -> Result<Made<T>> {
    try {
      return graph.make<T>(name == instance::InstanceScope::kDefault ? std::string_view() : std::string_view(name));
    } catch (const InjectError& e) {
      return e.error();
    }
  });
}

}  // namespace slipway::inject
