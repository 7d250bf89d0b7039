#include "slipway/base/type_key.h"

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace slipway::detail {

namespace {

struct Interned {
  std::string text;
  TypeInfo info;
};

struct Table {
  std::mutex mutex;
  std::deque<Interned> types;
  std::map<std::pair<std::string_view, const void*>, TypeKey> by_name;
};

}  // namespace

TypeKey intern_type(std::string_view name, const void* home) {
  static Table& table = *new Table;  // never destroyed: keys are used by what dies at exit
  std::lock_guard lock(table.mutex);
  if (auto it = table.by_name.find({name, home}); it != table.by_name.end()) return it->second;
  Interned& type = table.types.emplace_back();
  type.text = name;
  type.info = {type.text, static_cast<std::uint32_t>(table.types.size() - 1)};
  return table.by_name.emplace(std::pair(type.info.name, home), &type.info).first->second;
}

TypeKey first_key(TypeSlot& slot) {
  const TypeKey key = intern_type(slot.name, is_local_type(slot.name) ? &slot : nullptr);
  slot.index.store(key->index, std::memory_order_relaxed);
  slot.key.store(key, std::memory_order_release);
  return key;
}

}  // namespace slipway::detail
