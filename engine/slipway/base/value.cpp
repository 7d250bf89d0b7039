#include "slipway/base/value.h"

#include <charconv>
#include <limits>
#include <stdexcept>
#include <unordered_map>

#include "slipway/base/json_text.h"

namespace slipway {
namespace {

constexpr std::size_t kScanLimit = 16;  // maps up to this size are found by a scan
constexpr std::size_t kMissing = static_cast<std::size_t>(-1);
const Value kNull;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
};

[[noreturn]] void wrong_kind(Value::Kind wanted, const Value& value) {
  throw std::logic_error("Value is a " + std::string(Value::kind_name(value.kind())) + ", not a " +
                         std::string(Value::kind_name(wanted)) + ": " + value.to_text().substr(0, 80));
}

// The first step of a dotted path; `path` keeps the rest, and `more` says whether there is one.
std::string_view next_step(std::string_view& path, bool& more) {
  const auto dot = path.find('.');
  const std::string_view step = path.substr(0, dot);
  more = dot != std::string_view::npos;
  path = more ? path.substr(dot + 1) : std::string_view();
  return step;
}

std::size_t list_index(std::string_view step) {
  std::size_t index = 0;
  const auto [end, bad] = std::from_chars(step.data(), step.data() + step.size(), index);
  return bad == std::errc() && end == step.data() + step.size() ? index : kMissing;
}

bool is_whole(std::string_view path) {
  return path.empty() || path == ".";
}

}  // namespace

struct ValueMap::Index {
  std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> at;
};

ValueMap::ValueMap() = default;
ValueMap::ValueMap(const ValueMap& o)
    : entries_(o.entries_), index_(o.index_ ? std::make_unique<Index>(*o.index_) : nullptr) {}
ValueMap::ValueMap(ValueMap&&) noexcept = default;
ValueMap& ValueMap::operator=(const ValueMap& o) {
  if (this != &o) *this = ValueMap(o);
  return *this;
}
ValueMap& ValueMap::operator=(ValueMap&&) noexcept = default;
ValueMap::~ValueMap() = default;

std::size_t ValueMap::index_of(std::string_view key) const {
  if (index_) {
    const auto it = index_->at.find(key);
    return it == index_->at.end() ? kMissing : it->second;
  }
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].first == key) return i;
  return kMissing;
}

void ValueMap::rebuild_index() {
  if (entries_.size() <= kScanLimit) {
    index_.reset();
    return;
  }
  index_ = std::make_unique<Index>();
  for (std::size_t i = 0; i < entries_.size(); ++i)
    index_->at.emplace(entries_[i].first, static_cast<std::uint32_t>(i));
}

const Value* ValueMap::find(std::string_view key) const {
  const std::size_t i = index_of(key);
  return i == kMissing ? nullptr : &entries_[i].second;
}

Value* ValueMap::find(std::string_view key) {
  const std::size_t i = index_of(key);
  return i == kMissing ? nullptr : &entries_[i].second;
}

Value& ValueMap::operator[](std::string_view key) {
  const std::size_t i = index_of(key);
  if (i != kMissing) return entries_[i].second;
  entries_.emplace_back(std::string(key), Value());
  if (index_)
    index_->at.emplace(std::string(key), static_cast<std::uint32_t>(entries_.size() - 1));
  else if (entries_.size() > kScanLimit)
    rebuild_index();
  return entries_.back().second;
}

bool ValueMap::erase(std::string_view key) {
  const std::size_t i = index_of(key);
  if (i == kMissing) return false;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
  rebuild_index();
  return true;
}

std::size_t ValueMap::size() const {
  return entries_.size();
}
bool ValueMap::empty() const {
  return entries_.empty();
}
std::vector<ValueMap::Entry>::const_iterator ValueMap::begin() const {
  return entries_.begin();
}
std::vector<ValueMap::Entry>::const_iterator ValueMap::end() const {
  return entries_.end();
}
std::vector<ValueMap::Entry>::iterator ValueMap::begin() {
  return entries_.begin();
}
std::vector<ValueMap::Entry>::iterator ValueMap::end() {
  return entries_.end();
}

Value::Value() noexcept = default;
Value::Value(std::nullptr_t) noexcept {}
Value::Value(unsigned long long i) {
  if (i > static_cast<unsigned long long>(std::numeric_limits<std::int64_t>::max()))
    v_ = static_cast<double>(i);
  else
    v_ = static_cast<std::int64_t>(i);
}
Value::Value(List list) : v_(std::make_unique<List>(std::move(list))) {}
Value::Value(Map map) : v_(std::make_unique<Map>(std::move(map))) {}
Value::Value(const Value& o) : line(o.line), column(o.column) {
  switch (o.kind()) {
    case Kind::Null:
      break;
    case Kind::Bool:
      v_ = std::get<bool>(o.v_);
      break;
    case Kind::Int:
      v_ = std::get<std::int64_t>(o.v_);
      break;
    case Kind::Double:
      v_ = std::get<double>(o.v_);
      break;
    case Kind::String:
      v_ = std::get<std::string>(o.v_);
      break;
    case Kind::List:
      v_ = std::make_unique<List>(o.as_list());
      break;
    case Kind::Map:
      v_ = std::make_unique<Map>(o.as_map());
      break;
  }
}
Value::Value(Value&& o) noexcept
    : line(o.line), column(o.column), v_(std::exchange(o.v_, std::monostate())) {}
