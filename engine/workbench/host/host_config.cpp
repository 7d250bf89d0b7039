// Host: the layered config, its edits and its timeline.
#include <algorithm>

#include "slipway/config/edit.h"
#include "workbench/host/host_impl.h"
#include "workbench/workspace/edit.h"

namespace workbench::host {

using slipway::Error;
using slipway::Result;
using slipway::Status;

namespace {

// What a change did, to one key of it or, with "", to all.
Result<ConfigChange> told(const Result<slipway::config::ChangeRecord>& record, const std::string& key) {
  if (!record.ok()) return record.error();
  return config_change(*record, key);
}

}  // namespace

ConfigTable Host::config() const {
  ConfigTable table = impl_->tables.make(*impl_->config, remote_layers(*impl_->workspace->current()));
  for (const auto& p : impl_->workspace->problems()) table.problems.push_back(p.text());
  std::lock_guard lock(impl_->mutex);
  for (const auto& e : impl_->build_problems) table.problems.push_back(e.to_string());
  return table;
}

Result<ConfigRow> Host::explain(const std::string& key) const { return config_row(*impl_->config, key, remote_layers(*impl_->workspace->current())); }

Result<ConfigChange> Host::set(const std::string& key, const std::string& text, const std::string& who, const std::string& file) {
  return told(impl_->config->set(key, text, who, file), key);
}
Status Host::allow_network() {
  const auto ws = impl_->workspace->current();
  if (auto s = Consent(impl_->folder, "network").give(far_servers(*ws)); !s.ok()) return s;
  // Made anew: those that were refused under their names.
  std::vector<workspace::Layer> before = ws->layers;
  for (auto& l : before)
    if (l.off_loopback) l.kind.clear();
  auto s = workspace::set_layers(*impl_->config, *ws, before, workspace::Servers::All);
  impl_->say(s.ok() ? recorder::Event::Level::Info : recorder::Event::Level::Error, "config", "layers", s.ok() ? "config may be read from other machines" : s.error().message());
  return s;
}
Result<ConfigChange> Host::unset(const std::string& key, const std::string& who) {
  return told(impl_->config->unset(key, who), key);
}
Result<ConfigChange> Host::move_to_file(const std::string& key, const std::string& file, const std::string& who) {
  if (auto row = explain(key); !row.ok()) return row.error();
  const auto now = impl_->config->snapshot();
  const slipway::Value* written = nullptr;
  if (const auto* entry = now->find(key))
    for (const auto& v : entry->stack)
      if (now->layers()[v.layer] == "overrides") written = &v.raw;
  if (!written) return slipway::not_found(key + " is not set in the overrides (config explain " + key + " shows its layers)", "NO_OVERRIDE");
  if (file.empty() || file == "overrides") return slipway::bad_request("name the layer file that is to take " + key + " (config/default.yaml)", "NO_FILE");
  if (auto s = impl_->config->set_value(key, *written, who, file); !s.ok()) return s.error();
  return unset(key, who);
}
Result<ConfigChange> Host::set_all(const std::vector<std::pair<std::string, std::string>>& edits, const std::string& who) {
  if (edits.empty()) return slipway::bad_request("there is nothing to apply", "NO_EDITS");
  std::vector<slipway::config::Edit> all;
  const auto now = impl_->config->snapshot();
  for (const auto& [key, text] : edits) all.push_back({key, false, slipway::config::value_of_text(now->schema().find(key), text)});
  return told(impl_->config->edit(std::move(all), who), edits.back().first);
}
Result<ConfigChange> Host::undo(const std::string& who) {
  return told(impl_->config->undo(who), "");
}
Result<ConfigChange> Host::redo(const std::string& who) {
  return told(impl_->config->redo(who), "");
}
Result<ConfigChange> Host::revert_to(std::uint64_t version, const std::string& who) {
  return told(impl_->config->revert_to(version, who), "");
}
Result<ConfigChange> Host::revert(std::uint64_t version, const std::string& who, const std::string& key) {
  return told(impl_->config->revert(version, who, key), key);
}
std::vector<ConfigChange> Host::history(std::size_t limit) const {
  std::vector<ConfigChange> out;
  for (const auto& record : impl_->config->history(limit)) {
    if (record.changes.empty()) continue;
    for (const auto& c : record.changes) {
      if (out.size() >= limit) return out;
      out.push_back(config_change(record, c.key));
    }
  }
  return out;
}
std::uint64_t Host::config_version() const { return impl_->config->version(); }

}  // namespace workbench::host
