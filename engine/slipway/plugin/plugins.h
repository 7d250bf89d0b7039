// Plugins: the plugins of one program, from loading to removal.
//
//   middleware::Steps steps;  balance::Strategies balancers;
//   plugin::Tables tables;    tables.open(steps), tables.open(balancers);
//   plugin::Plugins plugins(tables);
//   plugins.load("plugins/polite.so");                       // or plugins.add(std::make_unique<Polite>())
//   if (auto ok = plugins.install(); !ok) ...                 // all, each after those it needs
//   auto step = steps.make("polite");                         // holds the plugin
//   plugins.remove("polite", 2s);                             // waits until nothing of it is in use, or names who uses it
//
// A library is checked before any of its code runs (abi.h). Loading one runs its static initialisers: load only what the user
// agreed to. Thread-safe; install and remove block each other.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/time.h"
#include "slipway/plugin/plugin.h"

namespace slipway::plugin {

// What is known of one plugin, for views.
struct Row {
  std::string name, version, about;
  std::string path;  // "" = in the program itself
  bool installed = false;
  std::vector<std::string> users;
  std::vector<std::pair<std::string, std::string>> adds;  // family and name: {"Strategies", "round_two"}
};

class Plugins {
 public:
  explicit Plugins(Tables tables);
  // Removes all, the last installed first, and waits a second for each; code that is still in use then stays loaded.
  ~Plugins();
  Plugins(const Plugins&) = delete;
  Plugins& operator=(const Plugins&) = delete;

  // CONFLICT / PLUGIN_TWICE when one of its name is there, BAD_REQUEST for a manifest that cannot be.
  Status add(std::unique_ptr<Plugin> plugin);
  Status load(const std::string& path);
  // Installs what was added and is not installed, each after what it needs. Refuses with every mistake at once: a missing plugin,
  // a version outside the range, a circle (CONFLICT / PLUGINS_DO_NOT_FIT). When one fails, those of this call are removed again.
  Status install();
  // NOT_FOUND; CONFLICT / PLUGIN_NEEDED naming the plugins that stand on it; CONFLICT / PLUGIN_IN_USE naming its users when they do not
  // let go within `wait`: nothing new of it is made meanwhile, and it stays installed in the end. Blocks.
  Status remove(std::string_view name, Duration wait = {});

  std::vector<Row> rows() const;  // in order of installation, then of loading

 private:
  struct Held;
  Status put(std::unique_ptr<Held> held);
  Status install_one(Held& held);
  void let_go(Held& held);
  Held* find(std::string_view name) const;

  Tables tables_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Held>> all_;
};

}  // namespace slipway::plugin
