#include "slipway/inject/graph.h"

#include <algorithm>
#include <chrono>

#include "slipway/inject/check.h"

namespace slipway::inject {

namespace {

std::int64_t now_ns() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1); }
std::int64_t wall_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Error while_making(TypeKey type, const Error& cause) {
  return Error(cause.code(), cause.reason(), "making " + std::string(type->short_name()) + ": " + cause.message()).with_cause(cause);
}

// Runs a factory; what it throws becomes an Error that says what was being made.
Result<std::shared_ptr<void>> call(const detail::Binding& binding, Graph& graph) {
  try {
    auto made = binding.make(graph);
    if (!made) return while_making(binding.type, made.error());
    if (!*made) return while_making(binding.type, internal_error("its factory gave nothing"));
    return made;
  } catch (const InjectError& e) {
    return while_making(binding.type, e.error());
  } catch (const std::exception& e) {
    return while_making(binding.type, internal_error(std::string("its factory threw: ") + e.what()));
  }
}

}  // namespace

Result<std::unique_ptr<Graph>> Graph::build(Bindings bindings) {
  auto ordered = check_and_order(std::move(bindings.list_));
  if (!ordered) return ordered.error();
  std::unique_ptr<Graph> graph(new Graph());
  for (auto& binding : *ordered) {
    graph->nodes_.push_back(std::make_unique<Node>(std::move(binding)));
    graph->by_type_.emplace(graph->nodes_.back()->binding.type, graph->nodes_.back().get());
  }
  return graph;
}

Graph::~Graph() { destroy(); }

void Graph::destroy() {
  for (;;) {
    std::shared_ptr<void> dying;  // destroyed last in each turn, outside the lock
    std::lock_guard lock(info_mutex_);
    if (made_.empty()) return;
    Node& node = *made_.back();
    made_.pop_back();
    node.object.store(nullptr, std::memory_order_release);
    node.order = 0;
    dying = std::move(node.holder);
  }
}

Status Graph::start() {
  for (auto& node : nodes_) {
    if (node->binding.lazy || node->binding.lifetime == Lifetime::Transient) continue;
    try {
      make_singleton(*node);
    } catch (const InjectError& e) {
      destroy();
      return e.error();
    }
  }
  return {};
}

Graph::Node& Graph::node_of(TypeKey type) {
  const auto it = by_type_.find(type);
  if (it == by_type_.end())
    throw InjectError(not_found(std::string(type->name) + " is not bound in this graph", "NOT_BOUND"));
  return *it->second;
}

void* Graph::make_singleton(Node& node) {
  std::lock_guard making(mutex_);
  if (void* object = node.object.load(std::memory_order_acquire)) return object;
  if (node.binding.lifetime == Lifetime::Transient)
    throw InjectError(conflict(std::string(node.binding.type->short_name()) + " is transient: use make(), which owns it", "TRANSIENT"));
  // Needed parts first, so that the time taken is the node's own.
  for (const auto& need : node.binding.needs)
    if (need.want == detail::Want::Reference) {
      try {
        make_singleton(node_of(need.type));
      } catch (const InjectError& e) {
        throw InjectError(while_making(node.binding.type, e.error()));
      }
    }
  const auto started = now_ns();
  auto made = call(node.binding, *this);
  if (!made) throw InjectError(made.error());
  const auto took = now_ns() - started;
  void* object = made->get();
  std::lock_guard lock(info_mutex_);
  node.holder = std::move(*made);
  node.creation_ns = took;
  node.created_wall_ns = wall_ns();
  made_.push_back(&node);
  node.order = static_cast<int>(made_.size());
  node.object.store(object, std::memory_order_release);
  return object;
}

std::shared_ptr<void> Graph::make_any(TypeKey type) {
  Node& node = node_of(type);
  if (node.binding.lifetime != Lifetime::Transient) {
    void* object = node.object.load(std::memory_order_acquire);
    if (!object) object = make_singleton(node);
    return std::shared_ptr<void>(std::shared_ptr<void>(), object);
  }
  auto made = call(node.binding, *this);
  if (!made) throw InjectError(made.error());
  return *made;
}

Result<std::unique_ptr<Graph>> Graph::fork(Bindings overrides) const {
  Bindings all;
  for (const auto& node : nodes_) {
    const bool replaced = std::any_of(overrides.list_.begin(), overrides.list_.end(),
                                      [&](const auto& o) { return o.type == node->binding.type; });
    if (!replaced) all.list_.push_back(node->binding);
  }
  for (auto& binding : overrides.list_) all.list_.push_back(std::move(binding));
  return build(std::move(all));
}

std::vector<NodeInfo> Graph::nodes() const {
  std::vector<const Node*> sorted;
  for (const auto& node : nodes_) sorted.push_back(node.get());
  std::lock_guard lock(info_mutex_);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Node* a, const Node* b) {
    return (a->order ? a->order : INT32_MAX) < (b->order ? b->order : INT32_MAX);
  });
  std::vector<NodeInfo> out;
  for (const Node* node : sorted) {
    NodeInfo info;
    info.type = node->binding.type->short_name();
    info.lifetime = node->binding.lifetime;
    info.lazy = node->binding.lazy;
    info.created = node->object.load(std::memory_order_relaxed) != nullptr;
    info.created_wall_ns = node->created_wall_ns;
    info.creation_ns = node->creation_ns;
    info.order = node->order;
    for (const auto& need : node->binding.needs) info.depends_on.emplace_back(need.type->short_name());
    out.push_back(std::move(info));
  }
  return out;
}

}  // namespace slipway::inject
