// Balancer: picks a node for a call. A strategy family: this header plus the table `make_balancer(name)`:
// random, round_robin, wrr, p2c, p2c_ewma.
//
// pick() is thread-safe and does not allocate; Picked::done must be called once per pick, from any thread.
// Time and chance are passed in, so the simulator runs this very code on a virtual clock.
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

// One backend as balancers see it. Shared by all workers of a client; counters are atomics on their own cache line.
struct alignas(64) Node {
  std::string id;          // "pricing-3"
  std::string address;     // "127.0.0.1:8103"
  int weight = 10;         // > 0
  std::uint32_t index = 0;
  // In-flight calls, kept by pick and done.
  alignas(64) std::atomic<std::int64_t> in_flight{0};
  std::atomic<std::uint64_t> picks{0}, failures{0};
  // p2c_ewma's state (integer arithmetic as in Kratos).
  alignas(64) std::atomic<std::int64_t> lag{0}, stamp{0}, predict_ts{0}, last_pick{0};
  std::atomic<std::uint64_t> success{1000}, req_count{0};
  alignas(64) std::atomic<std::uint64_t> spare_a{0}, spare_b{0};
};
using NodePtr = std::shared_ptr<Node>;

// What a pick looked at, for "explain pick". Filled only when asked for.
struct Explanation {
  std::string policy;
  struct Candidate {
    std::string id;
    double score;      // what was compared; lower wins, unless the policy says otherwise in `why`
    std::int64_t in_flight;
    bool won;
  };
  std::vector<Candidate> candidates;
  std::string why;
};

struct DoneInfo {
  std::int64_t latency_ns = 0;
  bool failed = false;  // transport failure, 5xx, deadline
};

class Balancer {
 public:
  virtual ~Balancer() = default;
  virtual std::string_view name() const = 0;
  // Replaces the node set. Nodes that stay keep their state (same shared_ptr). Thread-safe against pick.
  virtual void update(std::vector<NodePtr> nodes) = 0;
  // `now_ns` is monotonic. nullptr when there are no nodes. Counts the call in flight.
  virtual Node* pick(Random& random, std::int64_t now_ns, Explanation* explain = nullptr) = 0;
  virtual void done(Node* node, std::int64_t now_ns, const DoneInfo& info) = 0;
};

// NOT_FOUND with the known names when `name` is none of them.
Result<std::unique_ptr<Balancer>> make_balancer(std::string_view name);
std::span<const std::string_view> balancer_names();

}  // namespace slipway::balance
