#include "slipway/grpc/message_codec.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "slipway/grpc/well_known.h"

namespace slipway::grpc {
namespace {

namespace pb = google::protobuf;
using Field = pb::FieldDescriptor;

Value example_value(const Field* f, int depth);

Value example_message(const pb::Descriptor* type, int depth) {
  const auto kind = wrapped_kind(type);
  if (kind == "wrapper") return example_value(type->field(0), depth);
  if (kind == "timestamp") return "1970-01-01T00:00:00Z";
  if (kind == "duration") return "0s";
  if (kind == "mask") return "";
  if (kind == "value") return Value();
  if (kind == "list") return Value::List{};
  Value::Map out;
  if (!kind.empty() || depth > 4) return out;
  for (int i = 0; i < type->field_count(); ++i) {
    const Field* f = type->field(i);
    if (f->real_containing_oneof() && f->index_in_oneof() > 0) continue;  // the first of each oneof
    Value item = f->is_map() ? Value(Value::Map{}) : example_value(f, depth);
    if (f->is_repeated() && !f->is_map()) item = Value::List{std::move(item)};
    out[f->json_name()] = std::move(item);
  }
  return out;
}

Value example_value(const Field* f, int depth) {
  switch (f->cpp_type()) {
    case Field::CPPTYPE_BOOL:
      return false;
    case Field::CPPTYPE_ENUM:
      return f->enum_type()->value(0)->name();
    case Field::CPPTYPE_STRING:
      return "";
    case Field::CPPTYPE_MESSAGE:
      return example_message(f->message_type(), depth + 1);
    default:
      return 0;
  }
}

}  // namespace

std::string_view wrapped_kind(const pb::Descriptor* type) {
  const std::string& n = type->full_name();
  if (type->file()->name() == "google/protobuf/wrappers.proto") return "wrapper";
  if (n == "google.protobuf.Timestamp") return "timestamp";
  if (n == "google.protobuf.Duration") return "duration";
  if (n == "google.protobuf.FieldMask") return "mask";
  if (n == "google.protobuf.Struct") return "struct";
  if (n == "google.protobuf.Value") return "value";
  if (n == "google.protobuf.ListValue") return "list";
  if (n == "google.protobuf.Any") return "any";
  return {};
}

MessageCodec::MessageCodec(const pb::Message* prototype, pb::MessageFactory* factory)
    : prototype_(prototype), factory_(factory) {}

Result<Value> MessageCodec::decode(std::string_view bytes) const {
  const std::unique_ptr<pb::Message> m(prototype_->New());
  if (!m->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return bad_request("the body is not a valid " + prototype_->GetDescriptor()->full_name(), "MESSAGE_INVALID");
  return value_of_message(*m, factory_);
}

Status MessageCodec::encode(const Value& value, std::string& out) const {
  const std::unique_ptr<pb::Message> m(prototype_->New());
  if (auto filled = fill_message(*m, value, factory_); !filled) return filled;
  if (!m->IsInitialized())
    return bad_request("required fields are missing: " + m->InitializationErrorString(), "FIELD_INVALID");
  m->AppendToString(&out);
  return {};
}

Value example_of(const pb::Descriptor* type) { return example_message(type, 0); }

}  // namespace slipway::grpc
