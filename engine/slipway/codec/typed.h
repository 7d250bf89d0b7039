// Typed documents: structs described by Boost.Describe, written straight to JSON text and read out of a Value.
//
//   struct Line { std::string sku; int quantity = 1; };
//   BOOST_DESCRIBE_STRUCT(Line, (), (sku, quantity))
//
//   std::string out;  codec::append_json(out, Line{"nut", 3});          // {"sku":"nut","quantity":3}
//   Result<Line> line = codec::from_value<Line>(value);
//
// Fields: bool, integers, floating point, std::string, Duration (as "250ms"), described enums (by name), Value, described
// structs, and std::vector, std::optional, std::pair (a list of two), std::map<std::string, ...> of those. Base classes' fields come
// first.
//
// Reading: a field may be absent when it is a std::optional, or when the struct gives it a default other than the empty
// value (`int quantity = 1`); any other absent field is an error. Unknown keys are ignored unless refused. Every problem is
// collected, with its path, into one BAD_REQUEST / BAD_FIELDS: the message lists them, the metadata holds path -> problem.
// Writing never fails and never builds a tree; an empty optional is left out. Thread-safe: no state.
#pragma once

#include <array>
#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "slipway/base/time.h"
#include "slipway/codec/codec.h"

namespace slipway::codec {

struct ReadOptions {
  bool text_values = false;     // strings may stand for numbers and bools: path, query and form parameters
  bool refuse_unknown = false;  // a key that is no field is a problem
  bool absent_is_default = false;  // any field may be absent: a document that was written before the field was there
};

template <class T>
concept Described = boost::describe::has_describe_members<T>::value && std::is_class_v<T>;

template <class T>
void append_json(std::string& out, const T& value);

namespace detail {

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsPair : std::false_type {};
template <class A, class B>
struct IsPair<std::pair<A, B>> : std::true_type {};
template <class T>
struct IsTextMap : std::false_type {};
template <class T>
struct IsTextMap<std::map<std::string, T>> : std::true_type {};

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;

template <class T>
constexpr bool kUnsupported = false;

template <class N>
void append_number(std::string& out, N number) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  out.append(text.data(), end);
}

// Collects what is wrong, and knows where in the document it is.
class Problems {
 public:
  explicit Problems(const ReadOptions& options) : options_(options) {}
  const ReadOptions& options() const { return options_; }
  void add(const Value* at, std::string text);
  // The path while something nested is read.
  class Step {
   public:
    Step(Problems& problems, std::string_view name);
    ~Step() { problems_.path_.resize(length_); }

   private:
    Problems& problems_;
    std::size_t length_;
  };
  bool empty() const { return found_.empty(); }
  void append(Problems more);  // those found by another reader of the same thing
  Error to_error() const;

 private:
  ReadOptions options_;
  std::string path_;
  std::vector<std::pair<std::string, std::string>> found_;
  Mark first_;
};

bool read_bool(const Value& value, bool& out, Problems& problems);
bool read_int(const Value& value, std::int64_t& out, Problems& problems);
bool read_double(const Value& value, double& out, Problems& problems);
bool read_string(const Value& value, std::string& out, Problems& problems);
bool read_duration(const Value& value, Duration& out, Problems& problems);
bool expect_list(const Value& value, Problems& problems);
bool expect_map(const Value& value, Problems& problems);

template <class T>
void read(const Value& value, T& out, Problems& problems);

template <class T>
void read_integer(const Value& value, T& out, Problems& problems) {
  std::int64_t wide = 0;
  if (!read_int(value, wide, problems)) return;
  if (!std::in_range<T>(wide)) {
    problems.add(&value, std::to_string(wide) + " is out of range (" + std::to_string(std::numeric_limits<T>::min()) +
                             " to " + std::to_string(std::numeric_limits<T>::max()) + ")");
    return;
  }
  out = static_cast<T>(wide);
}

template <class T>
void read_enum(const Value& value, T& out, Problems& problems) {
  std::string name;
  if (!read_string(value, name, problems)) return;
  bool found = false;
  std::string known;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto e) {
    if (name == e.name) {
      out = e.value;
      found = true;
    }
    if (!known.empty()) known += ", ";
    known += e.name;
  });
  if (!found) problems.add(&value, '"' + name + "\" is none of " + known);
}

template <class M>
bool may_be_absent(const M& initial) {
  if constexpr (IsOptional<M>::value) {
    return true;
  } else if constexpr (requires { initial.empty(); }) {
    return !initial.empty();
  } else if constexpr (!Described<M> && std::equality_comparable<M> && std::is_default_constructible_v<M>) {
    return !(initial == M{});
  } else {
    return false;
  }
}

template <Described T>
void read_struct(const Value& value, T& out, Problems& problems) {
  if (!expect_map(value, problems)) return;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    auto& field = out.*member.pointer;
    typename Problems::Step step(problems, member.name);
    if (const Value* found = value.as_map().find(member.name))
      read(*found, field, problems);
    else if (!problems.options().absent_is_default && !may_be_absent(field))
      problems.add(&value, "is missing");
  });
  if (!problems.options().refuse_unknown) return;
  for (const auto& [key, item] : value.as_map()) {
    bool known = false;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) { known = known || key == member.name; });
    typename Problems::Step step(problems, key);
    if (!known) problems.add(&item, "is not a known field");
  }
}

