#include "workbench/recorder/trace_store.h"

namespace workbench::recorder {

using slipway::Duration;
using slipway::Ticks;
using slipway::TraceId;
using slipway::telemetry::CallRecord;
using slipway::telemetry::Span;
using slipway::telemetry::SpanAttribute;
using slipway::telemetry::SpanStatus;

namespace {

// The object with its shared count, its slot in the table by id at the load it has on average, its node in the map by number.
constexpr std::uint64_t kTraceBytes = heap_bytes(sizeof(KeptTrace) + 16) + 56 + heap_bytes(56);

std::uint64_t bytes_of(const CallRecord& r) {
  std::uint64_t n = heap_bytes(sizeof(CallRecord) + 16) + heap_bytes(r.spans.capacity() * sizeof(Span)) +
                    heap_bytes(r.attributes.capacity() * sizeof(SpanAttribute));
  for (const auto& a : r.attributes)
    if (a.value.capacity() > 15) n += heap_bytes(a.value.capacity() + 1);
  return n;
}

void sum_up(KeptTrace& t) {
  const Roots roots = roots_of({t.parts.data(), t.parts.size()});
  const CallRecord& root = *roots.root;
  t.status = root.status;
  t.duration_ns = Ticks::to_ns(root.end - root.start);
  t.tops = roots.tops;
  t.begun_here = root.why == CallRecord::Why::Forced || root.remote_parent == 0;
  t.stopped_by = 0;
  t.spans = 0;
  t.bytes = kTraceBytes + (t.parts.size() > 1 ? heap_bytes(t.parts.capacity() * sizeof(PartPtr)) : 0);
  for (const auto& p : t.parts) {
    t.bytes += bytes_of(*p);
    t.spans += static_cast<std::uint32_t>(p->spans.size());
    for (const Span& s : p->spans)
      if (s.status == SpanStatus::Stopped && (t.stopped_by == 0 || p.get() == &root)) t.stopped_by = s.name;
  }
}

}  // namespace

void TraceStore::add(std::vector<CallRecord> calls, std::vector<KeptPtr>* touched) {
  const slipway::TimePoint now = slipway::Clock::system().now();
  {
    std::lock_guard lock(mutex_);
    ++batch_;
    for (CallRecord& c : calls) {
      KeptTrace& t = open(c.identity.trace);
      t.notable = t.notable || c.why != CallRecord::Why::Sampled;
      t.touched = now;
      t.parts.push_back(std::make_shared<const CallRecord>(std::move(c)));
    }
    for (Fresh& f : fresh_) {
      KeptTrace& t = *f.trace;
      sum_up(t);
      bytes_[t.notable] += t.bytes;
      spans_ += t.spans;
      if (touched) touched->push_back(f.trace);
      if (!f.is_new && f.was_notable != t.notable) kept_[f.was_notable].erase(t.number);
      if (f.is_new)
        kept_[t.notable].emplace_hint(kept_[t.notable].end(), t.number, std::move(f.trace));
      else
        kept_[t.notable].insert_or_assign(t.number, std::move(f.trace));
    }
    fresh_.clear();
    evict();
  }
  came_.notify_all();
}

// The trace of that id as this batch makes it: a new one, or a copy of the one that readers may hold.
KeptTrace& TraceStore::open(TraceId id) {
  auto& slot = by_id_[id];
  if (slot && slot->batch == batch_) return *slot;
  const auto before = std::exchange(slot, std::make_shared<KeptTrace>());
  KeptTrace& t = *slot;
  t.id = id;
  t.batch = batch_;
  if (before) {
    t.number = before->number;
    t.parts = before->parts;
    t.notable = before->notable;
    bytes_[before->notable] -= before->bytes;
    spans_ -= before->spans;
  } else {
    t.number = next_number_++;
  }
  fresh_.push_back({slot, !before, before && before->notable});
  return t;
}

void TraceStore::drop_oldest(bool notable) {
  const auto oldest = kept_[notable].begin();
  bytes_[notable] -= oldest->second->bytes;
  spans_ -= oldest->second->spans;
  by_id_.erase(oldest->second->id);
  kept_[notable].erase(oldest);
}

void TraceStore::evict() {
  const auto most = [](std::uint64_t whole) { return whole - whole / 4; };
  while (bytes_[0] + bytes_[1] > byte_budget_ || kept_[0].size() + kept_[1].size() > capacity_) {
    const bool notable = kept_[0].empty() || bytes_[1] > most(byte_budget_) || kept_[1].size() > most(capacity_);
    if (kept_[notable].empty()) return;
    drop_oldest(notable);
  }
}

void TraceStore::clear() {
  std::lock_guard lock(mutex_);
  by_id_.clear();
  for (auto& k : kept_) k.clear();
  bytes_[0] = bytes_[1] = spans_ = 0;
}

std::vector<KeptPtr> TraceStore::page(std::uint64_t below, std::size_t most) const {
  std::vector<KeptPtr> out;
  std::lock_guard lock(mutex_);
  auto a = kept_[0].lower_bound(below), b = kept_[1].lower_bound(below);
  while (out.size() < most) {
    const bool left_a = a != kept_[0].begin(), left_b = b != kept_[1].begin();
    if (!left_a && !left_b) break;
    if (left_a && (!left_b || std::prev(a)->first > std::prev(b)->first))
      out.push_back((--a)->second);
    else
      out.push_back((--b)->second);
  }
  return out;
}

KeptPtr TraceStore::find(TraceId low, TraceId high, bool& several) const {
  std::lock_guard lock(mutex_);
  several = false;
  if (low == high) {
    const auto it = by_id_.find(low);
    return it == by_id_.end() ? nullptr : it->second;
  }
  KeptPtr found;
  for (const auto& [id, trace] : by_id_) {
    if (id < low || id > high) continue;
    if (found) {
      several = true;
      return found;
    }
    found = trace;
  }
  return found;
}

void TraceStore::wait_for_news(Duration most) const {
  std::unique_lock lock(mutex_);
  came_.wait_for(lock, most);
}

TraceStore::Sizes TraceStore::sizes() const {
  std::lock_guard lock(mutex_);
  return {kept_[0].size() + kept_[1].size(), spans_, bytes_[0] + bytes_[1]};
}

}  // namespace workbench::recorder
