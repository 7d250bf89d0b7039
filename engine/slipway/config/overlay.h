// The overlay: layers, schema and templates in, one snapshot and its problems out. Pure; inside the module only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "slipway/config/change.h"
#include "slipway/config/layer_document.h"

namespace slipway::config {

struct OverlayLayer {
  std::string name;                              // layers of one name in a row are shown as one
  std::shared_ptr<const FlatDocument> document;
  bool folded = false;                           // environment: keys are matched by Schema::unfold
};

struct Overlaid {
  SnapshotPtr snapshot;
  std::vector<Problem> problems;
};

// Lowest layer first; the schema's own defaults lie below all of them, in the layer called "defaults".
Overlaid overlay_layers(const std::vector<OverlayLayer>& layers, std::shared_ptr<const Schema> schema, std::uint64_t version);

// Effective differences, sorted by key.
std::vector<Change> difference(const ConfigSnapshot& before, const ConfigSnapshot& after);

// "gateway.rate_limt: unknown key (did you mean gateway.rate_limit?)" without the key.
std::string unknown_key_message(const Schema& schema, std::string_view key);

}  // namespace slipway::config
