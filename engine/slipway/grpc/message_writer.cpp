// Value -> message.
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

class Writer {
 public:
  explicit Writer(pb::MessageFactory* factory) : factory_(factory) {}

  Status message(pb::Message& m, const Value& v, const std::string& path, int depth) {
    if (depth > kMessageDepth) return wrong(path, "nests deeper than 64 levels");
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

}  // namespace

Status fill_message(pb::Message& message, const Value& value, pb::MessageFactory* factory) {
  return Writer(factory).message(message, value, "", 0);
}

}  // namespace slipway::grpc
