// Message -> Value.
#include "slipway/grpc/message_codec.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "slipway/base/base64.h"
#include "slipway/grpc/well_known.h"

namespace slipway::grpc {
namespace {

namespace pb = google::protobuf;
using Field = pb::FieldDescriptor;

std::string camel(std::string_view snake) {
  std::string out;
  bool up = false;
  for (char c : snake) {
    if (c == '_') {
      up = true;
    } else {
      out += up && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
      up = false;
    }
  }
  return out;
}

Value of_double(double d) {
  if (std::isnan(d)) return "NaN";
  if (std::isinf(d)) return d > 0 ? "Infinity" : "-Infinity";
  return d;
}

Value of_float(float f) {  // the shortest decimal, not the widened binary value
  if (std::isnan(f) || std::isinf(f)) return of_double(f);
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, f).ptr;
  double d = f;
  std::from_chars(text, end, d);
  return d;
}

Value of_unsigned(std::uint64_t u) {
  if (u > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::to_string(u);
  return static_cast<std::int64_t>(u);
}

class Reader {
 public:
  explicit Reader(pb::MessageFactory* factory) : factory_(factory) {}

  Result<Value> message(const pb::Message& m, int depth) {
    if (depth > kMessageDepth) return bad_request("a message nests deeper than 64 levels", "MESSAGE_TOO_DEEP");
    if (const auto kind = wrapped_kind(m.GetDescriptor()); !kind.empty()) return well_known(m, kind, depth);
    Value::Map out;
    const auto* type = m.GetDescriptor();
    const auto* reflect = m.GetReflection();
    for (int i = 0; i < type->field_count(); ++i) {
      const Field* f = type->field(i);
      if (f->is_repeated()) {
        auto all = f->is_map() ? map(m, f, depth) : list(m, f, depth);
        if (!all) return all.error();
        out[f->json_name()] = std::move(*all);
      } else if (!f->has_presence() || reflect->HasField(m, f)) {
        auto one = single(m, f, -1, depth);
        if (!one) return one.error();
        out[f->json_name()] = std::move(*one);
      }
    }
    return Value(std::move(out));
  }

 private:
  Result<Value> list(const pb::Message& m, const Field* f, int depth) {
    Value::List items;
    const int n = m.GetReflection()->FieldSize(m, f);
    items.reserve(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) {
      auto one = single(m, f, i, depth);
      if (!one) return one.error();
      items.push_back(std::move(*one));
    }
    return Value(std::move(items));
  }

  Result<Value> map(const pb::Message& m, const Field* f, int depth) {
    Value::Map out;
    const auto* key = f->message_type()->map_key();
    const auto* value = f->message_type()->map_value();
    const int n = m.GetReflection()->FieldSize(m, f);
    for (int i = 0; i < n; ++i) {
      const auto& entry = m.GetReflection()->GetRepeatedMessage(m, f, i);
      auto k = single(entry, key, -1, depth);
      auto v = single(entry, value, -1, depth);
      if (!k) return k.error();
      if (!v) return v.error();
      out[k->to_text()] = std::move(*v);
    }
    return Value(std::move(out));
  }

  // The field, or its item when index >= 0.
  Result<Value> single(const pb::Message& m, const Field* f, int index, int depth) {
    const auto* r = m.GetReflection();
    const bool at = index >= 0;
    switch (f->cpp_type()) {
      case Field::CPPTYPE_INT32:
        return Value(at ? r->GetRepeatedInt32(m, f, index) : r->GetInt32(m, f));
      case Field::CPPTYPE_INT64:
        return Value(at ? r->GetRepeatedInt64(m, f, index) : r->GetInt64(m, f));
      case Field::CPPTYPE_UINT32:
        return Value(at ? r->GetRepeatedUInt32(m, f, index) : r->GetUInt32(m, f));
      case Field::CPPTYPE_UINT64:
        return of_unsigned(at ? r->GetRepeatedUInt64(m, f, index) : r->GetUInt64(m, f));
      case Field::CPPTYPE_DOUBLE:
        return of_double(at ? r->GetRepeatedDouble(m, f, index) : r->GetDouble(m, f));
      case Field::CPPTYPE_FLOAT:
        return of_float(at ? r->GetRepeatedFloat(m, f, index) : r->GetFloat(m, f));
      case Field::CPPTYPE_BOOL:
        return Value(at ? r->GetRepeatedBool(m, f, index) : r->GetBool(m, f));
      case Field::CPPTYPE_ENUM: {
        const int number = at ? r->GetRepeatedEnumValue(m, f, index) : r->GetEnumValue(m, f);
        if (f->enum_type()->full_name() == "google.protobuf.NullValue") return Value();
        const auto* known = f->enum_type()->FindValueByNumber(number);
        return known ? Value(known->name()) : Value(number);
      }
      case Field::CPPTYPE_STRING: {
        std::string scratch;
        const std::string& text =
            at ? r->GetRepeatedStringReference(m, f, index, &scratch) : r->GetStringReference(m, f, &scratch);
        return f->type() == Field::TYPE_BYTES ? Value(base64(text)) : Value(text);
      }
      case Field::CPPTYPE_MESSAGE:
        return message(at ? r->GetRepeatedMessage(m, f, index) : r->GetMessage(m, f, factory_), depth + 1);
    }
    return Value();
  }

  Result<Value> well_known(const pb::Message& m, std::string_view kind, int depth) {
    const auto* type = m.GetDescriptor();
    const auto* r = m.GetReflection();
    if (kind == "wrapper") return single(m, type->field(0), -1, depth);
    if (kind == "timestamp") {
      pb::Timestamp t;
      t.set_seconds(r->GetInt64(m, type->FindFieldByNumber(1)));
      t.set_nanos(r->GetInt32(m, type->FindFieldByNumber(2)));
      return Value(pb::util::TimeUtil::ToString(t));
    }
    if (kind == "duration") {
      pb::Duration d;
      d.set_seconds(r->GetInt64(m, type->FindFieldByNumber(1)));
      d.set_nanos(r->GetInt32(m, type->FindFieldByNumber(2)));
      return Value(pb::util::TimeUtil::ToString(d));
    }
    if (kind == "mask") {
      std::string out;
      for (int i = 0; i < r->FieldSize(m, type->field(0)); ++i)
        out += (i ? "," : "") + camel(r->GetRepeatedString(m, type->field(0), i));
      return Value(out);
    }
    if (kind == "struct") return map(m, type->field(0), depth);
    if (kind == "list") return list(m, type->field(0), depth);
    if (kind == "value") {
      const Field* set = r->GetOneofFieldDescriptor(m, type->oneof_decl(0));
      if (set == nullptr || set->number() == 1) return Value();
      auto v = single(m, set, -1, depth);
      // JSON has one kind of number: whole ones are Ints here, as codec::parse_json reads them.
      if (v && v->is_double() && std::floor(v->as_double()) == v->as_double() && std::abs(v->as_double()) < 0x1p53)
        return Value(static_cast<std::int64_t>(v->as_double()));
      return v;
    }
    return any(m, depth);
  }

  Result<Value> any(const pb::Message& m, int depth) {
    const auto* type = m.GetDescriptor();
    const auto* r = m.GetReflection();
    const std::string url = r->GetString(m, type->FindFieldByNumber(1));
    const std::string bytes = r->GetString(m, type->FindFieldByNumber(2));
    if (url.empty()) return Value(Value::Map{});
    Value out = Value::object({{"@type", url}});
    const auto* inner_type = type->file()->pool()->FindMessageTypeByName(url.substr(url.rfind('/') + 1));
    if (inner_type == nullptr) {  // not of this set: kept as bytes
      out["value"] = base64(bytes);
      return out;
    }
    const std::unique_ptr<pb::Message> inner(factory_->GetPrototype(inner_type)->New());
    if (!inner->ParsePartialFromString(bytes)) return bad_request(url + ": the bytes are no such message", "MESSAGE_INVALID");
    auto tree = message(*inner, depth + 1);
    if (!tree) return tree;
    if (!wrapped_kind(inner_type).empty() || !tree->is_map()) {
      out["value"] = std::move(*tree);
    } else {
      for (auto& [key, value] : tree->as_map()) out[key] = std::move(value);
    }
    return out;
  }

  pb::MessageFactory* factory_;
};

}  // namespace

Result<Value> value_of_message(const pb::Message& message, pb::MessageFactory* factory) {
  return Reader(factory).message(message, 0);
}

}  // namespace slipway::grpc
