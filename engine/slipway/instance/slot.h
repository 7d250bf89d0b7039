// Slot and SlotTable: where an InstanceScope keeps its instances, so that finding one takes no lock.
//
// A slot is one (type, name), and never moves or goes while the scope lives. The table is an open-addressing hash table
// of slot pointers: readers probe it with plain acquire loads, a writer (under the scope's lock) fills empty places, and
// when half full publishes a copy twice as large. Outgrown tables are kept, which at most doubles the memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/type_key.h"

namespace slipway::instance {

struct Construction;  // a thread that is making instances, construction.h

// Set while this thread is inside a factory: then even finding a ready instance is noted, as a dependency.
extern thread_local constinit Construction* making_here;
inline bool making_something() { return making_here != nullptr; }

struct Made {
  void* object = nullptr;
  std::shared_ptr<void> holder;
};

struct Slot {
  std::atomic<void*> object{nullptr};
  const std::uint64_t hash;
  const TypeKey type;
  const std::string name;

  // The rest is guarded by the process-wide lock on constructions.
  std::shared_ptr<void> holder;
  Construction* maker = nullptr;  // who makes it now
  std::uint64_t attempts = 0;
  std::optional<Error> failure;   // of the last attempt, for those who waited for it
  bool replaced = false;
  std::int64_t created_wall_ns = 0, creation_ns = 0;
  int order = 0;
  std::vector<std::string> depends_on;

  Slot(std::uint64_t h, TypeKey t, std::string_view n) : hash(h), type(t), name(n) {}
};

class SlotTable {
 public:
  SlotTable() { grow(16); }

  Slot* find(TypeKey type, std::string_view name) const {
    const auto hash = hash_of(type, name);
    const Table& table = *current_.load(std::memory_order_acquire);
    for (auto at = hash & table.mask;; at = (at + 1) & table.mask) {
      Slot* slot = table.places[at].load(std::memory_order_acquire);
      if (!slot) return nullptr;
      if (slot->hash == hash && slot->type == type && slot->name == name) return slot;
    }
  }

  // Not thread-safe against itself; safe against find.
  Slot& insert(TypeKey type, std::string_view name) {
    if (2 * (slots_.size() + 1) > tables_.back()->places.size()) grow(2 * tables_.back()->places.size());
    Slot& slot = slots_.emplace_back(hash_of(type, name), type, name);
    place(*tables_.back(), slot);
    return slot;
  }
  const std::deque<Slot>& slots() const { return slots_; }
  std::deque<Slot>& slots() { return slots_; }

 private:
  struct Table {
    explicit Table(std::size_t size) : mask(size - 1), places(size) {}
    std::uint64_t mask;
    std::vector<std::atomic<Slot*>> places;
  };

  // Eight bytes at a time, mixed by multiplication; names are short.
  static std::uint64_t hash_of(TypeKey type, std::string_view name) {
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15ull;
    std::uint64_t hash = (reinterpret_cast<std::uintptr_t>(type) >> 4) + name.size() * kMix;
    const char* at = name.data();
    std::size_t left = name.size();
    for (; left > 8; left -= 8, at += 8) hash = mix(hash ^ read<std::uint64_t>(at));
    // The rest by two reads that may overlap, so that no length needs a loop.
    std::uint64_t rest = 0;
    if (left >= 4) rest = read<std::uint32_t>(at) | static_cast<std::uint64_t>(read<std::uint32_t>(at + left - 4)) << 32;
    else if (left > 0)
      rest = static_cast<unsigned char>(at[0]) | static_cast<std::uint64_t>(static_cast<unsigned char>(at[left / 2])) << 8 |
             static_cast<std::uint64_t>(static_cast<unsigned char>(at[left - 1])) << 16;
    return mix(hash ^ rest);
  }
  static std::uint64_t mix(std::uint64_t x) {
    x *= 0x9e3779b97f4a7c15ull;
    return x ^ (x >> 32);
  }
  template <class Word>
  static Word read(const char* at) {
    Word word;
    __builtin_memcpy(&word, at, sizeof word);
    return word;
  }

  static void place(Table& table, Slot& slot) {
    auto at = slot.hash & table.mask;
    while (table.places[at].load(std::memory_order_relaxed)) at = (at + 1) & table.mask;
    table.places[at].store(&slot, std::memory_order_release);
  }

  void grow(std::size_t size) {
    auto next = std::make_unique<Table>(size);
    for (auto& slot : slots_) place(*next, slot);
    current_.store(next.get(), std::memory_order_release);
    tables_.push_back(std::move(next));
  }

  std::deque<Slot> slots_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::atomic<const Table*> current_{nullptr};
};

}  // namespace slipway::instance
