// read<T>(config, "orders.http"): a whole section as a struct that Boost.Describe knows.
//
//   struct Http { std::string address; Duration timeout = std::chrono::seconds(2); std::optional<std::string> name; };
//   BOOST_DESCRIBE_STRUCT(Http, (), (address, timeout, name))
//   Result<Http> http = config::read<Http>(config, "orders.http");
//
// Fields: what config reads anywhere else (convert.h: sizes as unsigned, durations, text where its meaning is plain), enums
// by name, described structs, and std::vector, std::optional and std::map<std::string, …> of those. A field may be absent
// when it is a std::optional or when the struct gives it a default other than the empty value. Keys that are no field are
// the business of the section's schema. Every problem is listed at once, each where it was written
// ("config/service.toml:14:3: orders.http.timeout: …"), in one BAD_REQUEST / BAD_CONFIG.
// Use it at set-up and in observers (with the notice's snapshot); bind single keys for what is read per call.
#pragma once

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "slipway/codec/typed.h"
#include "slipway/config/config.h"

namespace slipway::config {

namespace detail {

// Where one problem of a struct was written, added to it when the key stands somewhere.
class StructProblems {
 public:
  explicit StructProblems(const ConfigSnapshot& snapshot) : snapshot_(snapshot) {}
  void add(const std::string& key, const std::string& message);
  bool empty() const { return lines_.empty(); }
  Error error() const;

 private:
  const ConfigSnapshot& snapshot_;
  std::vector<std::string> lines_;
  std::optional<Mark> first_;
};

using codec::detail::IsOptional;
using codec::detail::IsTextMap;

template <class T>
concept DescribedStruct = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
void read_into(const Value& value, const std::string& key, T& out, StructProblems& problems);

template <class T>
void read_fields(const Value& map, const std::string& key, T& out, StructProblems& problems) {
  if (!map.is_map()) return problems.add(key, "is not a section (write its fields below it)");
  using Members = boost::describe::describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;
  boost::mp11::mp_for_each<Members>([&](auto member) {
    auto& field = out.*member.pointer;
    using Field = std::remove_reference_t<decltype(field)>;
    const std::string below = key.empty() ? member.name : key + "." + member.name;
    if (const Value* value = map.as_map().find(member.name); value && !value->is_null()) return read_into(*value, below, field, problems);
    if constexpr (IsOptional<Field>::value) {
      return;
    } else if constexpr (DescribedStruct<Field>) {
      return read_fields(Value(Value::Map()), below, field, problems);  // its own fields may all have defaults
    } else {
      if constexpr (requires { field.empty(); }) {
        if (!field.empty()) return;
      } else {
        if (!(field == Field{})) return;
      }
      problems.add(below, "is missing (set it in a config layer)");
    }
  });
}

template <class T>
void read_into(const Value& value, const std::string& key, T& out, StructProblems& problems) {
  if constexpr (IsOptional<T>::value) {
    read_into(value, key, out.emplace(), problems);
  } else if constexpr (DescribedStruct<T>) {
    read_fields(value, key, out, problems);
  } else if constexpr (DescribedEnum<T>) {
    bool found = false;
    std::string names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto one) {
      names += (names.empty() ? "" : ", ") + std::string(one.name);
      if (value.is_string() && value.as_string() == one.name) {
        out = one.value;
        found = true;
      }
    });
    if (!found) problems.add(key, "\"" + value.to_text() + "\" is none of " + names);
  } else if constexpr (IsTextMap<T>::value) {
    if (!value.is_map()) return problems.add(key, "is not a section (write name: value below it)");
    out.clear();
    for (const auto& [name, item] : value.as_map()) read_into(item, key + "." + name, out[name], problems);
  } else if constexpr (is_vector<T>::value) {
    if (!value.is_list()) return problems.add(key, "is not a list");
    out.clear();
    for (std::size_t i = 0; i < value.as_list().size(); ++i) read_into(value.as_list()[i], key + "." + std::to_string(i), out.emplace_back(), problems);
  } else {
    auto converted = convert_to<T>(value, "");
    if (converted)
      out = std::move(*converted);
    else
      problems.add(key, converted.error().message());
  }
}

}  // namespace detail

// `section` is a key, or "." for the whole tree. NOT_FOUND with the nearest names when nothing below it is set and T needs
// something. Thread-safe.
template <class T>
Result<T> read(const ConfigSnapshot& snapshot, std::string_view section) {
  static_assert(detail::DescribedStruct<T>, "config::read<T> needs BOOST_DESCRIBE_STRUCT(T, (), (fields…))");
  T out{};
  detail::StructProblems problems(snapshot);
  const Value* node = snapshot.at(section);
  detail::read_fields(node ? *node : Value(Value::Map()), section == "." ? std::string() : std::string(section), out, problems);
  if (!problems.empty()) return problems.error();
  return out;
}
template <class T>
Result<T> read(const Config& config, std::string_view section) {
  return read<T>(*config.snapshot(), section);
}

}  // namespace slipway::config
