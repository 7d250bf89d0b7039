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

namespace slipway::grpc {
namespace {

namespace pb = google::protobuf;
using Field = pb::FieldDescriptor;
constexpr int kDepth = 64;

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

// ---- message -> Value

class Reader {
 public:
  explicit Reader(pb::MessageFactory* factory) : factory_(factory) {}

  Result<Value> message(const pb::Message& m, int depth) {
    if (depth > kDepth) return bad_request("a message nests deeper than 64 levels", "MESSAGE_TOO_DEEP");
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

// ---- Value -> message

class Writer {
 public:
  explicit Writer(pb::MessageFactory* factory) : factory_(factory) {}

  Status message(pb::Message& m, const Value& v, const std::string& path, int depth) {
    if (depth > kDepth) return wrong(path, "nests deeper than 64 levels");
    if (const auto kind = wrapped_kind(m.GetDescriptor()); !kind.empty()) return well_known(m, v, kind, path, depth);
    if (v.is_null()) return {};
    if (!v.is_map()) return wrong(path, "is " + name(v) + ", but " + m.GetDescriptor()->full_name() + " is a message: write an object");
    for (const auto& [key, item] : v.as_map()) {
      const Field* f = field(m.GetDescriptor(), key);
      const std::string at = path.empty() ? key : path + "." + key;
      if (f == nullptr) return wrong(at, "is not a field of " + m.GetDescriptor()->full_name() + fields_of(m.GetDescriptor()));
      if (auto s = set(m, f, item, at, depth); !s) return s;
    }
    return {};
  }

 private:
  static std::string name(const Value& v) {
    return (v.is_int() ? "an " : "a ") + std::string(Value::kind_name(v.kind()));
  }
  static Error wrong(const std::string& path, const std::string& what) {
    return bad_request((path.empty() ? "the message" : path) + ": " + what, "FIELD_INVALID").with_metadata("field", path);
  }
  static std::string fields_of(const pb::Descriptor* type) {
    std::string out;
    for (int i = 0; i < type->field_count() && i < 12; ++i) out += (i ? ", " : " (it has ") + type->field(i)->json_name();
    return out.empty() ? " (it has none)" : out + ")";
  }
  static const Field* field(const pb::Descriptor* type, const std::string& key) {
    if (const auto* f = type->FindFieldByCamelcaseName(key)) return f;
    if (const auto* f = type->FindFieldByName(key)) return f;
    for (int i = 0; i < type->field_count(); ++i)
      if (type->field(i)->json_name() == key) return type->field(i);
    return nullptr;
  }

  Status set(pb::Message& m, const Field* f, const Value& v, const std::string& path, int depth) {
    const bool null_means_something =
        f->cpp_type() == Field::CPPTYPE_MESSAGE && f->message_type()->full_name() == "google.protobuf.Value";
    if (v.is_null() && (f->is_repeated() || !null_means_something)) return {};  // absent
    if (f->is_map()) return set_map(m, f, v, path, depth);
    if (!f->is_repeated()) return put(m, f, v, path, depth, false);
    if (!v.is_list()) return wrong(path, "is " + name(v) + ", but the field is repeated: write a list");
    std::size_t i = 0;
    for (const auto& item : v.as_list())
      if (auto s = put(m, f, item, path + "." + std::to_string(i++), depth, true); !s) return s;
    return {};
  }

  Status set_map(pb::Message& m, const Field* f, const Value& v, const std::string& path, int depth) {
    if (!v.is_map()) return wrong(path, "is " + name(v) + ", but the field is a map: write an object");
    const auto* key = f->message_type()->map_key();
    const auto* value = f->message_type()->map_value();
    for (const auto& [k, item] : v.as_map()) {
      pb::Message* entry = m.GetReflection()->AddMessage(&m, f, factory_);
      if (auto s = put(*entry, key, Value(k), path, depth, false); !s) return s;
      if (auto s = put(*entry, value, item, path + "." + k, depth, false); !s) return s;
    }
    return {};
  }

  template <class T>
  static bool integer(const Value& v, T& out) {
    if (v.is_int()) {
      out = static_cast<T>(v.as_int());
      return std::in_range<T>(v.as_int());
    }
    if (v.is_double()) {
      const double d = v.as_double();
      if (std::floor(d) != d || d < static_cast<double>(std::numeric_limits<T>::min()) ||
          d >= static_cast<double>(std::numeric_limits<T>::max()) + 1.0)
        return false;
      out = static_cast<T>(d);
      return true;
    }
    if (!v.is_string() || v.as_string().empty()) return false;
    const std::string& s = v.as_string();
    const auto end = std::from_chars(s.data(), s.data() + s.size(), out);
    return end.ec == std::errc() && end.ptr == s.data() + s.size();
  }

  static bool real(const Value& v, double& out) {
    if (v.is_number()) return out = v.as_double(), true;
    if (!v.is_string()) return false;
    const std::string& s = v.as_string();
    if (s == "NaN") return out = std::nan(""), true;
    if (s == "Infinity") return out = HUGE_VAL, true;
    if (s == "-Infinity") return out = -HUGE_VAL, true;
    const auto end = std::from_chars(s.data(), s.data() + s.size(), out);
    return end.ec == std::errc() && end.ptr == s.data() + s.size() && !s.empty();
  }

  Status put(pb::Message& m, const Field* f, const Value& v, const std::string& path, int depth, bool add) {
    const auto* r = m.GetReflection();
    const auto bad = [&](const char* wanted) {
      return Status(wrong(path, (v.is_map() || v.is_list() || v.is_null() ? name(v) : "\"" + v.to_text() + "\"") + " is not " + wanted));
    };
    switch (f->cpp_type()) {
      case Field::CPPTYPE_INT32: {
        std::int32_t n = 0;
        if (!integer(v, n)) return bad("an int32");
        add ? r->AddInt32(&m, f, n) : r->SetInt32(&m, f, n);
        return {};
      }
      case Field::CPPTYPE_INT64: {
        std::int64_t n = 0;
        if (!integer(v, n)) return bad("an int64");
        add ? r->AddInt64(&m, f, n) : r->SetInt64(&m, f, n);
        return {};
      }
      case Field::CPPTYPE_UINT32: {
        std::uint32_t n = 0;
        if (!integer(v, n)) return bad("a uint32");
        add ? r->AddUInt32(&m, f, n) : r->SetUInt32(&m, f, n);
        return {};
      }
      case Field::CPPTYPE_UINT64: {
        std::uint64_t n = 0;
        if (!integer(v, n)) return bad("a uint64");
        add ? r->AddUInt64(&m, f, n) : r->SetUInt64(&m, f, n);
        return {};
      }
      case Field::CPPTYPE_DOUBLE:
      case Field::CPPTYPE_FLOAT: {
        double d = 0;
        if (!real(v, d)) return bad("a number");
        if (f->cpp_type() == Field::CPPTYPE_DOUBLE) {
          add ? r->AddDouble(&m, f, d) : r->SetDouble(&m, f, d);
          return {};
        }
        if (std::isfinite(d) && std::abs(d) > static_cast<double>(std::numeric_limits<float>::max())) return bad("a float");
        add ? r->AddFloat(&m, f, static_cast<float>(d)) : r->SetFloat(&m, f, static_cast<float>(d));
        return {};
      }
      case Field::CPPTYPE_BOOL: {
        bool b = false;
        if (v.is_bool()) {
          b = v.as_bool();
        } else if (v.is_string() && (v.as_string() == "true" || v.as_string() == "false")) {
          b = v.as_string() == "true";
        } else {
          return bad("true or false");
        }
        add ? r->AddBool(&m, f, b) : r->SetBool(&m, f, b);
        return {};
      }
      case Field::CPPTYPE_ENUM: {
        const pb::EnumValueDescriptor* known = v.is_string() ? f->enum_type()->FindValueByName(v.as_string()) : nullptr;
        std::int32_t n = known ? known->number() : 0;
        if (known == nullptr && !integer(v, n)) {
          std::string names;
          for (int i = 0; i < f->enum_type()->value_count() && i < 12; ++i)
            names += (i ? ", " : "") + f->enum_type()->value(i)->name();
          return wrong(path, "\"" + v.to_text() + "\" is not a " + f->enum_type()->full_name() + " (use " + names + ")");
        }
        add ? r->AddEnumValue(&m, f, n) : r->SetEnumValue(&m, f, n);
        return {};
      }
      case Field::CPPTYPE_STRING: {
        std::string text;
        if (f->type() == Field::TYPE_BYTES) {
          auto bytes = v.is_string() ? from_base64(v.as_string()) : std::nullopt;
          if (!bytes) return bad("base64 text");
          text = std::move(*bytes);
        } else {
          if (!v.is_string()) return bad("a string");
          text = v.as_string();
        }
        add ? r->AddString(&m, f, std::move(text)) : r->SetString(&m, f, std::move(text));
        return {};
      }
      case Field::CPPTYPE_MESSAGE:
        return message(*(add ? r->AddMessage(&m, f, factory_) : r->MutableMessage(&m, f, factory_)), v, path, depth + 1);
    }
    return {};
  }

  Status well_known(pb::Message& m, const Value& v, std::string_view kind, const std::string& path, int depth) {
    const auto* type = m.GetDescriptor();
    const auto* r = m.GetReflection();
    if (kind == "wrapper") return v.is_null() ? Status() : put(m, type->field(0), v, path, depth, false);
    if (kind == "timestamp") {
      pb::Timestamp t;
      if (!v.is_string() || !pb::util::TimeUtil::FromString(v.as_string(), &t))
        return wrong(path, "\"" + v.to_text() + "\" is not a time (use 2026-11-23T14:09:12Z)");
      r->SetInt64(&m, type->FindFieldByNumber(1), t.seconds());
      r->SetInt32(&m, type->FindFieldByNumber(2), t.nanos());
      return {};
    }
    if (kind == "duration") {
      pb::Duration d;
      if (!v.is_string() || !pb::util::TimeUtil::FromString(v.as_string(), &d))
        return wrong(path, "\"" + v.to_text() + "\" is not a protobuf duration (use 1.5s)");
      r->SetInt64(&m, type->FindFieldByNumber(1), d.seconds());
      r->SetInt32(&m, type->FindFieldByNumber(2), d.nanos());
      return {};
    }
    if (kind == "mask") {
      if (!v.is_string()) return wrong(path, "is " + name(v) + ", but a field mask is text: \"a,b.c\"");
      std::string one;
      for (char c : v.as_string() + ",") {
        if (c == ',') {
          if (!one.empty()) r->AddString(&m, type->field(0), one);
          one.clear();
        } else if (c >= 'A' && c <= 'Z') {
          one += '_';
          one += static_cast<char>(c + 32);
        } else {
          one += c;
        }
      }
      return {};
    }
    if (kind == "struct") return set_map(m, type->field(0), v, path, depth);
    if (kind == "list") return set(m, type->field(0), v, path, depth);
    if (kind == "value") {
      switch (v.kind()) {
        case Value::Kind::Null:
          r->SetEnumValue(&m, type->FindFieldByNumber(1), 0);
          return {};
        case Value::Kind::Int:
        case Value::Kind::Double:
          return put(m, type->FindFieldByNumber(2), v, path, depth, false);
        case Value::Kind::String:
          return put(m, type->FindFieldByNumber(3), v, path, depth, false);
        case Value::Kind::Bool:
          return put(m, type->FindFieldByNumber(4), v, path, depth, false);
        case Value::Kind::Map:
          return put(m, type->FindFieldByNumber(5), v, path, depth, false);
        case Value::Kind::List:
          return put(m, type->FindFieldByNumber(6), v, path, depth, false);
      }
    }
    return any(m, v, path, depth);
  }

  Status any(pb::Message& m, const Value& v, const std::string& path, int depth) {
    const auto* type = m.GetDescriptor();
    const auto* r = m.GetReflection();
    if (v.is_map() && v.as_map().empty()) return {};
    if (!v.is_map() || !v["@type"].is_string()) return wrong(path, "an Any needs \"@type\"");
    const std::string& url = v["@type"].as_string();
    const auto* inner_type = type->file()->pool()->FindMessageTypeByName(url.substr(url.rfind('/') + 1));
    if (inner_type == nullptr) return wrong(path + ".@type", url + " is not a message of these .proto files");
    const std::unique_ptr<pb::Message> inner(factory_->GetPrototype(inner_type)->New());
    Value body = v;
    body.as_map().erase("@type");
    auto s = wrapped_kind(inner_type).empty() ? message(*inner, body, path, depth + 1)
                                              : message(*inner, v["value"], path + ".value", depth + 1);
    if (!s) return s;
    r->SetString(&m, type->FindFieldByNumber(1), url);
    r->SetString(&m, type->FindFieldByNumber(2), inner->SerializePartialAsString());
    return {};
  }

  pb::MessageFactory* factory_;
};

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

Result<Value> value_of_message(const pb::Message& message, pb::MessageFactory* factory) {
  return Reader(factory).message(message, 0);
}

Status fill_message(pb::Message& message, const Value& value, pb::MessageFactory* factory) {
  return Writer(factory).message(message, value, "", 0);
}

Value example_of(const pb::Descriptor* type) { return example_message(type, 0); }

}  // namespace slipway::grpc
