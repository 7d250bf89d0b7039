#include "slipway/values/values.h"

#include <cctype>
#include <charconv>
#include <cmath>

namespace slipway::values {
namespace {

const Value kNull;

const Sources* sources_of(const middleware::Call& call) { return call.context.value<Sources>(); }

// The number a value stands for: int or double; Null when it stands for none.
Value number(const Value& v) {
  if (v.is_number()) return v;
  if (!v.is_string()) return {};
  const std::string& s = v.as_string();
  std::int64_t i = 0;
  auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), i);
  if (ec == std::errc() && end == s.data() + s.size() && !s.empty()) return Value(i);
  double d = 0;
  auto [dend, dec] = std::from_chars(s.data(), s.data() + s.size(), d);
  if (dec == std::errc() && dend == s.data() + s.size() && !s.empty()) return Value(d);
  return {};
}

template <class IntOp, class DoubleOp>
Value arithmetic(const Value& a, const Value& b, IntOp int_op, DoubleOp double_op) {
  Value x = number(a), y = number(b);
  if (x.is_null()) x = Value(0);
  if (y.is_null()) y = Value(0);
  if (x.is_int() && y.is_int()) {
    std::int64_t r = 0;
    if (!int_op(x.as_int(), y.as_int(), &r)) return Value(r);
  }
  return Value(double_op(x.as_double(), y.as_double()));
}

Value map_text(const Value& a, int (*change)(int)) {
  std::string s = text(a);
  for (char& c : s) c = static_cast<char>(change(static_cast<unsigned char>(c)));
  return Value(std::move(s));
}

}  // namespace

Value path(const middleware::Call& call, std::string_view name) {
  for (const auto& p : call.request.params)
    if (p.name == name) return Value(p.value);
  return {};
}

Value query(const middleware::Call& call, std::string_view name) {
  std::string v = call.request.query_param(name);
  if (!v.empty()) return Value(std::move(v));
  // Present but empty is an empty string; absent is Null.
  std::string_view q = call.request.query;
  while (!q.empty()) {
    const auto amp = q.find('&');
    std::string_view item = q.substr(0, amp);
    if (item.substr(0, item.find('=')) == name) return Value(std::string());
    if (amp == std::string_view::npos) break;
    q.remove_prefix(amp + 1);
  }
  return {};
}

Value header(const middleware::Call& call, std::string_view name) {
  for (const auto& h : call.request.headers)
    if (context::same_name(h.name, name)) return Value(h.value);
  return {};
}

const Value& body(middleware::Call& call, std::string_view path) {
  auto whole = call.body_value();
  if (!whole.ok()) return kNull;
  return at(**whole, path);
}

const Value& at(const Value& value, std::string_view path) {
  if (path.empty()) return value;
  const Value* v = value.at_path(path);
  return v ? *v : kNull;
}

Value now(const middleware::Call& call) {
  const Sources* s = sources_of(call);
  return Value(format_rfc3339((s && s->clock ? *s->clock : Clock::system()).wall()));
}

Value uuid(const middleware::Call& call) {
  const Sources* s = sources_of(call);
  return Value((s && s->ids ? *s->ids : Ids::system()).uuid());
}

Value trace_id(const middleware::Call& call) { return Value(call.context.trace().trace.hex()); }

Value add(const Value& a, const Value& b) {
  return arithmetic(
      a, b, [](auto x, auto y, auto* r) { return __builtin_add_overflow(x, y, r); },
      [](double x, double y) { return x + y; });
}
Value sub(const Value& a, const Value& b) {
  return arithmetic(
      a, b, [](auto x, auto y, auto* r) { return __builtin_sub_overflow(x, y, r); },
      [](double x, double y) { return x - y; });
}
Value mul(const Value& a, const Value& b) {
  return arithmetic(
      a, b, [](auto x, auto y, auto* r) { return __builtin_mul_overflow(x, y, r); },
      [](double x, double y) { return x * y; });
}

Value to_int(const Value& a) {
  Value n = number(a);
  if (!n.is_double()) return n;
  const double d = n.as_double();
  if (!(std::abs(d) < 9.2e18)) return {};
  return Value(static_cast<std::int64_t>(d));
}

Value length(const Value& a) {
  if (a.is_string()) return Value(a.as_string().size());
  if (a.is_list()) return Value(a.as_list().size());
  if (a.is_map()) return Value(a.as_map().size());
  return Value(0);
}

Value sum(const Value& list, std::string_view path) {
  Value total(0);
  if (!list.is_list()) return total;
  for (const Value& item : list.as_list()) total = add(total, at(item, path));
  return total;
}

const Value& first_of(const Value& a, const Value& b) { return a.is_null() ? b : a; }
Value upper(const Value& a) { return map_text(a, std::toupper); }
Value lower(const Value& a) { return map_text(a, std::tolower); }

void append_text(std::string& out, const Value& v) {
  if (v.is_string())
    out += v.as_string();
  else if (!v.is_null())
    codec::append_json(out, v);
}

void append_json(std::string& out, const Value& v) { codec::append_json(out, v); }

void append_json_text(std::string& out, const Value& v) {
  const std::size_t at = out.size();
  if (v.is_string()) {
    codec::append_json_string(out, v.as_string());
  } else {
    std::string t;
    append_text(t, v);
    codec::append_json_string(out, t);
  }
  out.erase(at, 1);
  out.pop_back();
}

void append_url(std::string& out, const Value& v) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string t;
  append_text(t, v);
  for (unsigned char c : t) {
    if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += static_cast<char>(c);
    } else {
      out += '%';
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
}

void append_html(std::string& out, const Value& v) {
  std::string t;
  append_text(t, v);
  for (char c : t) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
}

std::string text(const Value& v) {
  std::string out;
  append_text(out, v);
  return out;
}

}  // namespace slipway::values
