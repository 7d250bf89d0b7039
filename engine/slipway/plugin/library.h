// Library: a shared library that is open, and the plugin in it. Internal.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "slipway/plugin/plugin.h"

namespace slipway::plugin {

class Library {
 public:
  // Checks the record in the file first (abi.h), then loads and makes the plugin. UNAVAILABLE / CANNOT_LOAD with the loader's
  // reason; CONFLICT / TWO_ENGINES when the library brings its own copy of the engine.
  static Result<Library> open(const std::string& path);
  Library(Library&& o) noexcept : handle_(std::exchange(o.handle_, nullptr)), plugin_(std::move(o.plugin_)) {}
  Library& operator=(Library&&) = delete;
  ~Library();

  Plugin& plugin() const { return *plugin_; }
  // Leaves the code where it is, for when something may still run in it.
  void leave_loaded() { handle_ = nullptr; }

 private:
  Library(void* handle, std::unique_ptr<Plugin> plugin) : handle_(handle), plugin_(std::move(plugin)) {}
  void* handle_;
  std::unique_ptr<Plugin> plugin_;
};

}  // namespace slipway::plugin
