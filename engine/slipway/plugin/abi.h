// What a shared library says of itself so that it can be refused before any of its code runs: a plain C record of fixed size in a
// section of its own, read from the file.
//
//   SLIPWAY_PLUGIN(Polite)      // once in the library; Polite is a plugin::Plugin with a default constructor
//
// Both sides must agree on the record's version, the engine's version, the compiler's major version, the C++ ABI and what changes
// the layout of the engine's types. There is no promise across engine versions: a plugin is rebuilt for each.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "slipway/base/result.h"
#include "slipway/base/version.h"
#include "slipway/plugin/plugin.h"

extern "C" {

// Texts are NUL-terminated. Never changes its first three members.
struct slipway_plugin_abi {
  char magic[16];              // "slipway-plugin"
  std::uint32_t size;          // of this struct
  std::uint32_t abi_version;   // of plugin::Plugin, Offer and this record
  char engine_version[16];     // "0.1.0"
  char compiler[64];           // "g++ 12.2.0"
  std::uint32_t compiler_major;
  std::uint32_t cxx_abi;       // __GXX_ABI_VERSION
  std::uint32_t cxx_standard;  // __cplusplus
  std::uint32_t flags;         // slipway::plugin::AbiFlag
};
}

namespace slipway::plugin {

inline constexpr std::uint32_t kAbiVersion = 1;

enum AbiFlag : std::uint32_t {
  kCxx11Strings = 1,   // _GLIBCXX_USE_CXX11_ABI
  kDebugContainers = 2,  // _GLIBCXX_DEBUG
  kAddressSanitizer = 4,
  kThreadSanitizer = 8,
};

namespace detail {

template <std::size_t N>
constexpr void copy_text(char (&to)[N], const char* from) {
  for (std::size_t i = 0; i + 1 < N && from[i]; ++i) to[i] = from[i];
}

constexpr slipway_plugin_abi own_abi() {
  slipway_plugin_abi abi{};
  copy_text(abi.magic, "slipway-plugin");
  abi.size = sizeof(slipway_plugin_abi);
  abi.abi_version = kAbiVersion;
  copy_text(abi.engine_version, kEngineVersion);
#if defined(__clang__)
  copy_text(abi.compiler, "clang++ " __clang_version__);
  abi.compiler_major = __clang_major__;
#else
  copy_text(abi.compiler, "g++ " __VERSION__);
  abi.compiler_major = __GNUC__;
#endif
  abi.cxx_abi = __GXX_ABI_VERSION;
  abi.cxx_standard = static_cast<std::uint32_t>(__cplusplus);
#if _GLIBCXX_USE_CXX11_ABI
  abi.flags |= kCxx11Strings;
#endif
#ifdef _GLIBCXX_DEBUG
  abi.flags |= kDebugContainers;
#endif
#ifdef __SANITIZE_ADDRESS__
  abi.flags |= kAddressSanitizer;
#endif
#ifdef __SANITIZE_THREAD__
  abi.flags |= kThreadSanitizer;
#endif
  return abi;
}

}  // namespace detail

inline constexpr char kAbiSection[] = ".slipway_plugin";
inline constexpr char kMakeSymbol[] = "slipway_plugin_make";
inline constexpr char kEngineSymbol[] = "slipway_plugin_engine";

// The record of a library's file, without loading it. NOT_FOUND / NO_SUCH_FILE, BAD_REQUEST / NOT_A_PLUGIN.
Result<slipway_plugin_abi> read_abi(const std::string& path);
// CONFLICT / ABI_MISMATCH that names each difference with both sides.
Status check_abi(const std::string& path, const slipway_plugin_abi& plugin, const slipway_plugin_abi& program);
// The same address for everybody who shares one copy of the engine.
const void* engine_identity();

}  // namespace slipway::plugin

// The record and the two functions that a program looks for.
#define SLIPWAY_PLUGIN(Class)                                                                                                    \
  extern "C" [[gnu::visibility("default"), gnu::used, gnu::section(".slipway_plugin")]] constinit const slipway_plugin_abi         \
      slipway_plugin_abi_record = slipway::plugin::detail::own_abi();                                                              \
  extern "C" [[gnu::visibility("default")]] slipway::plugin::Plugin* slipway_plugin_make() { return std::make_unique<Class>().release(); } \
  extern "C" [[gnu::visibility("default")]] const void* slipway_plugin_engine() { return slipway::plugin::engine_identity(); }
