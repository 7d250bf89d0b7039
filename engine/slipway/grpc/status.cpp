#include "slipway/grpc/status.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <charconv>
#include <map>

// google.rpc.Status {int32 code = 1; string message = 2; repeated Any details = 3;} and
// google.rpc.ErrorInfo {string reason = 1; string domain = 2; map<string, string> metadata = 3;} are written and read
// field by field: two small, frozen messages are not worth generated code.
namespace slipway::grpc {
namespace {

namespace io = google::protobuf::io;
using Wire = google::protobuf::internal::WireFormatLite;
constexpr const char* kErrorCode = "x-error-code";
constexpr std::string_view kErrorInfo = "type.googleapis.com/google.rpc.ErrorInfo";

void put_varint(std::string& out, std::uint64_t v) {
  for (; v >= 0x80; v >>= 7) out += static_cast<char>(v | 0x80);
  out += static_cast<char>(v);
}
void put_bytes(std::string& out, int field, std::string_view bytes) {
  put_varint(out, static_cast<std::uint64_t>(field) << 3 | 2);
  put_varint(out, bytes.size());
  out += bytes;
}

// Visits the length-delimited fields of a message; varints go to `number`. False when the bytes are no message.
template <class OnBytes, class OnNumber>
bool visit(std::string_view bytes, OnBytes on_bytes, OnNumber on_number) {
  io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size()));
  while (const std::uint32_t tag = in.ReadTag()) {
    const int field = Wire::GetTagFieldNumber(tag);
    if (Wire::GetTagWireType(tag) == Wire::WIRETYPE_LENGTH_DELIMITED) {
      std::uint32_t size = 0;
      std::string text;
      if (!in.ReadVarint32(&size) || size > bytes.size() || !in.ReadString(&text, static_cast<int>(size))) return false;
      on_bytes(field, text);
    } else if (Wire::GetTagWireType(tag) == Wire::WIRETYPE_VARINT) {
      std::uint64_t n = 0;
      if (!in.ReadVarint64(&n)) return false;
      on_number(field, n);
    } else if (!Wire::SkipField(&in, tag)) {
      return false;
    }
  }
  return in.ConsumedEntireMessage();
}
constexpr auto kIgnore = [](int, std::uint64_t) {};

}  // namespace

WireStatus wire_status(const Error& error) {
  WireStatus s;
  s.code = error.grpc_status();
  s.message = error.message();
  std::string info;
  put_bytes(info, 1, error.reason());
  const auto put_entry = [&info](std::string_view key, std::string_view value) {
    std::string entry;
    put_bytes(entry, 1, key);
    put_bytes(entry, 2, value);
    put_bytes(info, 3, entry);
  };
  for (const auto& [key, value] : error.metadata()) put_entry(key, value);
  if (error.code() != http_status_of_grpc(s.code)) put_entry(kErrorCode, std::to_string(error.code()));
  std::string any;
  put_bytes(any, 1, kErrorInfo);
  put_bytes(any, 2, info);
  put_varint(s.details, 1 << 3);
  put_varint(s.details, static_cast<std::uint64_t>(s.code));
  put_bytes(s.details, 2, s.message);
  put_bytes(s.details, 3, any);
  return s;
}

Error error_of(const WireStatus& status, int code, std::string_view reason) {
  std::string why(reason);
  std::map<std::string, std::string> metadata;
  visit(
      status.details,
      [&](int field, const std::string& any) {
        if (field != 3) return;
        std::string type, value;
        visit(
            any, [&](int f, const std::string& t) { (f == 1 ? type : value) = t; }, kIgnore);
        if (type != kErrorInfo) return;
        visit(
            value,
            [&](int f, const std::string& t) {
              if (f == 1) why = t;
              if (f != 3) return;
              std::string key, text;
              visit(
                  t, [&](int g, const std::string& u) { (g == 1 ? key : text) = u; }, kIgnore);
              metadata[key] = text;
            },
            kIgnore);
      },
      kIgnore);
  if (const auto carried = metadata.find(kErrorCode); carried != metadata.end()) {
    const std::string& text = carried->second;
    if (code == 0) std::from_chars(text.data(), text.data() + text.size(), code);
    metadata.erase(carried);
  }
  const bool business = code != 0 && (code < 400 || code > 599);
  if (!business && (code == 0 || grpc_status_of_http(code) != status.code)) code = http_status_of_grpc(status.code);
  if (why.empty()) why = grpc_code_name(status.code);
  Error e(code, why, status.message.empty() ? "the peer answered " + std::string(grpc_code_name(status.code)) : status.message);
  if (e.grpc_status() != status.code) e = e.with_status(business ? http_status_of_grpc(status.code) : e.http_status(), status.code);
  for (auto& [key, value] : metadata) e = e.with_metadata(key, value);
  return e;
}

}  // namespace slipway::grpc
