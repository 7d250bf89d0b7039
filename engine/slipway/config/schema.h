// Schema: what config keys exist, of which type, with which default, and whether a change applies live or by restart.
//
// Keys are registered in sections ("gateway.rate_limit") that come and go with the services that read them. Under a
// section that is not `open`, an unknown key is a problem that names the nearest known one.
// A Schema is a plain value: change a copy, then hand it to Config::define.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/value.h"

namespace slipway::config {

enum class KeyType : std::uint8_t { Bool, Int, Float, String, Duration, Size, Enum, List, Secret, Url };
std::string_view type_name(KeyType type);  // "bool", "duration", …

struct KeySpec {
  std::string name;           // relative to its section: "rate"; may hold dots
  KeyType type = KeyType::String;
  Value fallback{};           // the default, written as a document would ("250ms"); null = none
  std::string unit{};         // "/s", for people
  std::string doc{};          // one sentence
  bool live = true;           // false: takes effect at the next start of its reader
  std::vector<std::string> choices{};  // Enum
  Value min{}, max{};         // inclusive, written as the key would be; null = unbounded
  // Extra check of a converted value: a message ("is not a distribution (use 5ms, exp(5ms))"), or "" when it is fine.
  std::function<std::string(const Value&)> check{};
};

struct Section {
  std::string prefix;          // "gateway.rate_limit"
  std::vector<KeySpec> keys;
  bool open = false;           // unknown keys below the prefix are accepted
};

// A value as its key's type: `value` in the natural kind (bool, int, double, string, list), `number` holds ns of a
// duration and bytes of a size.
struct Converted {
  Value value;
  std::int64_t number = 0;
};

// Text from the environment or a command line converts too ("5" is an int where an int is asked for).
// The error's message reads on after the key: `"2x" is not a duration (use 250ms, 2s, 1m)`.
Result<Converted> convert(const KeySpec& spec, const Value& value);

class Schema {
 public:
  void add(Section section);                 // replaces a section of the same prefix
  void remove(std::string_view prefix);
  const KeySpec* find(std::string_view key) const;   // by full key; nullptr when unknown
  // The innermost closed section that `key` falls under without being known in it; nullptr when the key is known or free.
  const Section* refuses(std::string_view key) const;
  std::vector<std::string> nearest(std::string_view key, std::size_t limit = 3) const;
  // The known key that equals `folded` when case is dropped and '-' reads as '_'; `folded` itself when there is none.
  // This is how SLIPWAY_PRICING__PRICING_5__WORK__SERVICE_TIME finds pricing.pricing-5.work.service_time.
  std::string unfold(std::string_view folded) const;
  // Every known key, sorted.
  const std::map<std::string, KeySpec, std::less<>>& keys() const { return keys_; }

 private:
  std::map<std::string, Section, std::less<>> sections_;
  std::map<std::string, KeySpec, std::less<>> keys_;
  std::map<std::string, std::string, std::less<>> folded_;
};

// Names close to `wanted` by edit distance, best first; shared by all "did you mean" texts.
std::vector<std::string> nearest_names(std::string_view wanted, const std::vector<std::string>& known,
                                       std::size_t limit = 3);

}  // namespace slipway::config
