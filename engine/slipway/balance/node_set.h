// NodeSetCell: the node set of one balancer, replaced whole by a writer and read by many threads without a lock.
//
// Two problems: a pick must see one consistent set while another is put in its place, and a node that was dropped must
// live until its last call is done. Each thread caches the set it saw last, with a reference to it, and compares one
// number per read; only after a change does it take the mutex once. Dropped nodes wait in a list and are freed by a
// later publish(), when no thread's cache holds them and nothing is in flight on them, so the list stays as short as
// the calls that are still out.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "slipway/balance/balancer.h"

namespace slipway::balance {

// n % d for 32-bit numbers by two multiplications (Lemire, Kaser and Kurz, 2019).
class FastMod {
 public:
  FastMod() = default;
  explicit FastMod(std::uint32_t d) : factor_(d ? ~0ull / d + 1 : 0), divisor_(d) {}
  std::uint32_t operator()(std::uint32_t n) const {
    const std::uint64_t low = factor_ * n;
    return static_cast<std::uint32_t>((static_cast<unsigned __int128>(low) * divisor_) >> 64);
  }

 private:
  std::uint64_t factor_ = 0;
  std::uint32_t divisor_ = 0;
};

// What pick reads. Immutable once published.
struct NodeSet {
  std::vector<Node*> nodes;
  FastMod mod;                        // by the number of nodes, or of entries in `cycle`
  std::vector<Node*> cycle;           // wrr: one smooth cycle
  std::vector<std::uint32_t> stride;  // wrr beyond a cycle: weights scaled to 65 535
  std::vector<NodePtr> owned;         // keeps `nodes` alive
};

class NodeSetCell {
 public:
  NodeSetCell();
  ~NodeSetCell();
  NodeSetCell(const NodeSetCell&) = delete;

  // The set as this thread sees it; valid until this thread's next get() of any cell.
  const NodeSet& get() const {
    const Seen& seen = seen_here[slot_];
    if (seen.version == version_.load(std::memory_order_acquire)) [[likely]]
      return *seen.set;
    return refresh();
  }
  // Fills `nodes` and `owned`, lets `prepare` add the rest, and publishes.
  template <class Prepare>
  void publish(std::vector<NodePtr> nodes, Prepare prepare) {
    auto next = make(std::move(nodes));
    prepare(*next);
    replace(std::move(next));
  }
  // Nodes dropped by update() that still wait for their last call. For tests and views.
  std::size_t retired() const;

  struct Seen {
    std::uint64_t version = 0;  // unique over all cells and publications, so it also names the cell
    const NodeSet* set = nullptr;
  };
  static constexpr std::size_t kSlots = 64;

 private:
  // Here and not in the template: threads remember a set for a while, also one of a plugin that has been removed.
  static std::shared_ptr<NodeSet> make(std::vector<NodePtr> nodes);
  const NodeSet& refresh() const;
  void replace(std::shared_ptr<const NodeSet> next);

  static thread_local constinit Seen seen_here[kSlots];
  std::size_t slot_;
  std::atomic<std::uint64_t> version_;
  mutable std::mutex mutex_;
  std::shared_ptr<const NodeSet> current_;
  std::vector<NodePtr> retired_;
};

}  // namespace slipway::balance
