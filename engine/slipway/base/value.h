// Value: the one tree type. Every document format (JSON, YAML, TOML, protobuf messages) is read into it and written
// from it; config, templates, behaviours and panels speak only Value.
//
// Maps keep insertion order and have unique keys (find is O(1) on average above 16 entries, a scan below).
// Integers are int64; a number that does not fit is a double. A Value read from a file knows its place (line, column).
// Not thread-safe for writing; const access is. Deep copies; move is cheap.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "slipway/base/result.h"

namespace slipway {

class Value;

class ValueMap {
 public:
  using Entry = std::pair<std::string, Value>;
  ValueMap();
  ValueMap(const ValueMap&);
  ValueMap(ValueMap&&) noexcept;
  ValueMap& operator=(const ValueMap&);
  ValueMap& operator=(ValueMap&&) noexcept;
  ~ValueMap();

  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  bool contains(std::string_view key) const { return find(key) != nullptr; }
  // Existing value, or a new null at the end.
  Value& operator[](std::string_view key);
  bool erase(std::string_view key);
  std::size_t size() const;
  bool empty() const;
  std::vector<Entry>::const_iterator begin() const;
  std::vector<Entry>::const_iterator end() const;
  std::vector<Entry>::iterator begin();
  std::vector<Entry>::iterator end();

 private:
  struct Index;  // key -> position; kept only above 16 entries
  std::size_t index_of(std::string_view key) const;
  void rebuild_index();
  std::vector<Entry> entries_;
  std::unique_ptr<Index> index_;
};

class Value {
 public:
  using List = std::vector<Value>;
  using Map = ValueMap;
  enum class Kind : std::uint8_t { Null, Bool, Int, Double, String, List, Map };

  Value() noexcept;
  Value(std::nullptr_t) noexcept;                             // NOLINT
  Value(bool b) : v_(b) {}                                    // NOLINT
  Value(int i) : v_(std::int64_t{i}) {}                       // NOLINT
  Value(unsigned i) : v_(std::int64_t{i}) {}                  // NOLINT
  Value(long i) : v_(std::int64_t{i}) {}                      // NOLINT
  Value(long long i) : v_(static_cast<std::int64_t>(i)) {}    // NOLINT
  Value(unsigned long i) : Value(static_cast<unsigned long long>(i)) {}  // NOLINT
  Value(unsigned long long i);                                // NOLINT  above INT64_MAX it becomes a double
  Value(double d) : v_(d) {}                                  // NOLINT
  Value(const char* s) : v_(std::string(s)) {}                // NOLINT
  Value(std::string s) : v_(std::move(s)) {}                  // NOLINT
  Value(std::string_view s) : v_(std::string(s)) {}           // NOLINT
  Value(List list);                                           // NOLINT
  Value(Map map);                                             // NOLINT
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();
  static Value object(std::initializer_list<std::pair<std::string, Value>> entries);
  static Value array(std::initializer_list<Value> items);

  Kind kind() const { return static_cast<Kind>(v_.index()); }
  static std::string_view kind_name(Kind kind);  // "null", "bool", "int", "double", "string", "list", "map"
  bool is_null() const { return kind() == Kind::Null; }
  bool is_bool() const { return kind() == Kind::Bool; }
  bool is_int() const { return kind() == Kind::Int; }
  bool is_double() const { return kind() == Kind::Double; }
  bool is_number() const { return is_int() || is_double(); }
  bool is_string() const { return kind() == Kind::String; }
  bool is_list() const { return kind() == Kind::List; }
  bool is_map() const { return kind() == Kind::Map; }

  // Exact access: the wrong kind is a broken invariant and throws std::logic_error.
  bool as_bool() const;
  std::int64_t as_int() const;
  double as_double() const;  // an int is widened
  const std::string& as_string() const;
  const List& as_list() const;
  List& as_list();
  const Map& as_map() const;
  Map& as_map();

  // Path access: "a.b.0.c"; an index selects from a list. nullptr when a step is missing. "" or "." is this value.
  const Value* at_path(std::string_view path) const;
  // Creates maps on the way. A step through a scalar replaces it.
  Value& set_path(std::string_view path, Value value);
  bool erase_path(std::string_view path);

  // Shorthand for maps: missing key or not a map gives a shared null.
  const Value& operator[](std::string_view key) const;
  // Creates the map and the entry as needed.
  Value& operator[](std::string_view key);

  // One-line text for people: strings bare, the rest as compact JSON.
  std::string to_text() const;

  int line = 0;    // from 1; 0 when it did not come from a file
  int column = 0;

  // Equality by content; places are not compared. An int equals a double of the same value.
  friend bool operator==(const Value& a, const Value& b);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, std::unique_ptr<List>,
               std::unique_ptr<Map>>
      v_;
};

// Overlays `upper` on `lower`: maps merge key by key, everything else (lists too) is replaced. Null in `upper` replaces.
Value overlay(const Value& lower, const Value& upper);

}  // namespace slipway
