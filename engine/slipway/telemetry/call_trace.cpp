#include "slipway/telemetry/call_trace.h"

namespace slipway::telemetry {

void CallTrace::begin(const context::TraceIdentity& identity, SpanId remote_parent, NameId service, NameId operation) {
  active_ = true;
  forced_ = false;
  identity_ = identity;
  remote_parent_ = remote_parent;
  service_ = service;
  operation_ = operation;
  size_ = 0;
  lost_ = 0;
  innermost_ = kNone;
  more_.clear();
  more_outer_.clear();
  attributes_.clear();
}

Span& CallTrace::span(std::uint32_t index) {
  thread_local Span nowhere;  // what writes to a span that was not kept go to
  if (index >= size_) return nowhere = Span{};
  return index < kInline ? inline_[index] : more_[index - kInline];
}
const Span& CallTrace::span(std::uint32_t index) const { return const_cast<CallTrace*>(this)->span(index); }

std::uint32_t CallTrace::outer_of(std::uint32_t index) const {
  return index < kInline ? outer_[index] : more_outer_[index - kInline];
}

std::uint32_t CallTrace::add(NameId name, SpanKind kind, std::uint64_t at) {
  if (size_ == kMost) {
    ++lost_;
    return kNone;
  }
  const std::uint32_t index = size_++;
  Span* s = nullptr;
  if (index < kInline) {
    s = &inline_[index];
    outer_[index] = innermost_;
  } else {
    s = &more_.emplace_back();
    more_outer_.push_back(innermost_);
  }
  // Ids after the first follow from it by an odd stride: unlike each other, and no source of chance is asked.
  s->id = identity_.span + index * 0x9E3779B97F4A7C15ull;
  if (s->id == 0) s->id = 0x9E3779B97F4A7C15ull;
  s->parent = innermost_ == kNone ? remote_parent_ : span(innermost_).id;
  s->name = name;
  s->kind = kind;
  s->status = SpanStatus::Ok;
  s->enter_end = s->exit_start = s->end = 0;
  s->start = at != 0 ? at : Ticks::now();
  return index;
}

std::uint32_t CallTrace::open(NameId name, SpanKind kind, std::uint64_t at) {
  const std::uint32_t index = add(name, kind, at);
  if (index != kNone) innermost_ = index;
  return index;
}

void CallTrace::close(std::uint32_t index, SpanStatus status, std::uint64_t at) {
  if (index >= size_) return;
  const std::uint64_t now = at != 0 ? at : Ticks::now();
  for (std::uint32_t i = innermost_; i != kNone; i = outer_of(i)) {
    if (i == index) {
      for (std::uint32_t inner = innermost_; inner != index; inner = outer_of(inner)) {
        if (span(inner).end == 0) span(inner).end = now;
      }
      innermost_ = outer_of(index);
      break;
    }
  }
  Span& s = span(index);
  s.end = now;
  s.status = status;
}

std::uint32_t CallTrace::open_concurrent(NameId name, SpanKind kind) { return add(name, kind, 0); }

void CallTrace::close_concurrent(std::uint32_t index, SpanStatus status) {
  if (index >= size_) return;
  Span& s = span(index);
  s.end = Ticks::now();
  s.status = status;
}

std::uint32_t CallTrace::find_open(NameId name, SpanKind kind) const {
  for (std::uint32_t i = innermost_; i != kNone; i = outer_of(i))
    if (span(i).name == name && span(i).kind == kind) return i;
  return kNone;
}

void CallTrace::mark(NameId name, SpanKind kind, SpanStatus status, std::uint64_t at) {
  const std::uint32_t index = add(name, kind, at);
  if (index == kNone) return;
  Span& s = span(index);
  s.end = s.start;
  s.status = status;
}

void CallTrace::attribute(std::uint32_t index, NameId key, std::string value) {
  if (index < size_) attributes_.push_back({index, key, std::move(value)});
}

}  // namespace slipway::telemetry
