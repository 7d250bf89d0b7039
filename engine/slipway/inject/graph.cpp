#include "slipway/inject/graph.h"

#include <algorithm>
#include <optional>

#include "slipway/inject/making.h"
#include "slipway/inject/request.h"
#include "slipway/instance/scope.h"

// AddressSanitizer tells objects apart that lie in blocks of their own.
#if defined(__SANITIZE_ADDRESS__)
#define SLIPWAY_OBJECTS_APART 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLIPWAY_OBJECTS_APART 1
#endif
#endif

namespace slipway::inject {

using detail::Binding;
using detail::Maker;
using detail::Node;

namespace detail {

std::mutex& makers_mutex() {
  static std::mutex mutex;
  return mutex;
}

thread_local constinit Maker* making_here = nullptr;
constinit Maker made_already;

Error while_making(const Binding& binding, const Error& cause) {
  return cause.wrap("making " + binding.label());
}

Owned call_factory(const Binding& binding, const Resolver& by) {
  std::optional<Error> failed;
  try {
    Owned made = binding.recipe->make(binding.factory, by);
    if (made.object()) [[likely]]
      return made;
    failed = internal_error("its factory gave nothing");
  } catch (const InjectError& e) {
    failed = e.error();
  } catch (const instance::InstanceError& e) {
    failed = e.error();
  } catch (const std::exception& e) {
    failed = internal_error(std::string("its factory threw: ") + e.what());
  } catch (...) {
    failed = internal_error("its factory threw something that is no std::exception");
  }
  throw InjectError(while_making(binding, *failed));
}

void* missing_reference(Graph& graph, Request* request, std::uint32_t node) {
  if (request && graph.binding(node).lifetime == Lifetime::Request) return request->part(node);
  return graph.make_singleton(node);
}

std::shared_ptr<void> made_of(Graph& graph, Request* request, std::uint32_t node) {
  const auto by = graph.resolver(node, request);
  if (graph.binding(node).lifetime != Lifetime::Transient) return std::shared_ptr<void>(std::shared_ptr<void>(), reference_of(by, node));
  auto made = std::make_shared<Owned>(call_factory(graph.binding(node), by));
  void* object = made->object();
  return std::shared_ptr<void>(std::move(made), object);
}

}  // namespace detail

Result<std::unique_ptr<Graph>> Graph::build(Bindings bindings) {
  std::unique_ptr<Graph> graph(new Graph());
  graph->bindings_ = std::move(bindings);
  const auto& all = graph->bindings_.list_;
  graph->index_ = std::make_unique<detail::BindingIndex>(all);
  auto plan = detail::check_and_order(all, *graph->index_);
  if (!plan) return plan.error();
  graph->plan_ = std::move(*plan);
  graph->objects_ = std::make_unique<std::atomic<void*>[]>(all.size());
  graph->nodes_ = std::make_unique<Node[]>(all.size());
  graph->made_ = std::make_unique_for_overwrite<std::uint32_t[]>(all.size());
  graph->places_ = std::make_unique_for_overwrite<std::uint32_t[]>(all.size());
  bool some_lazy = false;
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    graph->places_[i] = kElsewhere;
    if (all[i].lifetime == Lifetime::Singleton) {
      graph->nodes_[i].at_start = !all[i].lazy;
      some_lazy = some_lazy || all[i].lazy;
    }
    if (all[i].lifetime == Lifetime::Object) graph->objects_[i].store(const_cast<void*>(all[i].factory), std::memory_order_relaxed);
    if (all[i].lifetime != Lifetime::Request) continue;
    graph->request_slots_.resize(all.size());
    graph->request_slots_[i] = graph->request_slot_count_++;
  }
  std::uint32_t room = 0;
#ifndef SLIPWAY_OBJECTS_APART
  for (const auto i : graph->plan_.order) {  // in the order of making
    constexpr std::uint32_t kStep = __STDCPP_DEFAULT_NEW_ALIGNMENT__;
    const auto size = all[i].recipe->size;
    if (size == 0 || all[i].lazy || all[i].lifetime != Lifetime::Singleton) continue;
    graph->places_[i] = room;
    room += (size + kStep - 1) / kStep * kStep;
  }
#endif
  if (room > 0) graph->room_ = std::make_unique_for_overwrite<std::byte[]>(room);
  if (!some_lazy) return graph;
  // Lazy ones that others need at the start. Backwards through the order everybody is seen before what it needs.
  for (auto it = graph->plan_.order.rbegin(); it != graph->plan_.order.rend(); ++it) {
    const Binding& binding = all[*it];
    Node& node = graph->nodes_[*it];
    if (binding.lifetime != Lifetime::Singleton || !node.at_start) continue;
    const auto* targets = graph->targets(*it);
    for (std::uint32_t n = 0; n < binding.need_count(); ++n)
      if (binding.want(n) != detail::Want::Provider) graph->nodes_[targets[n]].at_start = true;
  }
  return graph;
}

