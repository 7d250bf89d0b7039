// Rules: what a Value must look like, checked whole: every violation is reported at once.
//
//   sku:   { required: true, type: string, pattern: "[A-Z]{3}-[0-9]+" }
//   qty:   { type: int, min: 1, max: 100 }
//   lines: { type: list, min_length: 1, each: { sku: { required: true } } }
//   kind:  { enum: [new, used] }
//   "customer.email": { max_length: 80 }          a path
//
// `pattern` (RE2) must match the whole text. `min`/`max` bound numbers, `min_length`/`max_length` strings (in characters), lists
// and maps. Rules other than `required` look only at values that are there; null counts as missing.
// Compile once, check often: check() is const and thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/value.h"

namespace slipway::validate {

struct Violation {
  std::string path;     // "lines.0.sku"
  std::string message;  // "is required"
};

class Rules {
 public:
  Rules();
  ~Rules();
  Rules(Rules&&) noexcept;
  Rules& operator=(Rules&&) noexcept;

  // BAD_REQUEST / RULE_INVALID with the rule's place when the Value has one.
  static Result<Rules> compile(const Value& rules);
  std::vector<Violation> check(const Value& value) const;
  bool empty() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// 422 VALIDATION_FAILED: all of them in the message, each in the metadata under its path. Must not be empty.
Error to_error(const std::vector<Violation>& violations);

}  // namespace slipway::validate
