// The message types of google/protobuf/*.proto that JSON writes in a form of their own. Internal to the codec.
#pragma once

#include <string_view>

namespace google::protobuf {
class Descriptor;
}

namespace slipway::grpc {

constexpr int kMessageDepth = 64;   // of what is read and written

// "wrapper", "timestamp", "duration", "mask", "struct", "value", "list", "any"; empty for every other type.
std::string_view wrapped_kind(const google::protobuf::Descriptor* type);

}  // namespace slipway::grpc
