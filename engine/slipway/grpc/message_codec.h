// MessageCodec: bytes of one message type <-> Value, by the field names of proto3's JSON mapping.
//
// Decoding writes every field without presence, set or not, so that templates and assertions can name it; unset
// messages and oneof members are left out. Deviations from the JSON mapping, for the sake of a typed tree: 64-bit
// integers are Ints (uint64 above int64's range is a string). Encoding accepts lowerCamelCase and original names,
// numbers or strings for numbers, names or numbers for enums. An unknown field or a wrong kind is BAD_REQUEST / FIELD_INVALID
// and names the path ("items.0.quantity: ..."). Depth is limited to 64. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "slipway/codec/codec.h"

namespace google::protobuf {
class Descriptor;
class Message;
class MessageFactory;
}  // namespace google::protobuf

namespace slipway::grpc {

class MessageCodec final : public codec::Codec {
 public:
  // `prototype` and its pool must outlive the codec.
  MessageCodec(const google::protobuf::Message* prototype, google::protobuf::MessageFactory* factory);
  std::string_view name() const override { return "protobuf"; }
  std::string_view content_type() const override { return "application/x-protobuf"; }
  Result<Value> decode(std::string_view bytes) const override;
  Status encode(const Value& value, std::string& out) const override;

 private:
  const google::protobuf::Message* prototype_;
  google::protobuf::MessageFactory* factory_;
};

// The two walks behind it.
Result<Value> value_of_message(const google::protobuf::Message& message, google::protobuf::MessageFactory* factory);
Status fill_message(google::protobuf::Message& message, const Value& value,
                    google::protobuf::MessageFactory* factory);
Value example_of(const google::protobuf::Descriptor* type);

}  // namespace slipway::grpc
