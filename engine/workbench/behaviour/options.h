// Options: reading a behaviour's YAML options with errors at their place. Unknown keys are refused with the nearest name.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workbench/behaviour/behaviour.h"

namespace workbench::behaviour {

class Options {
 public:
  // `step` is what stands behind the kind's name: a map, a scalar (the value of `shorthand`), or null.
  Options(std::string_view kind, const slipway::Value& step, const ReadContext& context, std::string_view shorthand,
          std::initializer_list<std::string_view> known);

  // Ok, or the first error seen by any of the reads so far.
  slipway::Status status() const { return status_; }
  bool has(std::string_view key) const { return !get(key).is_null(); }
  const slipway::Value& get(std::string_view key) const;
  std::string text(std::string_view key, std::string otherwise = {});
  std::string required_text(std::string_view key);
  std::int64_t integer(std::string_view key, std::int64_t otherwise, std::int64_t least, std::int64_t most);
  double number(std::string_view key, double otherwise, double least, double most);
  // A duration as text that parses ("10ms").
  std::string duration(std::string_view key, std::string otherwise);
  std::string choice(std::string_view key, std::string otherwise, std::initializer_list<std::string_view> choices);
  std::string one_of(std::string_view key, std::string otherwise, const std::vector<std::string>& choices);
  TextTemplate text_template(std::string_view key, Escape escape, std::string otherwise = {});
  ValueTemplate value_template(std::string_view key);
  std::vector<std::pair<std::string, TextTemplate>> pairs(std::string_view key, Escape escape);
  slipway::Error error(std::string_view key, const std::string& what) const;
  void fail(slipway::Error error);
  const Names& names() const { return context_.names; }

 private:
  Names names_at(std::string_view key) const;
  std::string kind_;
  ReadContext context_;
  slipway::Value map_;
  slipway::Status status_;
};

}  // namespace workbench::behaviour
