#include "slipway/plugin/abi.h"

#include <elf.h>

#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace slipway::plugin {

namespace {

template <class T>
bool read_at(std::ifstream& file, std::uint64_t offset, T* into, std::size_t count = 1) {
  file.clear();
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reinterpret_cast<char*>(into), static_cast<std::streamsize>(sizeof(T) * count));
  return file.good();
}

std::string text_of(const char* text, std::size_t size) { return std::string(text, strnlen(text, size)); }

}  // namespace

Result<slipway_plugin_abi> read_abi(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return not_found("plugin " + path + ": there is no such file, or it cannot be read", "NO_SUCH_FILE");
  const auto none = [&](const std::string& why) {
    return bad_request("plugin " + path + ": " + why + " (a plugin is a shared library with SLIPWAY_PLUGIN(…) in one of its sources)", "NOT_A_PLUGIN");
  };
  Elf64_Ehdr head{};
  if (!read_at(file, 0, &head) || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_ident[EI_CLASS] != ELFCLASS64)
    return none("is no 64-bit ELF library");
  if (head.e_shentsize != sizeof(Elf64_Shdr) || head.e_shnum == 0 || head.e_shstrndx >= head.e_shnum) return none("has no sections");
  std::vector<Elf64_Shdr> sections(head.e_shnum);
  if (!read_at(file, head.e_shoff, sections.data(), sections.size())) return none("is cut off");
  const Elf64_Shdr& names = sections[head.e_shstrndx];
  for (const auto& section : sections) {
    char name[sizeof kAbiSection]{};
    if (section.sh_name >= names.sh_size || !read_at(file, names.sh_offset + section.sh_name, name, sizeof name)) continue;
    if (std::memcmp(name, kAbiSection, sizeof kAbiSection) != 0) continue;
    slipway_plugin_abi abi{};
    const auto size = std::min<std::uint64_t>(section.sh_size, sizeof abi);
    if (!read_at(file, section.sh_offset, reinterpret_cast<char*>(&abi), size)) return none("is cut off");
    if (text_of(abi.magic, sizeof abi.magic) != "slipway-plugin") break;
    return abi;
  }
  return none("carries no plugin record");
}

Status check_abi(const std::string& path, const slipway_plugin_abi& plugin, const slipway_plugin_abi& program) {
  std::string differences;
  const auto differ = [&](const std::string& what, const std::string& theirs, const std::string& ours) {
    if (theirs != ours) differences += "\n  " + what + ": the plugin has " + theirs + ", this program has " + ours;
  };
  if (plugin.abi_version != program.abi_version || plugin.size != program.size) {
    // The rest of the record may mean something else.
    differ("plugin interface", std::to_string(plugin.abi_version) + " (" + std::to_string(plugin.size) + " bytes)",
           std::to_string(program.abi_version) + " (" + std::to_string(program.size) + " bytes)");
  } else {
    differ("engine", text_of(plugin.engine_version, sizeof plugin.engine_version), text_of(program.engine_version, sizeof program.engine_version));
    if (plugin.compiler_major != program.compiler_major)
      differ("compiler", text_of(plugin.compiler, sizeof plugin.compiler), text_of(program.compiler, sizeof program.compiler));
    differ("C++ ABI", std::to_string(plugin.cxx_abi), std::to_string(program.cxx_abi));
    differ("C++ standard", std::to_string(plugin.cxx_standard), std::to_string(program.cxx_standard));
    const auto flag = [&](const char* what, std::uint32_t bit) {
      differ(what, plugin.flags & bit ? "it on" : "it off", program.flags & bit ? "it on" : "it off");
    };
    flag("std::string of C++11 (_GLIBCXX_USE_CXX11_ABI)", kCxx11Strings);
    flag("debug containers (_GLIBCXX_DEBUG)", kDebugContainers);
    flag("AddressSanitizer", kAddressSanitizer);
    flag("ThreadSanitizer", kThreadSanitizer);
  }
  if (differences.empty()) return {};
  return conflict("plugin " + path + " was built for another program and is not loaded:" + differences + "\n  (rebuild the plugin with this engine's headers and compiler)",
                  "ABI_MISMATCH");
}

const void* engine_identity() {
  static const char identity = 0;
  return &identity;
}

}  // namespace slipway::plugin
