// A plugin that stands on others: "polite" from 1.1 on, and "manners", which nobody has.
#include "slipway/plugin/abi.h"

namespace {

class NeedyPlugin final : public slipway::plugin::Plugin {
 public:
  const slipway::plugin::Manifest& manifest() const override {
    static const slipway::plugin::Manifest manifest{.name = "needy", .version = "0.3.0", .needs = {{"polite", "^1.1"}, {"manners", ">=2"}}};
    return manifest;
  }
  slipway::Status install(slipway::plugin::Offer&) override { return {}; }
};

}  // namespace

SLIPWAY_PLUGIN(NeedyPlugin)