template <class T>
void read(const Value& value, T& out, Problems& problems) {
  if constexpr (std::is_same_v<T, bool>) {
    read_bool(value, out, problems);
  } else if constexpr (std::is_same_v<T, Value>) {
    out = value;
  } else if constexpr (std::is_integral_v<T>) {
    read_integer(value, out, problems);
  } else if constexpr (std::is_floating_point_v<T>) {
    double wide = 0;
    if (read_double(value, wide, problems)) out = static_cast<T>(wide);
  } else if constexpr (std::is_same_v<T, std::string>) {
    read_string(value, out, problems);
  } else if constexpr (std::is_same_v<T, Duration>) {
    read_duration(value, out, problems);
  } else if constexpr (IsOptional<T>::value) {
    out.reset();
    if (!value.is_null()) read(value, out.emplace(), problems);
  } else if constexpr (IsVector<T>::value) {
    out.clear();
    // One value where a list is wanted: what a query parameter that is given once looks like.
    if (problems.options().text_values && value.is_string()) {
      typename T::value_type item{};
      read(value, item, problems);
      out.push_back(std::move(item));
      return;
    }
    if (!expect_list(value, problems)) return;
    for (std::size_t i = 0; i < value.as_list().size(); ++i) {
      typename Problems::Step step(problems, std::to_string(i));
      typename T::value_type item{};
      read(value.as_list()[i], item, problems);
      out.push_back(std::move(item));
    }
  } else if constexpr (IsPair<T>::value) {
    if (!expect_list(value, problems)) return;
    if (value.as_list().size() != 2) return problems.add(&value, "is not a list of two");
    read(value.as_list()[0], out.first, problems);
    read(value.as_list()[1], out.second, problems);
  } else if constexpr (IsTextMap<T>::value) {
    out.clear();
    if (!expect_map(value, problems)) return;
    for (const auto& [key, item] : value.as_map()) {
      typename Problems::Step step(problems, key);
      read(item, out[key], problems);
    }
  } else if constexpr (std::is_enum_v<T>) {
    read_enum(value, out, problems);
  } else if constexpr (Described<T>) {
    read_struct(value, out, problems);
  } else {
    static_assert(kUnsupported<T>, "describe this type with BOOST_DESCRIBE_STRUCT(T, (), (fields...)) to read it");
  }
}

template <Described T>
void append_struct(std::string& out, const T& value) {
  out += '{';
  bool first = true;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    const auto& field = value.*member.pointer;
    if constexpr (IsOptional<std::remove_cvref_t<decltype(field)>>::value)
      if (!field) return;
    if (!first) out += ',';
    first = false;
    out += '"';
    out += member.name;  // a C++ identifier: nothing to escape
    out += "\":";
    append_json(out, field);
  });
  out += '}';
}

}  // namespace detail

// Appends `value` as compact JSON.
template <class T>
void append_json(std::string& out, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    detail::append_number(out, value);
  } else if constexpr (std::is_same_v<T, float>) {
    if (std::isfinite(value))
      detail::append_number(out, value);
    else
      out += "null";
  } else if constexpr (std::is_floating_point_v<T>) {
    append_json_number(out, static_cast<double>(value));
  } else if constexpr (std::is_same_v<T, Duration>) {
    append_json_string(out, format_duration(value));
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    append_json_string(out, value);
  } else if constexpr (detail::IsOptional<T>::value) {
    if (value)
      append_json(out, *value);
    else
      out += "null";
  } else if constexpr (detail::IsVector<T>::value) {
    out += '[';
    bool first = true;
    for (const auto& item : value) {
      if (!first) out += ',';
      first = false;
      append_json(out, static_cast<const typename T::value_type&>(item));
    }
    out += ']';
  } else if constexpr (detail::IsPair<T>::value) {
    out += '[';
    append_json(out, value.first);
    out += ',';
    append_json(out, value.second);
    out += ']';
  } else if constexpr (detail::IsTextMap<T>::value) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : value) {
      if (!first) out += ',';
      first = false;
      append_json_string(out, key);
      out += ':';
      append_json(out, item);
    }
    out += '}';
  } else if constexpr (std::is_enum_v<T>) {
    append_json_string(out, boost::describe::enum_to_string(value, "?"));
  } else if constexpr (Described<T>) {
    detail::append_struct(out, value);
  } else if constexpr (std::is_convertible_v<const T&, const Value&>) {
    append_json(out, static_cast<const Value&>(value));
  } else {
    static_assert(detail::kUnsupported<T>,
                  "describe this type with BOOST_DESCRIBE_STRUCT(T, (), (fields...)) to write it as JSON");
  }
}

// Reads `value` as a T; on failure the error lists every problem.
template <class T>
Result<T> from_value(const Value& value, const ReadOptions& options = {}) {
  detail::Problems problems(options);
  T out{};
  detail::read(value, out, problems);
  if (!problems.empty()) return problems.to_error();
  return out;
}

// A T as a tree, for codecs other than JSON.
template <class T>
Value to_value(const T& value) {
  std::string text;
  append_json(text, value);
  auto tree = parse_json(text);
  return tree ? std::move(*tree) : Value();
}

}  // namespace slipway::codec
