// CodeRegistry: every error code of the process, with who defined it: for tables and docs, and for numbers that arrive from
// elsewhere and need their status.
//
//   if (auto s = CodeRegistry::system().add("orders", orders_codes()); !s.ok()) …   // names both owners of a clash
//
// Holds GoFrame's codes and the HTTP ones from the start. Thread-safe; looking up takes a short lock, which only Errors of
// business codes pay.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/code.h"
#include "slipway/base/result.h"

namespace slipway {

struct RegisteredCode {
  int number = 0;
  std::string reason, text;
  int http = 500, grpc = 2;
  std::string owner;  // "goframe", "http", or who added it
};

class CodeRegistry {
 public:
  CodeRegistry();
  CodeRegistry(const CodeRegistry&) = delete;
  static CodeRegistry& system();

  // All or none. BAD_CODE when one is no good (no reason, a status out of range, an HTTP number with another status), CODE_TAKEN
  // when its number has other statuses already or its number and reason another text. Adding the same again is fine.
  Status add(std::string owner, std::span<const Code> codes);
  // What `owner` added, and nobody else, is forgotten.
  void remove(std::string_view owner);

  // The first of that number by reason.
  std::optional<RegisteredCode> find(int number) const;
  std::optional<RegisteredCode> find(int number, std::string_view reason) const;
  std::vector<RegisteredCode> list() const;  // by number, then reason
  // Those with that HTTP status, a number that begins so, or the words in reason, text, owner or gRPC name, whatever their case.
  // In the order of list(); no words find all.
  std::vector<RegisteredCode> search(std::string_view words) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<int, std::string>, RegisteredCode> codes_;
};

}  // namespace slipway
