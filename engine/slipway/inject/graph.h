// Graph: bindings that have been checked, and what was made from them.
//
//   auto graph = Graph::build(std::move(bindings));      // or an Error that names every mistake
//   if (auto ok = graph->start(); !ok) ...               // eager singletons, each after what it needs, independent ones side by side
//   Orders& orders = graph->get<Orders>();               // once, at the top; from then on a plain reference
//   auto test = graph->fork(overrides);                  // the same wiring with some parts replaced; nothing shared
//
// build() refuses: a type bound twice under one name, a missing binding (naming who needs it, and the nearest names), a circle
// (printed as a path; a Provider breaks it), a singleton that would capture a transient or a part of a request. Singletons die in
// reverse order of making.
//
// get() of a ready singleton is thread-safe and takes no lock; a lazy one is made once however many threads ask, and delays only
// those who ask for it. Factories that ask for each other in a circle at run time (by Providers) get an error that prints it. A
// failure is not remembered: who waited for that attempt gets its error, the next one tries again. start() and the destructor
// belong to one thread, while nobody else uses the graph.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/time.h"
#include "slipway/inject/bindings.h"
#include "slipway/inject/check.h"
#include "slipway/inject/node.h"

namespace slipway::inject {

// What is known of one node, for views; times as those of instance::Record.
struct NodeInfo {
  std::string type;  // "Orders"
  std::string name;  // "" = the unnamed binding
  Lifetime lifetime = Lifetime::Singleton;
  bool lazy = false;
  bool created = false;
  std::int64_t created_wall_ns = 0;  // when it was ready
  std::int64_t creation_ns = 0;      // its own factory; what it needed was made before
  int order = 0;                     // 1 = ready first; 0 = not made, or there before the graph
  int worker = 0;                    // 0 = the thread that called start() or get(), else the helper that made it
  std::vector<std::string> depends_on;
};

struct StartOptions {
  // Threads that make independent singletons side by side, this one counted. 0 = as needed: one while there are but constructors to
  // call, which seldom wait; one per core, at most 8, when two or more parts have factories of their own.
  int threads = 0;
  // The calling thread goes alone for so long: most graphs are done before another thread would have begun.
  Duration alone = std::chrono::microseconds(500);
};

class Graph {
 public:
  static Result<std::unique_ptr<Graph>> build(Bindings bindings);
  ~Graph();  // destroys singletons, the last made first
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;

  // Makes the singletons that are not lazy, and those they need, dependencies first. Blocks. The first failure keeps all that
  // have not begun from beginning; when those under way have ended, what was made is destroyed again, the last made first. The
  // error is the first failure, saying for whom it was being made; later ones stand below it as "also:" lines.
  Status start(const StartOptions& options = {});
  // Throws InjectError when the making of a lazy one fails, or there is no such binding. For the top of the program, not for its
  // parts.
  template <class T>
  T& get(std::string_view name = {}) {
    const auto node = node_of(slipway::detail::kTypeSlot<std::remove_const_t<T>>, name);
    if (void* object = objects_[node].load(std::memory_order_acquire)) [[likely]]
      return *static_cast<T*>(object);
    return *static_cast<T*>(make_singleton(node));
  }
  // A transient of one's own, or a share of a singleton. The same errors.
  template <class T>
  Made<T> make(std::string_view name = {}) {
    return std::static_pointer_cast<T>(detail::made_of(*this, nullptr, node_of(slipway::detail::kTypeSlot<std::remove_const_t<T>>, name)));
  }
  // A new graph of the same bindings, those of `overrides` in place of ours or added. Factories are shared, objects are not.
  Result<std::unique_ptr<Graph>> fork(Bindings overrides) const;

  // True when the bindings declare input<T>().
  template <class T>
  bool has_input(std::string_view name = {}) const {
    const auto at = index_->find(slipway::detail::kTypeSlot<std::remove_const_t<T>>, name);
    return at != detail::BindingIndex::kNone && bindings_.list_[at].lifetime == Lifetime::Request && !bindings_.list_[at].recipe->make;
  }

  // In order of making; those not made last, in order of dependency.
  std::vector<NodeInfo> nodes() const;

 private:
  friend class Request;
  friend void* detail::missing_reference(Graph& graph, Request* request, std::uint32_t node);
  friend std::shared_ptr<void> detail::made_of(Graph& graph, Request* request, std::uint32_t node);
  struct Run;  // one start(), start.cpp
  Graph() = default;

  std::uint32_t node_of(slipway::detail::TypeSlot& type, std::string_view name) const {
    const auto at = index_->find(type, name);
    if (at == detail::BindingIndex::kNone) throw_not_bound(type, name);
    return at;
  }
  [[noreturn]] void throw_not_bound(slipway::detail::TypeSlot& type, std::string_view name) const;
  const detail::Binding& binding(std::uint32_t node) const { return bindings_.list_[node]; }
  const std::uint32_t* targets(std::uint32_t node) const { return plan_.targets.data() + plan_.first_need[node]; }
  detail::Resolver resolver(std::uint32_t node, Request* request) { return {*this, request, objects_.get(), targets(node)}; }
  std::string circle(const detail::Maker& me, std::uint32_t node) const;
  void* make_singleton(std::uint32_t node);
  void* claim_and_make(std::uint32_t node);
  void* make_claimed(std::uint32_t node, std::uint64_t started, int worker);
  void give_up(std::uint32_t node, const Error& why);
  Status start_in_order(const std::vector<std::uint32_t>& nodes);
  void work(Run& run, int worker);
  void help(Run& run, int threads, Duration alone);
  void destroy();

  Bindings bindings_;
  std::unique_ptr<detail::BindingIndex> index_;
  detail::Plan plan_;
  // By the number of the binding.
  std::unique_ptr<std::atomic<void*>[]> objects_;
  std::unique_ptr<detail::Node[]> nodes_;
  // Where constructors put the singletons of a start: side by side, as one block costs less than a thousand. By the number of the
  // binding, kElsewhere for others.
  static constexpr std::uint32_t kElsewhere = UINT32_MAX;
  std::unique_ptr<std::byte[]> room_;
  std::unique_ptr<std::uint32_t[]> places_;
  std::vector<std::uint32_t> request_slots_;       // empty when there are no parts of requests
  std::uint32_t request_slot_count_ = 0;

  std::unique_ptr<std::uint32_t[]> made_;          // [order - 1]
  std::atomic<int> made_count_{0};
  std::atomic<int> waiting_{0};                    // threads that want to hear of the next node that is ready
  std::condition_variable changed_;                // this and the next with the lock on makers
  std::map<std::uint32_t, Error> failures_;        // of the last attempts, for those who waited for them
};

}  // namespace slipway::inject
