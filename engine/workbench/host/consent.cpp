#include "workbench/host/consent.h"

#include <sys/stat.h>

#include <algorithm>

#include "slipway/codec/codec.h"
#include "slipway/config/atomic_file.h"

namespace workbench::host {

using slipway::Value;

namespace {

// Where the folder lies on this machine. The number of its .slipway cannot be known to who packed a copy.
std::string identity(const std::string& folder) {
  struct stat info {};
  if (stat((folder + "/.slipway").c_str(), &info) != 0) return {};
  return std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino) + " " + folder;
}

}  // namespace

bool Consent::covers(const std::vector<std::string>& list) const {
  const auto text = slipway::config::read_file(file());
  if (!text.ok()) return list.empty();
  const auto record = slipway::codec::parse_json(*text);
  if (!record.ok() || !record->is_map() || !(*record)[what_].is_list()) return list.empty();
  const std::string here = identity(folder_);
  if (here.empty() || (*record)["folder"] != Value(here)) return list.empty();
  const auto& agreed = (*record)[what_].as_list();
  return std::all_of(list.begin(), list.end(), [&](const std::string& item) { return std::find(agreed.begin(), agreed.end(), Value(item)) != agreed.end(); });
}

slipway::Status Consent::give(const std::vector<std::string>& list) const {
  Value::List items;
  for (const auto& item : list) items.emplace_back(item);
  const Value record = Value::object({{"folder", Value(identity(folder_))}, {what_, Value(std::move(items))}});
  return slipway::config::write_file(file(), slipway::codec::to_json_pretty(record) + "\n");
}

}  // namespace workbench::host
