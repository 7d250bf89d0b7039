#include "workbench/host/config_view.h"

#include <algorithm>

#include "workbench/behaviour/expression.h"

namespace workbench::host {

namespace config = slipway::config;

namespace {

constexpr const char* kMask = "••••••";

ConfigType type_of(config::KeyType t) {
  switch (t) {
    case config::KeyType::Bool: return ConfigType::Bool;
    case config::KeyType::Int: return ConfigType::Int;
    case config::KeyType::Float: return ConfigType::Float;
    case config::KeyType::String: return ConfigType::String;
    case config::KeyType::Duration: return ConfigType::Duration;
    case config::KeyType::Size: return ConfigType::Size;
    case config::KeyType::Enum: return ConfigType::Enum;
    case config::KeyType::List: return ConfigType::List;
    case config::KeyType::Secret: return ConfigType::Secret;
    case config::KeyType::Url: return ConfigType::Url;
  }
  return ConfigType::String;
}

ConfigRow row_of(const config::ConfigSnapshot& s, const config::Entry& e, const std::vector<std::string>& remote, std::vector<std::string> readers) {
  ConfigRow row;
  row.key = e.key;
  row.secret = e.secret();
  row.text = row.secret ? kMask : e.text();
  if (e.winner >= 0) row.layer = s.layers()[e.stack[static_cast<std::size_t>(e.winner)].layer];
  if (e.spec) {
    row.type = type_of(e.spec->type);
    row.unit = e.spec->unit;
    row.doc = e.spec->doc;
    row.live = e.spec->live;
    row.choices = e.spec->choices;
  } else {
    row.known = false;
    if (e.value.is_bool()) row.type = ConfigType::Bool;
    else if (e.value.is_int()) row.type = ConfigType::Int;
    else if (e.value.is_double()) row.type = ConfigType::Float;
    else if (e.value.is_list()) row.type = ConfigType::List;
  }
  for (std::size_t layer = 0; layer < s.layers().size(); ++layer) {
    ConfigCell cell;
    cell.layer = s.layers()[layer];
    cell.remote = std::find(remote.begin(), remote.end(), cell.layer) != remote.end();
    for (std::size_t k = 0; k < e.stack.size(); ++k) {
      const auto& v = e.stack[k];
      if (v.layer != layer) continue;
      cell.present = true;
      cell.wins = static_cast<std::int32_t>(k) == e.winner;
      cell.raw = row.secret ? kMask : v.raw.to_text();
      cell.text = cell.wins ? row.text : cell.raw;
      cell.place = !v.place.empty() ? v.place : v.where.known() ? v.where.to_string() : "";
    }
    row.cells.push_back(std::move(cell));
  }
  row.readers = std::move(readers);
  return row;
}

bool same(const config::Entry& a, const config::Entry& b) {
  const auto same_value = [](const slipway::Value& x, const slipway::Value& y) { return x.kind() == y.kind() && x == y; };
  if (a.winner != b.winner || a.number != b.number || a.templated != b.templated || a.spec != b.spec || a.stack.size() != b.stack.size() || !same_value(a.value, b.value)) return false;
  return std::equal(a.stack.begin(), a.stack.end(), b.stack.begin(), [&](const auto& x, const auto& y) {
    return x.layer == y.layer && x.valid == y.valid && x.place == y.place && x.where.line == y.where.line && x.where.column == y.where.column && same_value(x.raw, y.raw);
  });
}

}  // namespace

ConfigTable ConfigTables::make(const config::Config& c, std::vector<std::string> remote) {
  std::lock_guard lock(mutex_);
  const auto s = c.snapshot();
  ConfigTable t;
  t.version = s->version();
  t.layers = s->layers();
  t.remote = std::move(remote);
  for (const auto& p : c.problems()) t.problems.push_back(p.text());
  t.rows.reserve(s->entries().size());
  // Specs are compared by their place, so only snapshots under one schema are comparable.
  const bool comparable = snapshot_ && &snapshot_->schema() == &s->schema() && last_.layers == t.layers && last_.remote == t.remote;
  std::size_t at = 0;  // in the table before, whose rows stand in the order of its snapshot's entries
  auto readers = c.readers(*s);
  for (std::size_t i = 0; i < s->entries().size(); ++i) {
    const auto& e = s->entries()[i];
    if (comparable) {
      while (at < last_.rows.size() && last_.rows[at].key < e.key) ++at;
      if (at < last_.rows.size() && last_.rows[at].key == e.key && (s == snapshot_ || same(snapshot_->entries()[at], e)) && last_.rows[at].readers == readers[i]) {
        t.rows.push_back(last_.rows.shared(at));
        continue;
      }
    }
    t.rows.push_back(row_of(*s, e, t.remote, std::move(readers[i])));
  }
  snapshot_ = s;
  last_ = t;
  return t;
}

ConfigTable config_table(const config::Config& c, std::vector<std::string> remote) { return ConfigTables().make(c, std::move(remote)); }

slipway::Result<ConfigRow> config_row(const config::Config& c, const std::string& key, const std::vector<std::string>& remote) {
  const auto s = c.snapshot();
  if (const auto* e = s->find(key)) return row_of(*s, *e, remote, c.readers(key));
  std::string near;
  for (const auto& n : s->nearest(key)) near += (near.empty() ? "" : ", ") + n;
  return slipway::not_found("there is no config key " + key + (near.empty() ? "" : "; did you mean " + near + "?"), "CONFIG_KEY_UNKNOWN");
}

ConfigChange config_change(const config::ChangeRecord& r, const std::string& key) {
  ConfigChange out;
  out.version = r.version;
  out.wall_ns = r.wall_ns;
  out.who = r.who;
  out.source = r.source;
  out.key = key;
  for (const auto& c : r.changes) {
    if (!key.empty() && c.key != key) continue;
    out.key = c.key;
    out.had_before = c.before.has_value();
    out.has_after = c.after.has_value();
    if (c.before) out.before = c.secret ? kMask : c.before->to_text();
    if (c.after) out.after = c.secret ? kMask : c.after->to_text();
    if (!c.source.empty()) out.source = c.source;
    break;
  }
  for (const auto& a : r.applied) {
    out.applied_ns = std::max(out.applied_ns, a.after_ns);
    if (!a.error.empty())
      out.refused_by.push_back((a.reader.empty() ? "" : a.reader + ": ") + a.error);
    else if (!a.reader.empty())
      out.applied_by.push_back(a.reader);
  }
  return out;
}

}  // namespace workbench::host
