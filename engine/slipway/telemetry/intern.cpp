// Interned names: written once under a mutex, read without one.
#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "slipway/telemetry/call_trace.h"

namespace slipway::telemetry {
namespace {

// A bound, so that names made from input cannot grow the process without end: later ones share one entry.
constexpr NameId kMostNames = 1 << 16;
constexpr std::string_view kOverflow = "(more names than are kept)";

class Names {
 public:
  Names() { (void)intern(""); }  // id 0

  NameId intern(std::string_view text) {
    {
      std::shared_lock lock(mutex_);
      if (const auto it = ids_.find(text); it != ids_.end()) return it->second;
    }
    std::unique_lock lock(mutex_);
    if (const auto it = ids_.find(text); it != ids_.end()) return it->second;
    if (count_ == kMostNames - 1) text = kOverflow;
    if (count_ == kMostNames) return kMostNames - 1;
    const std::string& kept = texts_.emplace_back(text);
    const NameId id = count_++;
    ids_.emplace(kept, id);
    by_id_[id].store(&kept, std::memory_order_release);
    return id;
  }
  std::string_view name(NameId id) const {
    if (id >= kMostNames) return {};
    const std::string* text = by_id_[id].load(std::memory_order_acquire);
    return text ? std::string_view(*text) : std::string_view();
  }

 private:
  std::shared_mutex mutex_;
  std::deque<std::string> texts_;
  std::unordered_map<std::string_view, NameId> ids_;
  NameId count_ = 0;
  std::array<std::atomic<const std::string*>, kMostNames> by_id_{};
};

Names& names() {
  static Names* table = new Names;  // never destroyed: threads may still read names while the process ends
  return *table;
}

}  // namespace

NameId intern(std::string_view text) { return names().intern(text); }
std::string_view name_of(NameId id) { return names().name(id); }

}  // namespace slipway::telemetry
