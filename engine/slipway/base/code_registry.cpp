#include "slipway/base/code_registry.h"

#include <algorithm>

namespace slipway {
namespace {

RegisteredCode registered(const Code& c, const std::string& owner) {
  return {c.number, std::string(c.reason), std::string(c.text), c.http, c.grpc, owner};
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

bool has(std::string_view text, std::string_view words) {
  return std::search(text.begin(), text.end(), words.begin(), words.end(), [](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

bool found_by(const RegisteredCode& c, std::string_view words) {
  return std::to_string(c.http) == words || std::to_string(c.number).starts_with(words) || has(c.reason, words) || has(c.text, words) || has(c.owner, words) ||
         has(grpc_code_name(c.grpc), words);
}

std::string statuses(int http, int grpc) { return "HTTP " + std::to_string(http) + ", gRPC " + std::string(grpc_code_name(grpc)); }

Error bad(const std::string& owner, const Code& c, const std::string& what) {
  return bad_request("error codes of " + owner + ": code " + c.to_string() + " " + what, "BAD_CODE");
}

Status fits(const std::string& owner, const Code& c) {
  if (c.reason.empty()) return bad(owner, c, "has no reason (give it one in UPPER_SNAKE)");
  if (c.http < 400 || c.http > 599) return bad(owner, c, "has HTTP status " + std::to_string(c.http) + " (use 400 to 599)");
  if (c.grpc < 1 || c.grpc > 16) return bad(owner, c, "has gRPC status " + std::to_string(c.grpc) + " (use 1 to 16)");
  if (c.number >= 400 && c.number <= 599 && (c.http != c.number || c.grpc != grpc_status_of_http(c.number)))
    return bad(owner, c, "is an HTTP status and cannot stand for " + statuses(c.http, c.grpc) + " (use a number outside 400 to 599)");
  return {};
}

}  // namespace

CodeRegistry::CodeRegistry() {
  for (const Code& c : goframe_codes()) codes_.emplace(std::pair(c.number, std::string(c.reason)), registered(c, "goframe"));
  for (const Code& c : http_codes()) codes_.emplace(std::pair(c.number, std::string(c.reason)), registered(c, "http"));
}

CodeRegistry& CodeRegistry::system() {
  static CodeRegistry registry;
  return registry;
}

Status CodeRegistry::add(std::string owner, std::span<const Code> codes) {
  for (const Code& c : codes)
    if (auto s = fits(owner, c); !s.ok()) return s;
  std::lock_guard lock(mutex_);
  auto next = codes_;
  for (const Code& c : codes) {
    for (auto it = next.lower_bound({c.number, ""}); it != next.end() && it->first.first == c.number; ++it) {
      const RegisteredCode& other = it->second;
      if (other.http != c.http || other.grpc != c.grpc)
        return conflict("error codes of " + owner + ": code " + c.to_string() + " stands for " + statuses(c.http, c.grpc) + ", but " + other.owner +
                            " has it as " + other.reason + " for " + statuses(other.http, other.grpc) + " (choose another number)",
                        "CODE_TAKEN");
      if (other.reason == c.reason && !other.text.empty() && !c.text.empty() && other.text != c.text)
        return conflict("error codes of " + owner + ": code " + c.to_string() + " " + std::string(c.reason) + " is \"" + other.text + "\" of " + other.owner +
                            " already (choose another number or reason)",
                        "CODE_TAKEN");
    }
    next.emplace(std::pair(c.number, std::string(c.reason)), registered(c, owner));
  }
  codes_ = std::move(next);
  return {};
}

void CodeRegistry::remove(std::string_view owner) {
  std::lock_guard lock(mutex_);
  std::erase_if(codes_, [owner](const auto& entry) { return entry.second.owner == owner; });
}

std::optional<RegisteredCode> CodeRegistry::find(int number) const {
  std::lock_guard lock(mutex_);
  const auto it = codes_.lower_bound({number, ""});
  if (it == codes_.end() || it->first.first != number) return std::nullopt;
  return it->second;
}

std::optional<RegisteredCode> CodeRegistry::find(int number, std::string_view reason) const {
  std::lock_guard lock(mutex_);
  const auto it = codes_.find({number, std::string(reason)});
  if (it == codes_.end()) return std::nullopt;
  return it->second;
}

std::vector<RegisteredCode> CodeRegistry::list() const {
  std::lock_guard lock(mutex_);
  std::vector<RegisteredCode> out;
  for (const auto& [key, code] : codes_) out.push_back(code);
  return out;
}

std::vector<RegisteredCode> CodeRegistry::search(std::string_view words) const {
  auto found = list();
  std::erase_if(found, [words](const RegisteredCode& c) { return !found_by(c, words); });
  return found;
}

}  // namespace slipway
