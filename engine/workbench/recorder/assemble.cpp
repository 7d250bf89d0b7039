#include "workbench/recorder/assemble.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <unordered_map>

namespace workbench::recorder {

using slipway::SpanId;
using slipway::telemetry::CallRecord;
using slipway::telemetry::Span;
using slipway::telemetry::SpanKind;
using slipway::telemetry::SpanStatus;

namespace {

struct Node {
  const CallRecord* part;
  const Span* span;
  std::uint32_t index;  // in its part
  std::vector<std::size_t> children;
  std::int64_t start = 0, end = 0;  // ns since the trace began
  std::int64_t self = 0;
  bool critical = false;
};

// Time in none of the children; they may overlap each other.
std::int64_t self_time(const Node& n, const std::vector<Node>& nodes) {
  std::int64_t covered = 0, reached = n.start;
  for (const std::size_t c : n.children) {  // by start
    const std::int64_t from = std::max(nodes[c].start, reached), to = std::min(nodes[c].end, n.end);
    if (to > from) covered += to - from;
    reached = std::max(reached, to);
  }
  return n.end - n.start - covered;
}

// From the end backwards: whoever ended last before that moment is what was waited for.
void mark_critical(std::size_t at, std::vector<Node>& nodes) {
  std::vector<std::size_t> todo{at};
  while (!todo.empty()) {
    Node& n = nodes[todo.back()];
    todo.pop_back();
    n.critical = true;
    auto by_end = n.children;
    std::sort(by_end.begin(), by_end.end(), [&](std::size_t a, std::size_t b) { return nodes[a].end > nodes[b].end; });
    std::int64_t moment = n.end;
    for (const std::size_t c : by_end) {
      if (nodes[c].end > moment || nodes[c].span->status == SpanStatus::NotReached) continue;
      todo.push_back(c);
      moment = nodes[c].start;
    }
  }
}

TraceSpan span_of(const Node& n, std::int64_t wall, int depth, const std::string& parent, const ServiceOf& service_of, const Reading& reading) {
  TraceSpan out;
  bool known = false;
  out.id = slipway::span_hex(n.span->id);
  out.parent = parent;
  out.name = reading.name(n.span->name);
  out.instance = reading.name(n.part->service);
  out.service = service_of(out.instance, known);
  out.kind = n.span->kind;
  out.status = n.span->status;
  out.start_ns = wall + n.start;
  out.duration_ns = n.end - n.start;
  if (n.span->enter_end > n.span->start) out.enter_ns = reading.to_ns(n.span->enter_end - n.span->start);
  if (n.span->exit_start != 0 && n.span->end > n.span->exit_start) out.exit_ns = reading.to_ns(n.span->end - n.span->exit_start);
  out.self_ns = n.self;
  out.depth = depth;
  out.critical = n.critical;
  for (const auto& a : n.part->attributes)
    if (a.span == n.index) out.attributes.emplace_back(std::string(reading.name(a.key)), a.value);
  if (n.span->kind == SpanKind::Server) out.attributes.emplace_back("status", std::to_string(n.part->status));
  return out;
}

}  // namespace

std::vector<std::string> Trace::services() const {
  std::vector<std::string> out;
  for (const auto& s : spans)
    if (std::find(out.begin(), out.end(), s.service) == out.end()) out.push_back(s.service);
  return out;
}

Roots roots_of(std::span<const PartPtr> parts) {
  if (parts.size() == 1) return {parts.front().get(), 1};
  // Callers, in order, to be found among the spans.
  boost::container::small_vector<std::pair<SpanId, bool>, 16> callers;
  for (const auto& p : parts) callers.emplace_back(p->remote_parent, false);
  std::sort(callers.begin(), callers.end());
  const auto caller = [&](SpanId id) { return std::lower_bound(callers.begin(), callers.end(), std::pair(id, false)); };
  for (const auto& p : parts)
    for (const Span& s : p->spans)
      for (auto c = caller(s.id); c != callers.end() && c->first == s.id; ++c) c->second = true;
  Roots out;
  const auto rank = [](const CallRecord& p) { return p.why == CallRecord::Why::Forced ? 2 : p.remote_parent == 0 ? 1 : 0; };
  for (const auto& p : parts) {
    if (caller(p->remote_parent)->second) continue;
    ++out.tops;
    if (!out.root || rank(*p) > rank(*out.root) || (rank(*p) == rank(*out.root) && p->start < out.root->start)) out.root = p.get();
  }
  if (!out.root) out.root = parts.front().get();
  return out;
}

Trace assemble(std::span<const PartPtr> parts, const ServiceOf& service_of, const Reading& reading) {
  Trace out;
  const CallRecord& root = *roots_of(parts).root;
  std::uint64_t first = UINT64_MAX;
  std::vector<Node> nodes;
  for (const auto& p : parts)
    for (std::uint32_t i = 0; i < p->spans.size(); ++i) {
      nodes.push_back({p.get(), &p->spans[i], i});
      first = std::min(first, p->spans[i].start);
      out.partial = out.partial || p->lost_spans > 0;
    }
  std::unordered_map<SpanId, std::size_t> by_id;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Node& n = nodes[i];
    n.start = reading.to_ns(n.span->start - first);
    n.end = std::max(n.start, reading.to_ns(n.span->end - first));
    by_id.emplace(n.span->id, i);
  }
  std::vector<std::size_t> tops;
  std::size_t root_node = SIZE_MAX;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto parent = by_id.find(nodes[i].span->parent);
    if (parent != by_id.end() && parent->second != i) {
      nodes[parent->second].children.push_back(i);
      continue;
    }
    tops.push_back(i);
    if (nodes[i].part == &root && root_node == SIZE_MAX) root_node = i;
  }
  if (root_node == SIZE_MAX && !tops.empty()) root_node = tops.front();
  std::stable_sort(tops.begin(), tops.end(), [&](std::size_t a, std::size_t b) {
    if ((a == root_node) != (b == root_node)) return a == root_node;
    return nodes[a].start < nodes[b].start;
  });
  out.partial = out.partial || tops.size() > 1;
  for (Node& n : nodes) {
    std::stable_sort(n.children.begin(), n.children.end(), [&](std::size_t a, std::size_t b) { return nodes[a].start < nodes[b].start; });
    n.self = self_time(n, nodes);
  }
  if (root_node != SIZE_MAX) mark_critical(root_node, nodes);

  const std::int64_t wall = nodes.empty() ? 0 : reading.wall_ns(first);
  struct Visit {
    std::size_t node;
    int depth;
    std::string parent;
  };
  std::vector<Visit> stack;
  for (auto it = tops.rbegin(); it != tops.rend(); ++it) stack.push_back({*it, 0, ""});
  while (!stack.empty()) {
    const Visit v = std::move(stack.back());
    stack.pop_back();
    const Node& n = nodes[v.node];
    TraceSpan span = span_of(n, wall, v.depth, v.parent, service_of, reading);
    if (span.status == SpanStatus::Stopped && out.stopped_by.empty()) out.stopped_by = span.name;
    // A call to one of ours whose own part has not been kept.
    if (span.kind == SpanKind::Client && n.children.empty() && span.status == SpanStatus::Ok)
      for (const auto& [key, value] : span.attributes) {
        bool known = false;
        if (key == "node") (void)service_of(value, known);
        out.partial = out.partial || known;
      }
    for (auto c = n.children.rbegin(); c != n.children.rend(); ++c) stack.push_back({*c, v.depth + 1, span.id});
    out.spans.push_back(std::move(span));
  }
  bool known = false;
  out.id = root.identity.trace.hex();
  out.root_name = reading.name(root.operation);
  out.root_service = service_of(std::string(reading.name(root.service)), known);
  out.status = root.status;
  out.error = root.error;
  out.start_ns = out.spans.empty() ? wall : out.spans.front().start_ns;
  out.duration_ns = out.spans.empty() ? 0 : out.spans.front().duration_ns;
  return out;
}

}  // namespace workbench::recorder
