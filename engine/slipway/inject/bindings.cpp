#include "slipway/inject/bindings.h"

namespace slipway::inject {

Bindings::Entry Bindings::add_any(const detail::Recipe& recipe, Lifetime lifetime, const void* factory) {
  if (list_.capacity() == 0) list_.reserve(64);
  list_.push_back({&recipe, factory, {}, lifetime, false});
  return Entry(this, list_.size() - 1);
}

}  // namespace slipway::inject
