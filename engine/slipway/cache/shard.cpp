#include "slipway/cache/shard.h"

#include <algorithm>

namespace slipway::cache {

std::uint64_t weight_of(const Value& value) {
  std::uint64_t bytes = sizeof(Value);
  if (value.is_string()) bytes += value.as_string().size();
  if (value.is_list())
    for (const Value& item : value.as_list()) bytes += weight_of(item);
  if (value.is_map())
    for (const auto& [key, item] : value.as_map())
      bytes += sizeof(std::string) + key.size() + weight_of(item);
  return bytes;
}

void Shard::drop(Items::iterator item) {
  counts_.bytes -= item->bytes;
  index_.erase(Key{item->key, item->hash});
  items_.erase(item);
}

Lookup Shard::get(std::string_view key, std::size_t hash, TimePoint now) {
  std::lock_guard lock(mutex_);
  const auto found = index_.find(Key{key, hash});
  if (found == index_.end()) {
    ++counts_.misses;
    return {};
  }
  const auto item = found->second;
  if (now >= item->expires) {
    ++counts_.misses;
    ++counts_.expirations;
    drop(item);
    return {};
  }
  ++counts_.hits;
  ++item->hits;
  item->used = now;
  items_.splice(items_.begin(), items_, item);
  if (item->negative) {
    ++counts_.negative_hits;
    return {Lookup::Kind::Negative, {}};
  }
  return {Lookup::Kind::Hit, item->value};
}

Lookup Shard::peek(std::string_view key, std::size_t hash, TimePoint now) const {
  std::lock_guard lock(mutex_);
  const auto found = index_.find(Key{key, hash});
  if (found == index_.end() || now >= found->second->expires) return {};
  if (found->second->negative) return {Lookup::Kind::Negative, {}};
  return {Lookup::Kind::Hit, found->second->value};
}

void Shard::set(std::string_view key, std::size_t hash, Value value, bool negative, TimePoint now,
                TimePoint expires) {
  const std::uint64_t bytes = weight_of(value) + key.size() + sizeof(Item);
  std::lock_guard lock(mutex_);
  ++counts_.sets;
  if (const auto found = index_.find(Key{key, hash}); found != index_.end()) {
    Item& item = *found->second;
    counts_.bytes += bytes - item.bytes;
    std::swap(item.value, value);  // the old value is freed after the lock
    item.negative = negative;
    item.made = item.used = now;
    item.expires = expires;
    item.hits = 0;
    item.bytes = bytes;
    items_.splice(items_.begin(), items_, found->second);
    return;
  }
  if (items_.size() >= most_) {
    const bool expired = now >= items_.back().expires;
    ++(expired ? counts_.expirations : counts_.evictions);
    drop(std::prev(items_.end()));
  }
  items_.push_front({std::string(key), hash, std::move(value), negative, now, expires, now, 0, bytes});
  index_.emplace(Key{items_.front().key, hash}, items_.begin());
  counts_.bytes += bytes;
}

bool Shard::remove(std::string_view key, std::size_t hash) {
  std::lock_guard lock(mutex_);
  const auto found = index_.find(Key{key, hash});
  if (found == index_.end()) return false;
  drop(found->second);
  return true;
}

std::size_t Shard::remove_prefix(std::string_view prefix) {
  std::lock_guard lock(mutex_);
  std::size_t removed = 0;
  for (auto item = items_.begin(); item != items_.end();) {
    const auto next = std::next(item);
    if (item->key.starts_with(prefix)) {
      drop(item);
      ++removed;
    }
    item = next;
  }
  return removed;
}

void Shard::add_to(Stats& stats) const {
  std::lock_guard lock(mutex_);
  stats.hits += counts_.hits;
  stats.misses += counts_.misses;
  stats.negative_hits += counts_.negative_hits;
  stats.sets += counts_.sets;
  stats.evictions += counts_.evictions;
  stats.expirations += counts_.expirations;
  stats.entries += items_.size();
  stats.bytes += counts_.bytes;
}

void Shard::list(std::string_view text, std::size_t limit, TimePoint now, std::vector<Listed>& out) const {
  std::lock_guard lock(mutex_);
  std::size_t taken = 0;
  for (const Item& item : items_) {
    if (taken == limit) return;
    if (now >= item.expires || item.key.find(text) == std::string::npos) continue;
    ++taken;
    const Duration left = item.expires == TimePoint::max() ? kForever : item.expires - now;
    out.push_back({{item.key, item.value, item.negative, now - item.made, left, item.hits}, item.used});
  }
}

}  // namespace slipway::cache
