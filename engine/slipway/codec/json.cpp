#include "slipway/base/json_text.h"
#include "slipway/codec/builtin.h"

namespace slipway::codec {

void append_json(std::string& out, const Value& value) {
  slipway::write_json(out, value, 0);
}
void append_json_string(std::string& out, std::string_view text) {
  slipway::write_json_string(out, text);
}
void append_json_number(std::string& out, double number) {
  slipway::write_json_number(out, number);
}

std::string to_json(const Value& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string to_json_pretty(const Value& value, int indent) {
  std::string out;
  slipway::write_json(out, value, indent);
  return out;
}

namespace {

class JsonCodec final : public Codec {
 public:
  std::string_view name() const override { return "json"; }
  std::string_view content_type() const override { return "application/json"; }
  Result<Value> decode(std::string_view bytes) const override { return parse_json(bytes); }
  Status encode(const Value& value, std::string& out) const override {
    append_json(out, value);
    return {};
  }
};

}  // namespace

const Codec& json_codec() {
  static const JsonCodec codec;
  return codec;
}

}  // namespace slipway::codec