Value& Value::operator=(const Value& o) {
  if (this != &o) *this = Value(o);
  return *this;
}
Value& Value::operator=(Value&& o) noexcept {
  if (this == &o) return *this;
  // Through a local: `o` may be a part of what is replaced.
  auto taken = std::exchange(o.v_, std::monostate());
  const int new_line = o.line, new_column = o.column;
  v_ = std::move(taken);
  line = new_line;
  column = new_column;
  return *this;
}
Value::~Value() = default;

Value Value::object(std::initializer_list<std::pair<std::string, Value>> entries) {
  Map map;
  for (const auto& [key, value] : entries) map[key] = value;
  return Value(std::move(map));
}

Value Value::array(std::initializer_list<Value> items) {
  return Value(List(items));
}

std::string_view Value::kind_name(Kind kind) {
  static constexpr std::string_view kNames[] = {"null", "bool", "int", "double", "string", "list", "map"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool Value::as_bool() const {
  if (!is_bool()) wrong_kind(Kind::Bool, *this);
  return std::get<bool>(v_);
}
std::int64_t Value::as_int() const {
  if (!is_int()) wrong_kind(Kind::Int, *this);
  return std::get<std::int64_t>(v_);
}
double Value::as_double() const {
  if (is_int()) return static_cast<double>(std::get<std::int64_t>(v_));
  if (!is_double()) wrong_kind(Kind::Double, *this);
  return std::get<double>(v_);
}
const std::string& Value::as_string() const {
  if (!is_string()) wrong_kind(Kind::String, *this);
  return std::get<std::string>(v_);
}
const Value::List& Value::as_list() const {
  if (!is_list()) wrong_kind(Kind::List, *this);
  return *std::get<std::unique_ptr<List>>(v_);
}
Value::List& Value::as_list() {
  if (!is_list()) wrong_kind(Kind::List, *this);
  return *std::get<std::unique_ptr<List>>(v_);
}
const Value::Map& Value::as_map() const {
  if (!is_map()) wrong_kind(Kind::Map, *this);
  return *std::get<std::unique_ptr<Map>>(v_);
}
Value::Map& Value::as_map() {
  if (!is_map()) wrong_kind(Kind::Map, *this);
  return *std::get<std::unique_ptr<Map>>(v_);
}

const Value* Value::at_path(std::string_view path) const {
  if (is_whole(path)) return this;
  const Value* at = this;
  for (bool more = true; more;) {
    const std::string_view step = next_step(path, more);
    if (at->is_map()) {
      at = at->as_map().find(step);
    } else if (at->is_list()) {
      const std::size_t index = list_index(step);
      at = index < at->as_list().size() ? &at->as_list()[index] : nullptr;
    } else {
      at = nullptr;
    }
    if (!at) return nullptr;
  }
  return at;
}

Value& Value::set_path(std::string_view path, Value value) {
  Value* at = this;
  if (!is_whole(path)) {
    for (bool more = true; more;) {
      const std::string_view step = next_step(path, more);
      if (at->is_list()) {
        List& list = at->as_list();
        const std::size_t index = list_index(step);
        if (index == list.size()) list.emplace_back();
        if (index < list.size()) {
          at = &list[index];
          continue;
        }
      }
      at = &(*at)[step];
    }
  }
  *at = std::move(value);
  return *at;
}

bool Value::erase_path(std::string_view path) {
  if (is_whole(path)) return false;
  Value* at = this;
  for (bool more = true;;) {
    const std::string_view step = next_step(path, more);
    if (at->is_map()) {
      if (!more) return at->as_map().erase(step);
      at = at->as_map().find(step);
      if (!at) return false;
    } else if (at->is_list()) {
      List& list = at->as_list();
      const std::size_t index = list_index(step);
      if (index >= list.size()) return false;
      if (!more) {
        list.erase(list.begin() + static_cast<std::ptrdiff_t>(index));
        return true;
      }
      at = &list[index];
    } else {
      return false;
    }
  }
}

const Value& Value::operator[](std::string_view key) const {
  if (!is_map()) return kNull;
  const Value* found = as_map().find(key);
  return found ? *found : kNull;
}

Value& Value::operator[](std::string_view key) {
  if (!is_map()) v_ = std::make_unique<Map>();
  return as_map()[key];
}

std::string Value::to_text() const {
  if (is_string()) return as_string();
  std::string out;
  write_json(out, *this);
  return out;
}

bool operator==(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return a.is_number() && b.is_number() && a.as_double() == b.as_double();
  switch (a.kind()) {
    case Value::Kind::Null:
      return true;
    case Value::Kind::Bool:
      return a.as_bool() == b.as_bool();
    case Value::Kind::Int:
      return a.as_int() == b.as_int();
    case Value::Kind::Double:
      return a.as_double() == b.as_double();
    case Value::Kind::String:
      return a.as_string() == b.as_string();
    case Value::Kind::List:
      return a.as_list() == b.as_list();
    case Value::Kind::Map: {
      if (a.as_map().size() != b.as_map().size()) return false;
      for (const auto& [key, value] : a.as_map()) {
        const Value* other = b.as_map().find(key);
        if (!other || !(value == *other)) return false;
      }
      return true;
    }
  }
  return false;
}

Value overlay(const Value& lower, const Value& upper) {
  if (!lower.is_map() || !upper.is_map()) return upper;
  Value out = lower;
  out.line = upper.line;
  out.column = upper.column;
  for (const auto& [key, value] : upper.as_map()) {
    Value& slot = out.as_map()[key];
    slot = slot.is_map() && value.is_map() ? overlay(slot, value) : value;
  }
  return out;
}

}  // namespace slipway
