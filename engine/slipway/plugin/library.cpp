#include "slipway/plugin/library.h"

#include <dlfcn.h>

#include "slipway/plugin/abi.h"

namespace slipway::plugin {

Result<Library> Library::open(const std::string& path) {
  auto abi = read_abi(path);
  if (!abi) return abi.error();
  if (auto fits = check_abi(path, *abi, detail::own_abi()); !fits) return fits.error();
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char* why = dlerror();
    return unavailable("plugin " + path + ": cannot be loaded: " + (why ? why : "for no known reason"), "CANNOT_LOAD");
  }
  Library closing(handle, nullptr);  // closes it on the ways out below
  const auto make = reinterpret_cast<Plugin* (*)()>(dlsym(handle, kMakeSymbol));
  const auto engine = reinterpret_cast<const void* (*)()>(dlsym(handle, kEngineSymbol));
  if (!make || !engine)
    return bad_request("plugin " + path + ": does not export " + (make ? kEngineSymbol : kMakeSymbol) + " (put SLIPWAY_PLUGIN(…) into one of its sources)",
                       "NOT_A_PLUGIN");
  if (engine() != engine_identity())
    return conflict("plugin " + path + " brings its own copy of the engine, so its types would not be this program's (build it with "
                    "slipway_plugin(), which links none; a program that links the engine statically needs ENABLE_EXPORTS)",
                    "TWO_ENGINES");
  std::unique_ptr<Plugin> plugin(make());
  closing.handle_ = nullptr;
  return Library(handle, std::move(plugin));
}

Library::~Library() {
  plugin_.reset();
  if (handle_) dlclose(handle_);
}

}  // namespace slipway::plugin
