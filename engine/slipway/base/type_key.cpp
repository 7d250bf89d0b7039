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
  type.info.name = type.text;
  return table.by_name.emplace(std::pair(type.info.name, home), &type.info).first->second;
}

}  // namespace slipway::detail