Graph::~Graph() { destroy(); }

void Graph::destroy() {
  for (int at = made_count_.load(std::memory_order_acquire); at > 0; --at) {
    const auto node = made_[at - 1];
    objects_[node].store(nullptr, std::memory_order_release);
    nodes_[node].maker.store(nullptr, std::memory_order_relaxed);
    made_count_.store(at - 1, std::memory_order_relaxed);
    const detail::Owned dying(std::move(nodes_[node].owned));  // its destructor may use what is left
  }
}

void Graph::throw_not_bound(slipway::detail::TypeSlot& type, std::string_view name) const {
  throw InjectError(not_found(std::string(type.name) + (name.empty() ? "" : " \"" + std::string(name) + "\"") + " is not bound in this graph",
                              "NOT_BOUND"));
}

void* Graph::make_singleton(std::uint32_t node) {
  const Binding& what = binding(node);
  if (what.lifetime == Lifetime::Transient)
    throw InjectError(conflict(what.label() + " is transient: use make(), which owns it", "TRANSIENT"));
  if (what.lifetime == Lifetime::Request)
    throw InjectError(conflict(what.label() + " is a part of a request: ask a Request for it", "OUTSIDE_REQUEST"));
  return claim_and_make(node);
}

// The makers that would wait for each other if `me` waited for `node`, as a path back to it; empty when it is safe. Under the lock.
std::string Graph::circle(const Maker& me, std::uint32_t node) const {
  const auto label = [this](const Node* at) {  // of another graph: its own words for it are not at hand
    const auto number = at - nodes_.get();
    return number >= 0 && static_cast<std::size_t>(number) < bindings_.list_.size() ? binding(static_cast<std::uint32_t>(number)).label() : "a part of another graph";
  };
  std::string path;
  for (const Node* wanted = &nodes_[node]; wanted;) {
    const Maker* maker = wanted->maker.load();
    if (!maker || maker == &detail::made_already) return {};
    std::string inside;
    for (const Node* at = maker->innermost.load(std::memory_order_acquire); at && at != wanted; at = at->outer.load(std::memory_order_relaxed))
      inside = label(at) + " → " + inside;
    path += label(wanted) + " → " + inside;
    if (maker == &me) return path;
    wanted = maker->waits_for;
  }
  return {};
}

// For singletons outside start()'s order: lazy ones, and those a Provider asks for early.
void* Graph::claim_and_make(std::uint32_t node) {
  const detail::MakingHere here;
  Maker& me = here.maker();
  Node& made = nodes_[node];
  for (;;) {
    Maker* nobody = nullptr;
    if (made.maker.compare_exchange_strong(nobody, &me)) break;
    std::unique_lock lock(detail::makers_mutex());
    if (void* object = objects_[node].load()) return object;
    if (!made.maker.load()) continue;
    if (const auto path = circle(me, node); !path.empty())
      throw InjectError(conflict("parts ask for each other in a circle while they are made: " + path + binding(node).label() +
                                     " (ask the Provider later, when the part is used)",
                                 "INJECT_CYCLE"));
    failures_.erase(node);
    me.waits_for = &made;
    waiting_.fetch_add(1);
    changed_.wait(lock, [&] { return objects_[node].load() || !made.maker.load(); });
    waiting_.fetch_sub(1);
    me.waits_for = nullptr;
    if (void* object = objects_[node].load()) return object;
    if (auto it = failures_.find(node); it != failures_.end()) throw InjectError(it->second);
  }
  const detail::Begun begun(me, made);
  const auto* needed = targets(node);
  try {
    for (std::uint32_t n = 0; n < binding(node).need_count(); ++n)
      if (binding(node).want(n) != detail::Want::Provider && binding(needed[n]).lifetime == Lifetime::Singleton && !objects_[needed[n]].load())
        claim_and_make(needed[n]);
  } catch (const InjectError& e) {
    const auto why = detail::while_making(binding(node), e.error());
    give_up(node, why);
    throw InjectError(why);
  }
  return make_claimed(node, Ticks::now(), 0);
}

