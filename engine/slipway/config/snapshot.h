// ConfigSnapshot: one immutable, resolved view of the whole config, with where every layer's value of every key was written.
// Everything here is const and thread-safe; views and pointers live as long as the snapshot.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/config/convert.h"
#include "slipway/config/schema.h"

namespace slipway::config {

// One layer's value of one key.
struct LayerValue {
  std::uint32_t layer = 0;   // index in ConfigSnapshot::layers()
  Value raw;                 // as written, templates and all
  Mark where;                // file position, when it has one
  std::string place;         // "config/default.yaml:14:3", "SLIPWAY_ORDERS__HTTP__TIMEOUT", "--set …", "schema", "overrides"
  bool valid = true;         // false: does not fit the schema; listed as a problem and never wins
};

struct Entry {
  std::string key;
  Value value;               // effective: templates resolved, of the natural kind of its type
  std::int64_t number = 0;   // ns of a duration, bytes of a size (keys with a schema)
  std::int32_t winner = -1;  // index in `stack`; -1 when every layer's value is invalid or shadowed
  bool templated = false;    // the winning raw text holds ${…}
  const KeySpec* spec = nullptr;
  std::vector<LayerValue> stack;  // lowest layer first
  bool secret() const { return spec && spec->type == KeyType::Secret; }
  // For people; a secret is "••••••".
  std::string text() const;
};

class ConfigSnapshot {
 public:
  std::uint64_t version() const { return version_; }
  const std::vector<std::string>& layers() const { return layers_; }   // lowest first
  // Sorted by key. Entries without a winner are those whose every value is invalid.
  const std::vector<Entry>& entries() const { return entries_; }
  const Entry* find(std::string_view key) const;                       // nullptr when no layer sets it
  // Any node of the effective tree: "gateway.http", "list.0.name"; "" or "." is all. nullptr when missing.
  const Value* at(std::string_view path) const { return tree_.at_path(path); }
  const Value& tree() const { return tree_; }
  const Schema& schema() const { return *schema_; }

  // NOT_FOUND (with the nearest names), or BAD_REQUEST when the value is not a T.
  template <class T>
  Result<T> get(std::string_view key) const {
    if (const Entry* e = find(key)) {
      if (e->winner >= 0) return typed<T>(*e);
    } else if (const Value* v = at(key)) {
      return convert_to<T>(*v, key);
    }
    return missing(key);
  }
  // `fallback` when the key is not set or not a T.
  template <class T>
  T get_or(std::string_view key, T fallback) const {
    const Entry* e = find(key);
    if (!e || e->winner < 0) return fallback;
    if constexpr (std::is_same_v<T, bool>) {
      if (e->value.is_bool()) return e->value.as_bool();
    } else if constexpr (std::is_same_v<T, Duration>) {
      if (e->spec && e->spec->type == KeyType::Duration) return Duration(e->number);
    } else if constexpr (std::is_floating_point_v<T>) {
      if (e->value.is_number()) return static_cast<T>(e->value.as_double());
    }
    auto r = typed<T>(*e);
    return r ? std::move(*r) : std::move(fallback);
  }
  // Resolves the templates of any value against this snapshot, as its text would read if it won.
  Result<Value> resolve(const Value& raw) const;
  std::vector<std::string> nearest(std::string_view key, std::size_t limit = 3) const;

 private:
  friend struct SnapshotBuilder;
  template <class T>
  static Result<T> typed(const Entry& e) {
    if constexpr (std::is_same_v<T, Duration>) {
      if (e.spec && e.spec->type == KeyType::Duration) return Duration(e.number);
    } else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      if (e.spec && e.spec->type == KeyType::Size) return static_cast<T>(e.number);
    }
    return convert_to<T>(e.value, e.key);
  }
  Error missing(std::string_view key) const;

  struct Index;
  std::uint64_t version_ = 0;
  std::vector<std::string> layers_;
  std::vector<Entry> entries_;
  std::shared_ptr<const Index> index_;
  std::shared_ptr<const Schema> schema_;
  Value tree_ = Value(Value::Map());
};

using SnapshotPtr = std::shared_ptr<const ConfigSnapshot>;

}  // namespace slipway::config
