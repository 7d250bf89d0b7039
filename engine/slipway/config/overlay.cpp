#include "slipway/config/overlay.h"

#include <algorithm>
#include <tuple>

#include <boost/unordered/unordered_flat_map.hpp>

#include "slipway/config/template.h"

namespace slipway::config {

struct ConfigSnapshot::Index {
  boost::unordered_flat_map<std::string_view, std::uint32_t> by_key;
};

// Builds one snapshot. Steps: gather every layer's values by key, settle value-against-section conflicts, resolve and
// convert the winners in dependency order, then make the tree and the index.
struct SnapshotBuilder {
  std::shared_ptr<ConfigSnapshot> out = std::make_shared<ConfigSnapshot>();
  std::vector<Problem> problems;
  boost::unordered_flat_map<std::string_view, std::uint32_t> at;  // views into entry keys, stable until sorted
  enum class Phase : std::uint8_t { Waiting, Working, Done };
  std::vector<Phase> phases;
  std::vector<std::string_view> path;  // of keys being resolved, for cycles

  std::uint32_t layer_index(const std::string& name) {
    if (!out->layers_.empty() && out->layers_.back() == name) return static_cast<std::uint32_t>(out->layers_.size() - 1);
    out->layers_.push_back(name);
    return static_cast<std::uint32_t>(out->layers_.size() - 1);
  }

  Entry& entry(std::string_view key) {
    if (const auto it = at.find(key); it != at.end()) return out->entries_[it->second];
    Entry e;
    e.key = std::string(key);
    e.spec = out->schema_->find(key);
    out->entries_.push_back(std::move(e));
    return out->entries_.back();
  }

  void problem(const LayerValue& v, const std::string& key, std::string message) {
    problems.push_back({v.where, v.place, out->layers_[v.layer], key, std::move(message)});
  }

  void gather(const std::vector<OverlayLayer>& layers) {
    std::size_t count = out->schema_->keys().size();
    for (const auto& l : layers) count += l.document ? l.document->leaves.size() : 0;
    out->entries_.reserve(count);  // no reallocation: `at` keeps views into the entries
    at.reserve(count);
    const std::uint32_t defaults = layer_index("defaults");
    for (const auto& [key, spec] : out->schema_->keys()) {
      if (spec.fallback.is_null()) continue;
      add(key, {defaults, spec.fallback, {}, "schema", true});
    }
    for (const auto& layer : layers) {
      const std::uint32_t index = layer_index(layer.name);
      if (!layer.document) continue;
      for (const auto& leaf : layer.document->leaves) {
        const std::string key = layer.folded ? out->schema_->unfold(leaf.key) : leaf.key;
        add(key, {index, leaf.raw, leaf.where, leaf.place, true});
      }
    }
  }

  void add(std::string_view key, LayerValue v) {
    Entry& e = entry(key);
    at.emplace(std::string_view(e.key), static_cast<std::uint32_t>(&e - out->entries_.data()));
    if (e.stack.empty() && !e.spec && out->schema_->refuses(e.key)) refused.push_back(&e - out->entries_.data());
    if (!e.stack.empty() && e.stack.back().layer == v.layer)
      e.stack.back() = std::move(v);
    else
      e.stack.push_back(std::move(v));
  }
  std::vector<std::ptrdiff_t> refused;

  void refuse_unknown() {
    for (const auto i : refused) {
      Entry& e = out->entries_[static_cast<std::size_t>(i)];
      const std::string message = unknown_key_message(*out->schema_, e.key);
      for (auto& v : e.stack) {
        v.valid = false;
        problem(v, e.key, message);
      }
    }
  }

  // "a: 5" in one layer and "a: {b: 1}" in another: the upper layer replaces, as in any overlay.
  void settle_sections() {
    for (auto& e : out->entries_) {
      for (std::size_t dot = e.key.find('.'); dot != std::string::npos; dot = e.key.find('.', dot + 1)) {
        const auto it = at.find(std::string_view(e.key).substr(0, dot));
        if (it == at.end()) continue;
        Entry& parent = out->entries_[it->second];
        const auto top = [](const Entry& x) {
          for (auto v = x.stack.rbegin(); v != x.stack.rend(); ++v)
            if (v->valid) return static_cast<int>(v->layer);
          return -1;
        };
        Entry& loser = top(parent) > top(e) ? e : parent;
        for (auto& v : loser.stack) v.valid = false;
      }
    }
  }

