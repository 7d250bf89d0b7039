// Codecs that a program adds to the built-in ones, by plugins for example. Made once by who uses them and held by it: a step that
// sets call.request_codec, a reader of files.
#pragma once

#include "slipway/base/family.h"
#include "slipway/codec/codec.h"

namespace slipway::codec {

class Codecs final : public Family<const Codec> {
 public:
  Codecs() : Family("codec", {"json", "yaml", "toml", "form"}) {}
};

}  // namespace slipway::codec
