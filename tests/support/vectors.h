// Vectors: test cases as data, from fixtures/vectors/<name>.yaml.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "slipway/codec/codec.h"

namespace tests {

inline slipway::Value read_vectors(const std::string& name) {
  auto value =
      slipway::codec::read_document(std::string(SLIPWAY_SOURCE_DIR) + "/fixtures/vectors/" + name + ".yaml");
  if (!value) {
    ADD_FAILURE() << value.error().to_string();
    return {};
  }
  return *value;
}

}  // namespace tests