  Result<Value> lookup(std::string_view key) {
    if (const auto it = at.find(key); it != at.end()) {
      const std::uint32_t i = it->second;
      if (phases[i] == Phase::Working) {
        std::string cycle;
        auto from = std::find(path.begin(), path.end(), std::string_view(out->entries_[i].key));
        for (; from != path.end(); ++from) cycle += std::string(*from) + " -> ";
        return bad_request("templates go in a circle: " + cycle + std::string(key) + " (give one of them a plain value)", "TEMPLATE_CYCLE");
      }
      settle(i);
      const Entry& e = out->entries_[i];
      return e.winner >= 0 ? e.value : Value();
    }
    // An item of a list: "servers.0.name".
    for (std::size_t dot = key.rfind('.'); dot != std::string_view::npos && dot > 0; dot = key.rfind('.', dot - 1)) {
      if (!at.contains(key.substr(0, dot))) continue;
      auto list = lookup(key.substr(0, dot));
      if (!list) return list;
      const Value* item = list->at_path(key.substr(dot + 1));
      return item ? *item : Value();
    }
    return Value();
  }

  // Finds the highest layer whose value resolves and fits.
  void settle(std::uint32_t i) {
    if (phases[i] != Phase::Waiting) return;
    phases[i] = Phase::Working;
    Entry& e = out->entries_[i];
    path.push_back(e.key);
    for (int v = static_cast<int>(e.stack.size()) - 1; v >= 0; --v) {
      LayerValue& candidate = e.stack[static_cast<std::size_t>(v)];
      if (!candidate.valid) continue;
      const bool templated = has_template(candidate.raw);
      if (e.winner >= 0) {  // a shadowed value is checked too, so that removing the winner holds no surprise
        if (!templated && e.spec) check(e, candidate);
        continue;
      }
      Value value = candidate.raw;
      if (templated) {
        auto r = resolve_templates(candidate.raw, [this](std::string_view key) { return lookup(key); });
        if (!r) {
          candidate.valid = false;
          problem(candidate, e.key, r.error().message());
          continue;
        }
        value = std::move(*r);
      }
      if (e.spec) {
        auto c = convert(*e.spec, value);
        if (!c) {
          candidate.valid = false;
          problem(candidate, e.key, c.error().message());
          continue;
        }
        e.value = std::move(c->value);
        e.number = c->number;
      } else {
        e.value = std::move(value);
      }
      e.winner = v;
      e.templated = templated;
    }
    path.pop_back();
    phases[i] = Phase::Done;
  }

  void check(Entry& e, LayerValue& v) {
    if (auto c = convert(*e.spec, v.raw); !c) {
      v.valid = false;
      problem(v, e.key, c.error().message());
    }
  }

  Overlaid run(const std::vector<OverlayLayer>& layers, std::shared_ptr<const Schema> schema, std::uint64_t version) {
    out->version_ = version;
    out->schema_ = std::move(schema);
    gather(layers);
    refuse_unknown();
    settle_sections();
    phases.resize(out->entries_.size());
    for (std::uint32_t i = 0; i < out->entries_.size(); ++i) settle(i);
    finish();
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& x, const Problem& y) {
      return std::tie(x.where.file, x.where.line, x.where.column, x.key) <
             std::tie(y.where.file, y.where.line, y.where.column, y.key);
    });
    return {std::move(out), std::move(problems)};
  }

  void finish() {
    auto& entries = out->entries_;
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.key < b.key; });
    auto index = std::make_shared<ConfigSnapshot::Index>();
    index->by_key.reserve(entries.size());
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      index->by_key.emplace(std::string_view(entries[i].key), i);
      if (entries[i].winner >= 0) out->tree_.set_path(entries[i].key, entries[i].value);
    }
    out->index_ = std::move(index);
  }
};

Overlaid overlay_layers(const std::vector<OverlayLayer>& layers, std::shared_ptr<const Schema> schema, std::uint64_t version) {
  return SnapshotBuilder().run(layers, std::move(schema), version);
}

