// Masking: what must not be readable in a log. Names of fields that hold secrets are masked wherever they stand, inside
// trees too; texts (messages and values) are searched for patterns. Immutable and thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/value.h"

namespace slipway::telemetry {

// True for field and header names that hold secrets: password, token, authorization, cookie, api-key, …
bool is_secret_name(std::string_view name);

struct MaskingOptions {
  // Beside the names above: a name ("iban"), a name with stars ("*_pin"), or a path ("user.address.street"); any case, '-' is '_'.
  std::vector<std::string> keys;
  // RE2 patterns, beside bearer tokens and passwords in URLs. The first group is masked when there is one, else the whole match.
  std::vector<std::string> values;
};

class Masking {
 public:
  static constexpr std::string_view kMask = "***";
  // BAD_PATTERN when one of `values` is no pattern.
  static Result<std::shared_ptr<const Masking>> make(const MaskingOptions& options);
  static std::shared_ptr<const Masking> standard();
  ~Masking();

  bool secret(std::string_view path) const;  // "user.password": by its last name, or as a whole
  std::string text(std::string_view text) const;
  Value value(std::string_view path, const Value& value) const;

 private:
  Masking();
  struct Patterns;
  std::unique_ptr<Patterns> patterns_;
};

}  // namespace slipway::telemetry