void Graph::give_up(std::uint32_t node, const Error& why) {
  std::lock_guard lock(detail::makers_mutex());
  failures_.insert_or_assign(node, why);
  nodes_[node].maker.store(nullptr);
  changed_.notify_all();
}

// `node` is claimed, and all it needs is there.
void* Graph::make_claimed(std::uint32_t number, std::uint64_t started, int worker) {
  Node& node = nodes_[number];
  try {
    auto by = resolver(number, nullptr);
    if (places_[number] != kElsewhere) by.place = room_.get() + places_[number];
    node.owned = detail::call_factory(binding(number), by);
  } catch (const InjectError& e) {
    give_up(number, e.error());
    throw;
  }
  void* object = node.owned.object();
  node.started_ticks.store(started, std::memory_order_relaxed);
  node.made_ticks.store(Ticks::now(), std::memory_order_relaxed);
  node.worker.store(static_cast<std::int16_t>(worker), std::memory_order_relaxed);
  const int order = 1 + made_count_.fetch_add(1);
  node.order.store(order, std::memory_order_relaxed);
  made_[static_cast<std::size_t>(order) - 1] = number;
  objects_[number].store(object);
  node.maker.store(&detail::made_already, std::memory_order_release);
  if (waiting_.load() > 0) {  // in one order with the store above and with who begins to wait
    std::lock_guard lock(detail::makers_mutex());
    changed_.notify_all();
  }
  return object;
}

Result<std::unique_ptr<Graph>> Graph::fork(Bindings overrides) const {
  Bindings all;
  all.factories_ = bindings_.factories_;
  for (const auto& ours : bindings_.list_) {
    const bool replaced = std::any_of(overrides.list_.begin(), overrides.list_.end(),
                                      [&](const auto& o) { return o.type() == ours.type() && o.name == ours.name; });
    if (!replaced) all.list_.push_back(ours);
  }
  all.list_.insert(all.list_.end(), overrides.list_.begin(), overrides.list_.end());
  all.factories_.insert(all.factories_.end(), overrides.factories_.begin(), overrides.factories_.end());
  return build(std::move(all));
}

std::vector<NodeInfo> Graph::nodes() const {
  struct Seen {
    std::uint32_t node;
    bool created;
    int order;
  };
  std::vector<Seen> sorted;
  for (const auto at : plan_.order) {
    const bool created = objects_[at].load(std::memory_order_acquire) != nullptr;
    sorted.push_back({at, created, created ? nodes_[at].order.load(std::memory_order_relaxed) : INT32_MAX});
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const Seen& a, const Seen& b) { return a.order < b.order; });
  std::vector<NodeInfo> out;
  for (const auto& [number, created, order] : sorted) {
    const Binding& what = binding(number);
    const Node& node = nodes_[number];
    NodeInfo info;
    info.type = what.type()->short_name();
    info.name = what.name;
    info.lifetime = what.lifetime;
    info.lazy = what.lazy;
    info.created = created;
    if (created && order > 0) {
      const auto ready = node.made_ticks.load(std::memory_order_relaxed);
      info.created_wall_ns = Ticks::wall_ns(ready);
      info.creation_ns = Ticks::to_ns(ready - node.started_ticks.load(std::memory_order_relaxed));
      info.order = order;
      info.worker = node.worker.load(std::memory_order_relaxed);
    }
    for (std::uint32_t n = 0; n < what.need_count(); ++n) info.depends_on.push_back(binding(targets(number)[n]).label());
    out.push_back(std::move(info));
  }
  return out;
}

}  // namespace slipway::inject
