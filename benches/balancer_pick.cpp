// What one pick and its done cost, for 4 ... 1 024 nodes and 1 ... 8 threads on one balancer, beside what the parts cost in the
// same run: one draw of Random, one atomic increment, one read of the clock.
//
// Budgets of the design: random <= 2 draws, p2c <= 6 draws, wrr <= 3 increments, p2c_ewma <= one clock read + 2x p2c; none grows
// with the number of nodes.
//
// Two of them leave out what a pick cannot be without. Each call is counted in flight and out again, so that p2c can compare and
// people can see it: two atomic additions on the node's own cache line (I = one increment, D = one draw):
//   random  2 I + 1 D   cannot be 2 D: with I = 2.2 ns and D = 1.35 ns the counts alone cost 3.3 D
//   wrr     3 I         the budget is the bare additions, with nothing for the two calls through the balancer's table
//   p2c     2 I + 2 D + two loads of the drawn nodes' counts
// And a drawn node is somewhere among N cache lines: beyond 512 of them (32 KiB) its counter is no longer in the first-level
// cache, whatever the strategy. So beside each strategy stands its floor: a bare loop, nothing called through a table, that does these
// operations on N lines of its own with as many threads. Shown are ns per pick+done, the design's ratio, and the ratio to the floor.
// Times are thread-CPU time per operation; the least of several rounds, all subjects in turn.
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "slipway/balance/balancer.h"
#include "slipway/base/time.h"

namespace {

using slipway::Random;
using slipway::balance::Balancer;

template <class T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

double thread_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// One thing to measure: `loop(thread, n)` does it n times.
struct Subject {
  std::string name;
  int threads = 1;
  std::function<void(int thread, long n)> loop;
  double best_ns = 1e18;
  void run(long n) {
    std::vector<double> ns(static_cast<std::size_t>(threads));
    std::barrier all(threads);
    std::vector<std::thread> others;
    const auto work = [&](int t) {
      all.arrive_and_wait();
      const double before = thread_seconds();
      loop(t, n);
      ns[static_cast<std::size_t>(t)] = (thread_seconds() - before) * 1e9 / static_cast<double>(n);
    };
    for (int t = 1; t < threads; ++t) others.emplace_back(work, t);
    work(0);
    for (auto& o : others) o.join();
    double sum = 0;
    for (const double x : ns) sum += x;
    best_ns = std::min(best_ns, sum / threads);
  }
};

// ---- the parts

void draw(int, long n) {
  Random random(1);
  for (long i = 0; i < n; ++i) keep(random.below(1000));
}
std::atomic<std::uint64_t> shared_counter{0};
void increment(int, long n) {
  for (long i = 0; i < n; ++i) keep(shared_counter.fetch_add(1, std::memory_order_relaxed));
}
void clock_read(int, long n) {
  for (long i = 0; i < n; ++i) keep(slipway::Clock::system().now());
}

// ---- the floors: counters on lines of their own, and what a strategy must do to them

struct alignas(64) Line {
  std::atomic<std::uint64_t> calls{0};
};
struct Lines {
  explicit Lines(int n) : all(static_cast<std::size_t>(n)), ticket(0) {
    for (auto& l : all) by_index.push_back(&l);
  }
  std::vector<Line> all;
  std::vector<Line*> by_index;
  alignas(64) std::atomic<std::uint32_t> ticket;
};

void in_and_out(Line& l) {
  keep(l.calls.fetch_add((1ull << 20) + 1, std::memory_order_relaxed));
  l.calls.fetch_sub(1, std::memory_order_release);
}
void floor_random(Lines& lines, int thread, long n) {
  Random random(static_cast<std::uint64_t>(thread) + 1);
  for (long i = 0; i < n; ++i) in_and_out(*lines.by_index[random.below(lines.by_index.size())]);
}
void floor_turn(Lines& lines, int, long n) {
  const auto mask = static_cast<std::uint32_t>(lines.by_index.size()) - 1;
  for (long i = 0; i < n; ++i) in_and_out(*lines.by_index[lines.ticket.fetch_add(1, std::memory_order_relaxed) & mask]);
}
void floor_two(Lines& lines, int thread, long n) {
  Random random(static_cast<std::uint64_t>(thread) + 1);
  for (long i = 0; i < n; ++i) {
    Line &a = *lines.by_index[random.below(lines.by_index.size())], &b = *lines.by_index[random.below(lines.by_index.size() - 1)];
    const auto in_a = a.calls.load(std::memory_order_relaxed) & 0xfffff, in_b = b.calls.load(std::memory_order_relaxed) & 0xfffff;
    in_and_out(in_b < in_a ? b : a);
  }
}

// ---- the strategies

struct Nodes {
  Nodes(std::string_view strategy, int n) : balancer(std::move(slipway::balance::make_balancer(strategy)).value()) {
    std::vector<slipway::balance::NodePtr> list;
    for (int i = 0; i < n; ++i) list.push_back(std::make_shared<slipway::balance::Node>("n" + std::to_string(i), "", 1 + i % 10));
    balancer->update(std::move(list));
  }
  std::unique_ptr<Balancer> balancer;
};

void pick_done(Balancer& balancer, int thread, long n) {
  Random random(static_cast<std::uint64_t>(thread) + 1);
  std::int64_t now = 1'000'000'000;
  for (long i = 0; i < n; ++i) {
    const auto picked = balancer.pick(random, now);
    keep(picked.node);
    now += 1000;
    balancer.done(picked, now, {});
  }
}
// As a client pays it: one read of the clock serves the pick and the done of the call before.
void pick_done_clock(Balancer& balancer, int thread, long n) {
  Random random(static_cast<std::uint64_t>(thread) + 1);
  for (long i = 0; i < n; ++i) {
    const auto now = slipway::Clock::system().now().time_since_epoch().count();
    const auto picked = balancer.pick(random, now);
    keep(picked.node);
    balancer.done(picked, now + 1000, {});
  }
}

constexpr int kNodes[] = {4, 16, 128, 1024};
constexpr int kThreads[] = {1, 2, 8};

}  // namespace

