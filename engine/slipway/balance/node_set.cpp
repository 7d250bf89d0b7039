#include "slipway/balance/node_set.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "slipway/balance/ewma.h"

namespace slipway::balance {

Node::Node() = default;
Node::Node(std::string id_, std::string address_, int weight_, std::uint32_t index_)
    : id(std::move(id_)), address(std::move(address_)), weight(weight_), index(index_) {}
Node::~Node() = default;

namespace {

std::atomic<std::uint64_t> next_version{1};
std::atomic<std::size_t> next_slot{0};

}  // namespace

thread_local constinit NodeSetCell::Seen NodeSetCell::seen_here[NodeSetCell::kSlots] = {};

namespace {

// What keeps the sets in this thread's cache alive. Apart from the cache itself, so that the fast path needs no
// initialisation check.
struct Kept {
  std::shared_ptr<const NodeSet> sets[NodeSetCell::kSlots];
};

}  // namespace

NodeSetCell::NodeSetCell()
    : slot_(next_slot.fetch_add(1, std::memory_order_relaxed) % kSlots),
      version_(next_version.fetch_add(1, std::memory_order_relaxed)),
      current_(std::make_shared<NodeSet>()) {}

NodeSetCell::~NodeSetCell() = default;

std::shared_ptr<NodeSet> NodeSetCell::make(std::vector<NodePtr> nodes) {
  auto set = std::make_shared<NodeSet>();
  for (auto& node : nodes) set->nodes.push_back(node.get());
  set->mod = FastMod(static_cast<std::uint32_t>(nodes.size()));
  set->owned = std::move(nodes);
  return set;
}

const NodeSet& NodeSetCell::refresh() const {
  struct ThreadKept : Kept {
    ~ThreadKept() {
      for (auto& seen : seen_here) seen = Seen{};
    }
  };
  static thread_local ThreadKept kept;
  std::shared_ptr<const NodeSet> old;  // freed outside the lock
  std::lock_guard lock(mutex_);
  old = std::exchange(kept.sets[slot_], current_);
  seen_here[slot_] = {version_.load(std::memory_order_relaxed), current_.get()};
  return *current_;
}

void NodeSetCell::replace(std::shared_ptr<const NodeSet> next) {
  std::shared_ptr<const NodeSet> old;
  std::vector<NodePtr> freed;  // destroyed outside the lock
  std::unordered_set<const Node*> stays(next->nodes.begin(), next->nodes.end());
  std::lock_guard lock(mutex_);
  old = std::exchange(current_, std::move(next));
  version_.store(next_version.fetch_add(1, std::memory_order_relaxed), std::memory_order_release);

  std::unordered_set<const Node*> waiting;
  for (const auto& node : retired_) waiting.insert(node.get());
  for (const auto& node : old->owned)
    if (!stays.contains(node.get()) && waiting.insert(node.get()).second) retired_.push_back(node);
  // A node that came back is held by the new set again.
  std::erase_if(retired_, [&](const NodePtr& node) { return stays.contains(node.get()); });
  // Only this list refers to it: no thread can pick it any more. The fence pairs with the release by which the last
  // cache let go, so its in-flight count is seen as that thread left it.
  auto idle = [](const NodePtr& node) {
    if (node.use_count() != 1) return false;
    std::atomic_thread_fence(std::memory_order_acquire);
    return (node->calls.load(std::memory_order_acquire) & Node::kInFlightMask) == 0;
  };
  for (auto& node : retired_)
    if (idle(node)) freed.push_back(std::move(node));
  std::erase(retired_, nullptr);
}

std::size_t NodeSetCell::retired() const {
  std::lock_guard lock(mutex_);
  return retired_.size();
}

}  // namespace slipway::balance
