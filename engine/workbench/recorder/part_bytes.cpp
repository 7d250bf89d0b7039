#include "workbench/recorder/part_bytes.h"

#include <algorithm>
#include <cstring>

namespace workbench::recorder {

using slipway::SpanId;
using slipway::Ticks;
using slipway::telemetry::CallRecord;
using slipway::telemetry::NameId;
using slipway::telemetry::Span;

namespace {

constexpr std::int64_t kMostWall = std::int64_t{1} << 62;    // in the year 2116
constexpr std::int64_t kMostOffset = std::int64_t{1} << 60;  // so that sums are still numbers

void put(std::string& out, std::uint64_t n) {
  for (; n >= 0x80; n >>= 7) out += static_cast<char>(n | 0x80);
  out += static_cast<char>(n);
}
void put_signed(std::string& out, std::int64_t n) { put(out, static_cast<std::uint64_t>(n) << 1 ^ static_cast<std::uint64_t>(n >> 63)); }
void put_id(std::string& out, SpanId id) {
  char bytes[8];
  std::memcpy(bytes, &id, sizeof bytes);
  out.append(bytes, sizeof bytes);
}

// Reads what was put; once something does not fit, everything is 0 and `good` false.
struct Reader {
  std::string_view left;
  bool good = true;

  std::uint64_t number() {
    std::uint64_t n = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (left.empty()) return fail();
      const auto byte = static_cast<std::uint8_t>(left.front());
      left.remove_prefix(1);
      n |= std::uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) return n;
    }
    return fail();
  }
  std::int64_t signed_number() {
    const std::uint64_t n = number();
    return static_cast<std::int64_t>(n >> 1) ^ -static_cast<std::int64_t>(n & 1);
  }
  SpanId id() {
    SpanId id = 0;
    if (left.size() < sizeof id) return fail();
    std::memcpy(&id, left.data(), sizeof id);
    left.remove_prefix(sizeof id);
    return id;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > left.size()) return fail(), std::string();
    std::string out(left.substr(0, size));
    left.remove_prefix(size);
    return out;
  }
  // How many of something follow, each of at least `least` bytes.
  std::size_t count(std::size_t least) {
    const std::uint64_t n = number();
    return n > left.size() / least ? static_cast<std::size_t>(fail()) : static_cast<std::size_t>(n);
  }
  std::uint64_t fail() {
    good = false;
    left = {};
    return 0;
  }
};

std::int64_t ns_between(std::uint64_t from, std::uint64_t to) { return to >= from ? Ticks::to_ns(to - from) : -Ticks::to_ns(from - to); }

// A span's parent is most often one before it in the same part: its place, counted from 1, else 0 and the id.
void put_parent(std::string& out, const CallRecord& part, std::size_t at) {
  const SpanId parent = part.spans[at].parent;
  for (std::size_t i = at; i-- > 0;)
    if (part.spans[i].id == parent) return put(out, i + 1);
  put(out, 0);
  put_id(out, parent);
}

void put_span(std::string& out, const CallRecord& part, std::size_t at) {
  const Span& s = part.spans[at];
  put_id(out, s.id);
  put_parent(out, part, at);
  put(out, s.name);
  out += static_cast<char>(static_cast<unsigned>(s.kind) << 4 | static_cast<unsigned>(s.status));
}

}  // namespace