int main(int argc, char** argv) {
  int rounds = 7;
  long n = 400'000;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "--rounds=", 9) == 0) {
      rounds = std::max(1, std::atoi(argv[i] + 9));
    } else if (std::strncmp(argv[i], "--benchmark_min_time=", 21) == 0) {  // as ctest runs every bench
      rounds = 1, n = 2000;
    } else {
      std::fprintf(stderr, "usage: balancer_pick [--rounds=N]\n");
      return 1;
    }
  }
  std::vector<std::unique_ptr<Lines>> lines;
  std::vector<std::unique_ptr<Nodes>> balancers;
  std::vector<Subject> subjects;
  std::map<std::string, std::size_t> by_name;
  const auto add = [&](std::string name, int threads, std::function<void(int, long)> loop) {
    by_name[name] = subjects.size();
    subjects.push_back({std::move(name), threads, std::move(loop)});
  };
  const auto key = [](std::string_view what, int nodes, int threads) { return std::string(what) + "/" + std::to_string(nodes) + "/" + std::to_string(threads); };
  add("draw", 1, draw);
  add("clock", 1, clock_read);
  for (const int t : kThreads) add(key("increment", 0, t), t, increment);
  for (const int nodes : kNodes)
    for (const int t : kThreads) {
      using Floor = void (*)(Lines&, int, long);
      for (const auto& [name, loop] : {std::pair<const char*, Floor>("floor random", floor_random), {"floor turn", floor_turn}, {"floor two", floor_two}}) {
        Lines* l = lines.emplace_back(std::make_unique<Lines>(nodes)).get();
        add(key(name, nodes, t), t, [l, loop](int thread, long count) { loop(*l, thread, count); });
      }
      for (const auto name : slipway::balance::balancer_names()) {
        Balancer* b = balancers.emplace_back(std::make_unique<Nodes>(name, nodes))->balancer.get();
        add(key(name, nodes, t), t, [b](int thread, long count) { pick_done(*b, thread, count); });
      }
      Balancer* b = balancers.emplace_back(std::make_unique<Nodes>("p2c_ewma", nodes))->balancer.get();
      add(key("with the clock", nodes, t), t, [b](int thread, long count) { pick_done_clock(*b, thread, count); });
    }
  for (int r = 0; r < rounds; ++r)
    for (Subject& s : subjects) s.run(n);

  const auto ns = [&](const std::string& name) { return subjects[by_name.at(name)].best_ns; };
  const double d = ns("draw"), clock = ns("clock");
  std::printf("one draw %.2f ns, one read of the clock %.1f ns, one increment", d, clock);
  for (const int t : kThreads) std::printf(" %.2f ns (%d threads)", ns(key("increment", 0, t)), t);
  std::printf("\n%-16s %6s %7s %8s   %-28s %s\n", "", "nodes", "threads", "ns", "of the design's budget", "of the floor");
  const auto line = [&](std::string_view name, int nodes, int t, double budget, const char* what, double floor) {
    const double x = ns(key(name, nodes, t));
    std::printf("%-16s %6d %7d %8.2f   %5.2f of %-19s %5.2f\n", std::string(name).c_str(), nodes, t, x, x / budget, what, x / floor);
  };
  for (const int t : kThreads)
    for (const int nodes : kNodes) {
      const double i = ns(key("increment", 0, t)), p2c = ns(key("p2c", nodes, t));
      line("random", nodes, t, 2 * d, "2 draws", ns(key("floor random", nodes, t)));
      line("round_robin", nodes, t, 3 * i, "3 increments", ns(key("floor turn", nodes, t)));
      line("wrr", nodes, t, 3 * i, "3 increments", ns(key("floor turn", nodes, t)));
      line("p2c", nodes, t, 6 * d, "6 draws", ns(key("floor two", nodes, t)));
      line("p2c_ewma", nodes, t, 2 * p2c, "2 p2c", ns(key("floor two", nodes, t)));
      line("with the clock", nodes, t, clock + 2 * p2c, "clock + 2 p2c", clock + ns(key("floor two", nodes, t)));
    }
}
