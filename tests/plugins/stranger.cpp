// A plugin of another engine and compiler: its record says so. None of its code may run, not even this initialiser.
#include <cstdlib>

#include "slipway/plugin/abi.h"

namespace {

const bool kRan = setenv("SLIPWAY_TEST_STRANGER_RAN", "yes", 1) == 0;

constexpr slipway_plugin_abi strange() {
  slipway_plugin_abi abi = slipway::plugin::detail::own_abi();
  for (char& c : abi.engine_version) c = 0;
  slipway::plugin::detail::copy_text(abi.engine_version, "9.9.9");
  for (char& c : abi.compiler) c = 0;
  slipway::plugin::detail::copy_text(abi.compiler, "g++ 7.5.0");
  abi.compiler_major = 7;
  abi.flags ^= slipway::plugin::kCxx11Strings;
  return abi;
}

}  // namespace

extern "C" [[gnu::visibility("default"), gnu::used, gnu::section(".slipway_plugin")]] constinit const slipway_plugin_abi slipway_plugin_abi_record = strange();
extern "C" [[gnu::visibility("default")]] slipway::plugin::Plugin* slipway_plugin_make() { return kRan ? nullptr : nullptr; }
extern "C" [[gnu::visibility("default")]] const void* slipway_plugin_engine() { return nullptr; }
