// Shard: a part of the memory cache behind one mutex: a flat hash map into a list in order of use.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <list>
#include <mutex>
#include <string>
#include <string_view>

#include "slipway/cache/cache.h"

namespace slipway::cache {

class Shard {
 public:
  explicit Shard(std::size_t most) : most_(most) {}

  Lookup get(std::string_view key, std::size_t hash, TimePoint now);
  // Like get, but leaves counts and order alone.
  Lookup peek(std::string_view key, std::size_t hash, TimePoint now) const;
  void set(std::string_view key, std::size_t hash, Value value, bool negative, TimePoint now,
           TimePoint expires);
  bool remove(std::string_view key, std::size_t hash);
  std::size_t remove_prefix(std::string_view prefix);
  void add_to(Stats& stats) const;
  struct Listed {
    Entry entry;
    TimePoint used;
  };
  void list(std::string_view text, std::size_t limit, TimePoint now, std::vector<Listed>& out) const;

 private:
  struct Item {
    std::string key;
    std::size_t hash;
    Value value;
    bool negative;
    TimePoint made, expires, used;
    std::uint64_t hits;
    std::uint64_t bytes;
  };
  using Items = std::list<Item>;
  // The hash is computed once, outside the lock.
  struct Key {
    std::string_view text;
    std::size_t hash;
    friend bool operator==(const Key& a, const Key& b) { return a.text == b.text; }
  };
  struct KeyHash {
    using is_avalanching = void;
    std::size_t operator()(const Key& k) const { return k.hash; }
  };
  void drop(Items::iterator item);

  const std::size_t most_;
  mutable std::mutex mutex_;
  Items items_;  // most recently used first
  boost::unordered_flat_map<Key, Items::iterator, KeyHash> index_;
  Stats counts_;
};

// Estimated memory of a value.
std::uint64_t weight_of(const Value& value);

}  // namespace slipway::cache
