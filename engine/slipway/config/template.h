// Templates in config values: "${key}", "${key:default}", "$${" for a literal "${". Defaults may hold templates.
// A value that is one single template takes the kind of what it names; inside other text it becomes text.
// Inside the module only.
#pragma once

#include <functional>
#include <string_view>

#include "slipway/base/value.h"

namespace slipway::config {

bool has_template(const Value& value);   // strings, and strings inside lists and maps; "$${" counts too

// `lookup` gives a key's resolved value: null Result value = there is no such key; an error stops the resolution.
using Lookup = std::function<Result<Value>(std::string_view key)>;
Result<Value> resolve_templates(const Value& value, const Lookup& lookup);

}  // namespace slipway::config
