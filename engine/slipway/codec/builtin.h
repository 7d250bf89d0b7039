// The codecs that the table lists; one file each.
#pragma once

#include "slipway/codec/codec.h"

namespace slipway::codec {

const Codec& json_codec();
const Codec& yaml_codec();
const Codec& toml_codec();
const Codec& form_codec();
const Codec& ini_codec();
const Codec& properties_codec();
const Codec& dotenv_codec();

// BAD_REQUEST with a place; `format` is "JSON", "YAML", ...
Error syntax_error(std::string_view format, std::string what, int line, int column);

}  // namespace slipway::codec
