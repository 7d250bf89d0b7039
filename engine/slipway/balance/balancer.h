// Balancer: picks a node for a call. A strategy family: this header plus the table `make_balancer(name)`:
// random, round_robin, wrr, p2c, p2c_ewma.
//
// pick() is thread-safe, takes no lock while the node set stands, and does not allocate. done() must be called once per
// pick, from any thread, with what pick returned. A node stays alive while a call on it is in flight, even when update()
// has dropped it; the balancer must outlive its calls. Time and chance are passed in, so the simulator runs this very
// code on a virtual clock.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/random.h"
#include "slipway/base/result.h"

namespace slipway::balance {

class Ewma;  // p2c_ewma's view of a node, ewma.h

// One backend as balancers see it. Shared by all workers of a client; counters are on cache lines of their own.
// Weight may be changed at any time; `wrr` sees it at the next update().
struct alignas(64) Node {
  Node();
  Node(std::string id, std::string address, int weight = 10, std::uint32_t index = 0);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  std::string id;       // "pricing-3"
  std::string address;  // "127.0.0.1:8103"
  std::atomic<int> weight{10};  // <= 0: wrr gives it nothing
  std::uint32_t index = 0;

  std::int64_t in_flight() const {
    return static_cast<std::int64_t>(calls.load(std::memory_order_relaxed) & kInFlightMask);
  }
  std::uint64_t picks() const { return calls.load(std::memory_order_relaxed) >> kInFlightBits; }  // modulo 2^44
  // Kept by pick and done; one word, so that a pick costs one atomic addition. Gives the number of picks before this one.
  std::uint64_t begin_call() { return calls.fetch_add((1ull << kInFlightBits) + 1, std::memory_order_relaxed) >> kInFlightBits; }
  void end_call() { calls.fetch_sub(1, std::memory_order_release); }

  static constexpr int kInFlightBits = 20;
  static constexpr std::uint64_t kInFlightMask = (1ull << kInFlightBits) - 1;
  alignas(64) std::atomic<std::uint64_t> calls{0};  // picks << 20 | in flight
  std::atomic<std::uint64_t> failures{0};
  std::unique_ptr<Ewma> ewma;  // made by p2c_ewma's update(); here since every pick that reads it reads `calls` too
};
using NodePtr = std::shared_ptr<Node>;

// What a pick looked at, for "explain pick". Filled only when asked for.
struct Explanation {
  std::string policy;
  struct Candidate {
    std::string id;
    double score;  // what was compared; lower wins, unless the policy says otherwise in `why`
    std::int64_t in_flight;
    bool won;
  };
  std::vector<Candidate> candidates;
  std::string why;
};

// One call on one node: give it back to done() as it is.
struct Picked {
  Node* node = nullptr;  // nullptr: there are no nodes
  std::int64_t started_ns = 0;
  std::uint32_t slot = 0;
  explicit operator bool() const { return node != nullptr; }
  Node* operator->() const { return node; }
};

struct DoneInfo {
  bool failed = false;  // transport failure, 5xx, deadline
};

class Balancer {
 public:
  virtual ~Balancer() = default;
  virtual std::string_view name() const = 0;
  // Replaces the node set. Nodes that stay keep their state (same shared_ptr). Thread-safe against pick and done.
  virtual void update(std::vector<NodePtr> nodes) = 0;
  // `now_ns` is monotonic, the same scale as done's. Counts the call in flight.
  virtual Picked pick(Random& random, std::int64_t now_ns, Explanation* explain = nullptr) = 0;
  virtual void done(const Picked& picked, std::int64_t now_ns, const DoneInfo& info) = 0;
};

// NOT_FOUND with the known names when `name` is none of them.
Result<std::unique_ptr<Balancer>> make_balancer(std::string_view name);
std::span<const std::string_view> balancer_names();

}  // namespace slipway::balance
