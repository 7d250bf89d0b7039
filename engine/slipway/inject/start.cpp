// Graph::start: eager singletons in the plan's order, independent ones side by side.
//
// Where parts may wait, the calling thread takes one ready node after the other without a lock, and a helper sleeps beside it and joins
// in, with more, when the start lasts: then somebody waits for a disk or a peer, and what is independent of it need not.
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>

#include "slipway/inject/graph.h"
#include "slipway/inject/making.h"

namespace slipway::inject {

using detail::Maker;
using detail::Node;

struct Graph::Run {
  explicit Run(Graph& g) : graph(g) {}

  // Claims a node whose needs are there; kNobody when there is none, then `left` says whether there are some whose needs are not.
  std::uint32_t claim(Maker& me, bool& left);
  // The same, and waits for one. kNobody: all are claimed, or the start has failed.
  std::uint32_t take(Maker& me, std::uint64_t& now);

  static constexpr std::uint32_t kNobody = UINT32_MAX;
  Graph& graph;
  std::vector<std::uint32_t> nodes;     // dependencies first
  // By place in `nodes`: taken in this start. A part whose making failed is free again before the failure is known here, and
  // must not be tried a second time.
  std::unique_ptr<std::atomic<bool>[]> tried;
  std::atomic<std::size_t> first{0};    // all before it are made
  std::atomic<bool> failed{false};
  std::vector<Error> errors;            // in order of time; this and the rest under the lock on makers
  bool done = false;
  std::condition_variable ended;

 private:
  bool ready(std::uint32_t node) const {
    const auto& binding = graph.binding(node);
    const auto* targets = graph.targets(node);
    for (std::uint32_t n = 0; n < binding.need_count(); ++n)
      if (binding.want(n) != detail::Want::Provider && !graph.objects_[targets[n]].load()) return false;
    return true;
  }
};

std::uint32_t Graph::Run::claim(Maker& me, bool& left) {
  left = false;
  for (std::size_t i = first.load(); i < nodes.size() && !failed.load(std::memory_order_relaxed); ++i) {
    Node& node = graph.nodes_[nodes[i]];
    if (node.maker.load(std::memory_order_relaxed)) {
      std::size_t at = i;
      if (graph.objects_[nodes[i]].load()) first.compare_exchange_strong(at, i + 1);
      continue;
    }
    left = true;
    Maker* nobody = nullptr;
    // What stands first needs but what was made before it.
    if (tried[i].load() || !(i == first.load() || ready(nodes[i])) || !node.maker.compare_exchange_strong(nobody, &me)) continue;
    if (!tried[i].exchange(true)) return nodes[i];
    node.maker.store(nullptr);
  }
  return kNobody;
}

std::uint32_t Graph::Run::take(Maker& me, std::uint64_t& now) {
  bool left = false;
  std::uint32_t node = claim(me, left);
  if (node != kNobody || !left) return node;
  std::unique_lock lock(detail::makers_mutex());
  graph.waiting_.fetch_add(1);
  graph.changed_.wait(lock, [&] { return (node = claim(me, left)) != kNobody || !left || failed.load(); });
  graph.waiting_.fetch_sub(1);
  now = Ticks::now();
  return node;
}

void Graph::work(Run& run, int worker) {
  const detail::MakingHere here;
  std::uint64_t now = Ticks::now();
  for (;;) {
    const auto node = run.take(here.maker(), now);
    if (node == Run::kNobody) return;
    const detail::Begun begun(here.maker(), nodes_[node]);
    try {
      make_claimed(node, now, worker);
      now = nodes_[node].made_ticks.load(std::memory_order_relaxed);  // the next one begins here
    } catch (const InjectError& e) {
      std::lock_guard lock(detail::makers_mutex());
      run.errors.push_back(e.error());
      run.failed.store(true);
      changed_.notify_all();
    }
  }
}

// On a thread of its own: joins in when the start lasts longer than `alone`, and calls others.
void Graph::help(Run& run, int threads, Duration alone) {
  {
    std::unique_lock lock(detail::makers_mutex());
    if (run.ended.wait_for(lock, alone, [&] { return run.done; })) return;
  }
  std::vector<std::jthread> others;
  try {
    for (int i = 2; i < threads; ++i) others.emplace_back([this, &run, i] { work(run, i); });
  } catch (const std::system_error&) {  // no more threads to be had: those there are do it
  }
  work(run, 1);
}

// One thread: what a node needs stands before it, so nobody has to look for the next one.
Status Graph::start_in_order(const std::vector<std::uint32_t>& nodes) {
  std::optional<Error> failed;
  {
    const detail::MakingHere here;
    std::uint64_t now = Ticks::now();
    try {
      for (const auto at : nodes) {
        Maker* nobody = nullptr;
        if (!nodes_[at].maker.compare_exchange_strong(nobody, &here.maker())) {  // a Provider asked for it, or another thread
          make_singleton(at);
          now = Ticks::now();
          continue;
        }
        const detail::Begun begun(here.maker(), nodes_[at]);
        make_claimed(at, now, 0);
        now = nodes_[at].made_ticks.load(std::memory_order_relaxed);  // the next one begins here
      }
    } catch (const InjectError& e) {
      failed = e.error();
    }
  }
  if (!failed) return {};
  destroy();
  return *failed;
}

Status Graph::start(const StartOptions& options) {
  Run run(*this);
  run.nodes.reserve(plan_.order.size());
  int with_factory = 0;
  for (const auto at : plan_.order) {
    if (!nodes_[at].at_start || binding(at).lifetime != Lifetime::Singleton) continue;
    run.nodes.push_back(at);
    if (binding(at).factory) ++with_factory;
  }
  int threads = options.threads;
  if (threads <= 0) threads = with_factory > 1 ? static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 8u)) : 1;
  threads = std::min(threads, static_cast<int>(run.nodes.size()));
  if (threads <= 1) return start_in_order(run.nodes);
  run.tried = std::make_unique<std::atomic<bool>[]>(run.nodes.size());
  std::jthread helper;
  try {
    helper = std::jthread([&] { help(run, threads, options.alone); });
  } catch (const std::system_error&) {  // this thread does it alone
  }
  work(run, 0);
  if (helper.joinable()) {
    {
      std::lock_guard lock(detail::makers_mutex());
      run.done = true;
    }
    run.ended.notify_one();
    helper.join();
  }
  if (run.errors.empty()) return {};
  destroy();
  const Error& first = run.errors.front();
  if (run.errors.size() == 1) return first;
  std::string text = first.to_string();
  for (std::size_t i = 1; i < run.errors.size(); ++i) text += "\n  also: " + run.errors[i].to_string();
  return Error(first.code(), first.reason(), std::move(text));
}

}  // namespace slipway::inject
