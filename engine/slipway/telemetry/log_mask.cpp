#include "slipway/telemetry/log_mask.h"

#include <re2/re2.h>

namespace slipway::telemetry {
namespace {

std::string folded(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = c == '-' ? '_' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return out;
}

// '*' stands for any run of characters.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++, retry = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1, t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

constexpr const char* kBearer = R"re((?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/-]{8,}=*))re";
constexpr const char* kPasswordInUrl = R"re(://[^/\s:@]*:([^/\s@]+)@)re";

}  // namespace

bool is_secret_name(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c != '-' && c != '_' && c != '.') plain += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  for (const std::string_view word : {"password", "passwd", "secret", "token", "authorization", "cookie", "apikey", "privatekey", "credential"})
    if (plain.find(word) != std::string::npos) return true;
  return false;
}

struct Masking::Patterns {
  std::vector<std::string> names, paths;  // folded
  std::vector<std::unique_ptr<re2::RE2>> values;
};

Masking::Masking() : patterns_(std::make_unique<Patterns>()) {}
Masking::~Masking() = default;

Result<std::shared_ptr<const Masking>> Masking::make(const MaskingOptions& options) {
  std::shared_ptr<Masking> made(new Masking());
  Patterns& p = *made->patterns_;
  for (const std::string& key : options.keys) (key.find('.') == std::string::npos ? p.names : p.paths).push_back(folded(key));
  std::vector<std::string> all = {kBearer, kPasswordInUrl};
  all.insert(all.end(), options.values.begin(), options.values.end());
  for (const std::string& pattern : all) {
    re2::RE2::Options quiet;
    quiet.set_log_errors(false);
    auto compiled = std::make_unique<re2::RE2>(pattern, quiet);
    if (!compiled->ok())
      return bad_request("log masking: \"" + pattern + "\" is not a regular expression: " + compiled->error() + " (use RE2's syntax)", "BAD_PATTERN");
    p.values.push_back(std::move(compiled));
  }
  return std::shared_ptr<const Masking>(std::move(made));
}

std::shared_ptr<const Masking> Masking::standard() {
  static const std::shared_ptr<const Masking> standard = *make({});
  return standard;
}

bool Masking::secret(std::string_view path) const {
  const std::size_t dot = path.rfind('.');
  const std::string_view leaf = dot == std::string_view::npos ? path : path.substr(dot + 1);
  if (is_secret_name(leaf)) return true;
  if (patterns_->names.empty() && patterns_->paths.empty()) return false;
  const std::string name = folded(leaf), whole = folded(path);
  for (const std::string& pattern : patterns_->names)
    if (matches(pattern, name)) return true;
  for (const std::string& pattern : patterns_->paths)
    if (matches(pattern, whole)) return true;
  return false;
}

std::string Masking::text(std::string_view text) const {
  std::string out(text);
  for (const auto& pattern : patterns_->values) {
    const int group = pattern->NumberOfCapturingGroups() > 0 ? 1 : 0;
    re2::StringPiece found[2];
    for (std::size_t at = 0; at <= out.size() && pattern->Match(out, at, out.size(), re2::RE2::UNANCHORED, found, group + 1);) {
      const re2::StringPiece& hit = found[group];
      if (hit.data() == nullptr || hit.empty()) {
        const auto end = static_cast<std::size_t>(found[0].data() - out.data()) + found[0].size();
        at = end > at ? end : at + 1;
        continue;
      }
      const auto from = static_cast<std::size_t>(hit.data() - out.data());
      out.replace(from, hit.size(), kMask);
      at = from + kMask.size();
    }
  }
  return out;
}

Value Masking::value(std::string_view path, const Value& value) const {
  if (secret(path)) return Value(kMask);
  switch (value.kind()) {
    case Value::Kind::String:
      return Value(text(value.as_string()));
    case Value::Kind::List: {
      Value::List out;
      for (const Value& v : value.as_list()) out.push_back(this->value(path, v));
      return Value(std::move(out));
    }
    case Value::Kind::Map: {
      Value::Map out;
      for (const auto& [key, v] : value.as_map()) out[key] = this->value(std::string(path) + "." + key, v);
      return Value(std::move(out));
    }
    default:
      return value;
  }
}

}  // namespace slipway::telemetry
