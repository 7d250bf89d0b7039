// Wire: small conversions between gRPC's types and ours, shared by server and client. For .cpp files only.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/time.h"

namespace slipway::grpc::wire {

inline ::grpc::ByteBuffer buffer_of(std::string_view bytes) {
  const ::grpc::Slice slice(bytes.data(), bytes.size());
  return ::grpc::ByteBuffer(&slice, 1);
}

inline void append(const ::grpc::ByteBuffer& buffer, std::string& out) {
  std::vector<::grpc::Slice> slices;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return;
  out.reserve(out.size() + buffer.Length());
  for (const auto& s : slices) out.append(reinterpret_cast<const char*>(s.begin()), s.size());
}

inline std::string_view view(const ::grpc::string_ref& s) { return {s.data(), s.size()}; }

// gRPC's deadlines are wall-clock times; ours are steady. TimePoint::max() = none.
inline TimePoint steady_of(std::chrono::system_clock::time_point at) {
  if (at == std::chrono::system_clock::time_point::max()) return TimePoint::max();
  const auto left = at - std::chrono::system_clock::now();
  if (left > std::chrono::hours(24 * 365)) return TimePoint::max();
  return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()) + std::chrono::duration_cast<Duration>(left);
}

// Names of gRPC metadata: lower case, no surprises. False = not allowed on the wire, or gRPC's own.
inline bool metadata_name(std::string_view name, std::string& lower) {
  lower.clear();
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.')) return false;
    lower += c;
  }
  static constexpr std::string_view kTheirs[] = {"content-type", "content-length", "host",       "te",
                                                 "user-agent",   "connection",     "keep-alive", "transfer-encoding"};
  for (auto own : kTheirs)
    if (lower == own) return false;
  return !lower.empty() && !lower.starts_with("grpc-");
}

// Values of plain metadata are printable ASCII; names that end in -bin take any bytes.
inline bool metadata_value(std::string_view name, std::string_view value) {
  if (name.ends_with("-bin")) return true;
  for (char c : value)
    if (c < 0x20 || c > 0x7e) return false;
  return true;
}

}  // namespace slipway::grpc::wire
