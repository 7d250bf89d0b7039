// Graph: bindings that have been checked, and what was made from them.
//
//   auto graph = Graph::build(std::move(bindings));      // or an Error that names every mistake
//   if (auto ok = graph->start(); !ok) ...               // eager singletons, each after what it needs
//   Orders& orders = graph->get<Orders>();               // once, at the top; from then on a plain reference
//   auto test = graph->fork(overrides);                  // the same wiring with some parts replaced; nothing shared
//
// build() refuses: a type bound twice, a missing binding (naming who needs it, and the nearest names), a circle (printed as
// a path; a Provider breaks it), and a singleton that would capture a transient. Singletons die in reverse order of
// making. get() of a ready singleton is thread-safe and takes no lock; making is under one lock.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

#include "slipway/inject/bindings.h"

namespace slipway::inject {

class InjectError : public std::runtime_error {
 public:
  explicit InjectError(Error error) : std::runtime_error(error.to_string()), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

// What is known of one node, for views.
struct NodeInfo {
  std::string type;  // "Orders"
  Lifetime lifetime = Lifetime::Singleton;
  bool lazy = false;
  bool created = false;
  std::int64_t created_wall_ns = 0;
  std::int64_t creation_ns = 0;  // its own factory; what it needed was made before
  int order = 0;                 // 1 = made first
  std::vector<std::string> depends_on;
};

class Graph {
 public:
  static Result<std::unique_ptr<Graph>> build(Bindings bindings);
  ~Graph();  // destroys singletons, the last made first
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  // Makes the singletons that are not lazy, dependencies first. On failure those made are destroyed again, and the error
  // says for whom it was being made.
  Status start();
  // Throws InjectError when the making of a lazy one fails. For the top of the program, not for its parts.
  template <class T>
  T& get() {
    Node& node = node_of(type_key<std::remove_const_t<T>>());
    if (void* object = node.object.load(std::memory_order_acquire)) [[likely]]
      return *static_cast<T*>(object);
    return *static_cast<T*>(make_singleton(node));
  }
  // A transient of one's own, or a share of a singleton.
  template <class T>
  Made<T> make() {
    return std::static_pointer_cast<T>(make_any(type_key<std::remove_const_t<T>>()));
  }
  // A new graph of the same bindings, those of `overrides` in place of ours or added.
  Result<std::unique_ptr<Graph>> fork(Bindings overrides) const;

  // In order of making; those not made last, in order of dependency.
  std::vector<NodeInfo> nodes() const;

 private:
  struct Node {
    detail::Binding binding;
    std::atomic<void*> object{nullptr};
    std::shared_ptr<void> holder;
    std::int64_t created_wall_ns = 0, creation_ns = 0;
    int order = 0;
    explicit Node(detail::Binding b) : binding(std::move(b)) {}
  };
  Graph() = default;
  Node& node_of(TypeKey type);
  void* make_singleton(Node& node);
  std::shared_ptr<void> make_any(TypeKey type);
  void destroy();

  std::vector<std::unique_ptr<Node>> nodes_;  // dependencies before those who need them
  std::unordered_map<TypeKey, Node*> by_type_;
  std::recursive_mutex mutex_;                // while singletons are made
  mutable std::mutex info_mutex_;
  std::vector<Node*> made_;                   // under info_mutex_
};

template <class T>
Made<T> Provider<T>::operator()() const {
  return graph_->make<T>();
}

template <class D>
D Bindings::resolve(Graph& graph) {
  using T = typename detail::Dependency<D>::Type;
  if constexpr (detail::Dependency<D>::kWant == detail::Want::Reference) return graph.get<T>();
  else if constexpr (detail::Dependency<D>::kWant == detail::Want::Provider) return Provider<T>(graph);
  else return graph.make<T>();
}

}  // namespace slipway::inject
