// A document as Config overlays it: the flat list of its leaves. Inside the module only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "slipway/config/snapshot.h"
#include "slipway/config/source.h"

namespace slipway::config {

struct Leaf {
  std::string key;
  Value raw;
  Mark where;
  std::string place;
};

// Leaves in the order of the document: scalars and whole lists. Nulls and empty maps set nothing.
struct FlatDocument {
  std::vector<Leaf> leaves;
  const Leaf* find(std::string_view key) const;
};
// `label` is the place of leaves that have no other ("overrides", "--set").
Result<std::shared_ptr<const FlatDocument>> flatten(const Document& document, const std::string& label);
// The tree of a flat list.
Value unflatten(const FlatDocument& flat);
bool same(const FlatDocument& a, const FlatDocument& b);   // keys, values and places

}  // namespace slipway::config
