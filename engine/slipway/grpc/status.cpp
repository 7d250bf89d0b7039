#include "slipway/grpc/status.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>

#include <array>
#include <map>

// google.rpc.Status {int32 code = 1; string message = 2; repeated Any details = 3;} and
// google.rpc.ErrorInfo {string reason = 1; string domain = 2; map<string, string> metadata = 3;} are written and read
// field by field: two small, frozen messages are not worth generated code.
namespace slipway::grpc {
namespace {

namespace io = google::protobuf::io;
using Wire = google::protobuf::internal::WireFormatLite;
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
  s.code = grpc_status_of_http(error.code());
  s.message = error.message();
  std::string info;
  put_bytes(info, 1, error.reason());
  for (const auto& [key, value] : error.metadata()) {
    std::string entry;
    put_bytes(entry, 1, key);
    put_bytes(entry, 2, value);
    put_bytes(info, 3, entry);
  }
  std::string any;
  put_bytes(any, 1, kErrorInfo);
  put_bytes(any, 2, info);
  put_varint(s.details, 1 << 3);
  put_varint(s.details, static_cast<std::uint64_t>(s.code));
  put_bytes(s.details, 2, s.message);
  put_bytes(s.details, 3, any);
  return s;
}

Error error_of(const WireStatus& status, int http_code, std::string_view reason) {
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
  // The finer code is believed only where it agrees with the status.
  const bool agrees = http_code >= 400 && http_code < 600 && grpc_status_of_http(http_code) == status.code;
  Error e(agrees ? http_code : http_status_of_grpc(status.code), why.empty() ? std::string(code_name(status.code)) : why,
          status.message.empty() ? "the peer answered " + std::string(code_name(status.code)) : status.message);
  for (auto& [key, value] : metadata) e = e.with_metadata(key, value);
  return e;
}

std::string_view code_name(int code) {
  static constexpr std::array<std::string_view, 17> kNames = {
      "OK",                  "CANCELLED",         "UNKNOWN",     "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
      "ALREADY_EXISTS",      "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
      "OUT_OF_RANGE",        "UNIMPLEMENTED",     "INTERNAL",    "UNAVAILABLE",      "DATA_LOSS",         "UNAUTHENTICATED"};
  return code >= 0 && code < static_cast<int>(kNames.size()) ? kNames[static_cast<std::size_t>(code)] : "UNKNOWN";
}

}  // namespace slipway::grpc