// Times count from where the assembled trace begins, in whole ns, so that it is the same to the nanosecond when it is read again.
void append_parts(std::string& out, std::span<const PartPtr> parts, std::vector<NameId>& names) {
  std::uint64_t first = UINT64_MAX;
  for (const auto& p : parts)
    for (const Span& s : p->spans) first = std::min(first, s.start);
  if (first == UINT64_MAX) first = parts.front()->start;
  const std::int64_t wall = Ticks::wall_ns(first);
  const auto put_time = [&](std::uint64_t ticks) { put_signed(out, ns_between(first, ticks)); };
  for (const auto& p : parts) {
    put_signed(out, wall);
    put_id(out, p->identity.span);
    put_id(out, p->remote_parent);
    put(out, p->service);
    put(out, p->operation);
    names.push_back(p->service);
    names.push_back(p->operation);
    put_signed(out, p->status);
    out += static_cast<char>(static_cast<unsigned>(p->why) << 2 | (p->identity.sampled ? 2u : 0u) | (p->error ? 1u : 0u));
    put(out, p->lost_spans);
    put_time(p->start);
    put_time(p->end);
    put(out, p->spans.size());
    for (std::size_t i = 0; i < p->spans.size(); ++i) {
      const Span& s = p->spans[i];
      put_span(out, *p, i);
      names.push_back(s.name);
      put_time(s.start);
      put_time(s.end);
      put_signed(out, s.enter_end > s.start ? Ticks::to_ns(s.enter_end - s.start) : 0);
      put_signed(out, s.exit_start != 0 && s.end > s.exit_start ? Ticks::to_ns(s.end - s.exit_start) : 0);
    }
    put(out, p->attributes.size());
    for (const auto& a : p->attributes) {
      put(out, a.span);
      put(out, a.key);
      names.push_back(a.key);
      put(out, a.value.size());
      out += a.value;
    }
  }
}

std::optional<std::vector<PartPtr>> parts_of(slipway::TraceId trace, std::string_view bytes) {
  std::vector<PartPtr> parts;
  Reader in{bytes};
  while (in.good && !in.left.empty()) {
    auto p = std::make_shared<CallRecord>();
    const std::int64_t wall = in.signed_number();
    if (wall < 0 || wall > kMostWall) return std::nullopt;
    const auto time = [&] {
      const std::int64_t offset = in.signed_number();
      if (offset > kMostOffset || offset < -kMostOffset || wall + offset < 0) in.fail();
      return in.good ? static_cast<std::uint64_t>(wall + offset) : 0;
    };
    p->identity.trace = trace;
    p->identity.span = in.id();
    p->remote_parent = in.id();
    p->service = static_cast<NameId>(in.number());
    p->operation = static_cast<NameId>(in.number());
    p->status = static_cast<int>(in.signed_number());
    const std::uint64_t bits = in.number();
    p->why = static_cast<CallRecord::Why>(bits >> 2);
    p->identity.sampled = (bits & 2) != 0;
    p->error = (bits & 1) != 0;
    p->lost_spans = static_cast<std::uint32_t>(in.number());
    p->start = time();
    p->end = time();
    p->spans.resize(in.count(15));
    for (std::size_t i = 0; i < p->spans.size(); ++i) {
      Span& s = p->spans[i];
      s.id = in.id();
      const std::uint64_t parent = in.number();
      s.parent = parent == 0 ? in.id() : parent <= i ? p->spans[parent - 1].id : in.fail();
      s.name = static_cast<NameId>(in.number());
      const std::uint64_t kind = in.number();
      s.kind = static_cast<slipway::telemetry::SpanKind>(kind >> 4);
      s.status = static_cast<slipway::telemetry::SpanStatus>(kind & 15);
      s.start = time();
      s.end = time();
      const std::int64_t enter = in.signed_number(), exit = in.signed_number();
      if (std::max(enter, exit) > kMostOffset) in.fail();
      if (enter > 0) s.enter_end = s.start + static_cast<std::uint64_t>(enter);
      if (exit > 0) s.exit_start = s.end - static_cast<std::uint64_t>(exit);
      if (kind >> 4 > static_cast<unsigned>(slipway::telemetry::SpanKind::Internal) || (kind & 15) > static_cast<unsigned>(slipway::telemetry::SpanStatus::NotReached))
        in.fail();
    }
    const std::size_t attributes = in.count(3);
    for (std::size_t i = 0; i < attributes; ++i) {
      const auto span = static_cast<std::uint32_t>(in.number());
      const auto key = static_cast<NameId>(in.number());
      p->attributes.push_back({span, key, in.text()});
    }
    if (in.good) parts.push_back(std::move(p));
  }
  if (!in.good || parts.empty()) return std::nullopt;
  return parts;
}

Reading unix_reading(std::function<std::string_view(NameId)> name) {
  return {std::move(name), [](std::uint64_t delta) { return static_cast<std::int64_t>(delta); }, [](std::uint64_t time) { return static_cast<std::int64_t>(time); }};
}

}  // namespace workbench::recorder
