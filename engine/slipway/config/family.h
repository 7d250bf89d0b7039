// Kinds of config sources by name, which a program fills, by plugins for example. The Value is the source's options, a map or null.
#pragma once

#include "slipway/base/family.h"
#include "slipway/config/source.h"

namespace slipway::config {

class SourceKinds final : public Family<Source, const Value&> {
 public:
  SourceKinds() : Family("config source") {}
  // As Config::add_source takes it; holds the plugin as long as the Config has it.
  Result<std::unique_ptr<Source>> open(std::string_view kind, std::string user, const Value& options) const;
};

}  // namespace slipway::config
