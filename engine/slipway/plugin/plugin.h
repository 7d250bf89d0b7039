// Plugin: a named, versioned set of additions to a program's families: steps, balancers, codecs, cache adapters, config sources,
// and whatever else the program offers (the workbench: behaviours).
//
//   class Polite final : public plugin::Plugin {
//    public:
//     const plugin::Manifest& manifest() const override { static const plugin::Manifest m{.name = "polite", .version = "1.0.0"}; return m; }
//     Status install(plugin::Offer& offer) override { return offer.add<middleware::Steps>("polite", make_polite); }
//   };
//
// The same class serves in the program itself (Plugins::add) and in a shared library (SLIPWAY_PLUGIN, plugin/abi.h).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "slipway/base/family.h"
#include "slipway/base/type_key.h"

namespace slipway::plugin {

// Another plugin that must be installed before: "base" in a range of versions, version_range.h.
struct Dependency {
  std::string plugin;
  std::string range = "*";
};

struct Manifest {
  std::string name;     // letters, digits and '-'
  std::string version;  // "1.4.0"
  std::string about = {};
  std::vector<Dependency> needs = {};
};

// The families that a program opens to its plugins, by type. They must outlive it.
class Tables {
 public:
  template <class F>
  void open(F& family) {
    tables_.push_back({type_key<F>(), &family, [&family](const Uses& owner) { family.remove(owner); }});
  }
  template <class F>
  F* find() const {
    return static_cast<F*>(find_any(type_key<F>()));
  }
  void remove(const Uses& owner) const {
    for (const auto& table : tables_) table.remove(owner);
  }

 private:
  struct Table {
    TypeKey type;
    void* family;
    std::function<void(const Uses&)> remove;
  };
  void* find_any(TypeKey type) const {
    for (const auto& table : tables_)
      if (table.type == type) return table.family;
    return nullptr;
  }
  std::vector<Table> tables_;
};

// What a plugin is given to install itself with. Valid during install().
class Offer {
 public:
  Offer(const Tables& tables, std::shared_ptr<Uses> uses) : tables_(tables), uses_(std::move(uses)) {}
  // Adds to a family: `add` of the family with the rest of the arguments. UNAVAILABLE / NO_SUCH_FAMILY in a program that has none.
  template <class F, class... Arguments>
  Status add(std::string name, Arguments&&... arguments) {
    F* family = tables_.find<F>();
    if (!family)
      return unavailable("this program has no " + std::string(type_key<F>()->name) + " to add \"" + name + "\" to (load the plugin where there are)",
                         "NO_SUCH_FAMILY");
    std::string entry = name;
    auto added = family->add(std::move(name), std::forward<Arguments>(arguments)..., uses_);
    if (added.ok()) added_.emplace_back(family->what(), std::move(entry));
    return added;
  }
  // True when the program has that family, for plugins that add what they can.
  template <class F>
  bool has() const {
    return tables_.find<F>() != nullptr;
  }
  // For what the families do not hold by themselves: threads, callbacks.
  const std::shared_ptr<Uses>& uses() const { return uses_; }
  // What was added so far: what the family's entries are ("balancer") and the name among them.
  const std::vector<std::pair<std::string, std::string>>& added() const { return added_; }

 private:
  const Tables& tables_;
  std::shared_ptr<Uses> uses_;
  std::vector<std::pair<std::string, std::string>> added_;
};

class Plugin {
 public:
  virtual ~Plugin() = default;
  virtual const Manifest& manifest() const = 0;
  // Adds what there is to add. What was added before an error is taken back.
  virtual Status install(Offer& offer) = 0;
  // Called when nothing of it is in use any more and the families have forgotten it; ends threads of its own.
  virtual void remove() {}
};

}  // namespace slipway::plugin