std::string unknown_key_message(const Schema& schema, std::string_view key) {
  const auto near = schema.nearest(key, 1);
  if (!near.empty()) return "unknown key (did you mean " + near.front() + "?)";
  std::string known;
  if (const Section* s = schema.refuses(key))
    for (const auto& spec : s->keys) known += (known.empty() ? "" : ", ") + spec.name;
  return known.empty() ? "unknown key (remove it)" : "unknown key (known here: " + known + ")";
}

std::vector<Change> difference(const ConfigSnapshot& before, const ConfigSnapshot& after) {
  std::vector<Change> changes;
  auto a = before.entries().begin(), b = after.entries().begin();
  const auto set = [](const Entry& e) { return e.winner >= 0; };
  const auto layer = [](const ConfigSnapshot& s, const Entry& e) { return s.layers()[e.stack[static_cast<std::size_t>(e.winner)].layer]; };
  while (a != before.entries().end() || b != after.entries().end()) {
    const bool only_a = b == after.entries().end() || (a != before.entries().end() && a->key < b->key);
    const bool only_b = !only_a && (a == before.entries().end() || b->key < a->key);
    if (only_a) {
      if (set(*a)) changes.push_back({a->key, ChangeKind::Removed, a->value, std::nullopt, layer(before, *a), a->secret()});
      ++a;
    } else if (only_b) {
      if (set(*b)) changes.push_back({b->key, ChangeKind::Added, std::nullopt, b->value, layer(after, *b), b->secret()});
      ++b;
    } else {
      const bool secret = a->secret() || b->secret();
      if (set(*a) && !set(*b)) {
        changes.push_back({a->key, ChangeKind::Removed, a->value, std::nullopt, layer(before, *a), secret});
      } else if (!set(*a) && set(*b)) {
        changes.push_back({a->key, ChangeKind::Added, std::nullopt, b->value, layer(after, *b), secret});
      } else if (set(*a) && !(a->value == b->value && a->number == b->number)) {
        const bool kind = a->value.kind() != b->value.kind() && !(a->value.is_number() && b->value.is_number());
        changes.push_back({a->key, kind ? ChangeKind::TypeChanged : ChangeKind::Changed, a->value, b->value, layer(after, *b), secret});
      }
      ++a;
      ++b;
    }
  }
  return changes;
}

std::string Entry::text() const {
  if (winner < 0) return "";
  return secret() ? "••••••" : value.to_text();
}

const Entry* ConfigSnapshot::find(std::string_view key) const {
  if (!index_) return nullptr;
  const auto it = index_->by_key.find(key);
  return it == index_->by_key.end() ? nullptr : &entries_[it->second];
}

Result<Value> ConfigSnapshot::resolve(const Value& raw) const {
  return resolve_templates(raw, [this](std::string_view key) -> Result<Value> {
    const Value* v = at(key);
    return v ? *v : Value();
  });
}

std::vector<std::string> ConfigSnapshot::nearest(std::string_view key, std::size_t limit) const {
  std::vector<std::string> known;
  known.reserve(entries_.size());
  for (const auto& e : entries_) known.push_back(e.key);
  for (const auto& [name, spec] : schema_->keys())
    if (spec.fallback.is_null()) known.push_back(name);
  return nearest_names(key, known, limit);
}

Error ConfigSnapshot::missing(std::string_view key) const {
  std::string message = "config key " + std::string(key) + " is not set";
  if (const auto near = nearest(key, 1); !near.empty() && near.front() != key) message += " (did you mean " + near.front() + "?)";
  return not_found(std::move(message), "CONFIG_KEY_NOT_FOUND");
}

std::string Problem::text() const {
  std::string at = where.known() && !where.file.empty() ? where.to_string() : place.empty() ? source : place;
  return at + ": " + (key.empty() ? "" : key + ": ") + message;
}

std::string ChangeRecord::text() const {
  std::string out;
  for (const auto& c : changes) {
    const auto show = [&](const std::optional<Value>& v) { return !v ? std::string("(not set)") : c.secret ? "••••••" : v->to_text(); };
    out += (out.empty() ? "" : "; ") + c.key + ": " + show(c.before) + " -> " + show(c.after);
  }
  return (out.empty() ? "no effective change" : out) + " (" + source + ")";
}

}  // namespace slipway::config
