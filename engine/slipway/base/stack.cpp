#include "slipway/base/stack.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <unwind.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string_view>

#ifdef SLIPWAY_LIBBACKTRACE
#include <backtrace.h>
#endif

namespace slipway {
namespace {

std::atomic<StackCapture> g_capture{StackCapture::Internal};

struct Walk {
  std::array<void*, Stack::kMostFrames> addresses;
  std::size_t count = 0;
  int skip = 0;
};

_Unwind_Reason_Code step(_Unwind_Context* context, void* data) {
  auto& walk = *static_cast<Walk*>(data);
  int before = 0;
  const std::uintptr_t at = _Unwind_GetIPInfo(context, &before);
  if (at == 0) return _URC_END_OF_STACK;
  if (walk.skip > 0) {
    --walk.skip;
    return _URC_NO_REASON;
  }
  if (walk.count == walk.addresses.size()) return _URC_END_OF_STACK;
  // A return address lies behind its call; the call is what is of interest.
  walk.addresses[walk.count++] = reinterpret_cast<void*>(before ? at : at - 1);
  return _URC_NO_REASON;
}

std::string demangled(const char* name) {
  if (name == nullptr) return {};
  int status = 0;
  char* text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  if (status != 0 || text == nullptr) return name;
  std::string out = text;
  std::free(text);
  return out;
}

// By the mangled name: a template's demangled one begins with its return type.
bool foreign_symbol(std::string_view symbol) {
  for (const std::string_view c : {"_start", "__libc_start", "start_thread", "clone", "__clone", "main_thread", "__GI_"})
    if (symbol.starts_with(c)) return true;
  if (!symbol.starts_with("_Z")) return symbol.empty();
  symbol.remove_prefix(2);
  while (!symbol.empty() && (symbol[0] == 'Z' || symbol[0] == 'N' || symbol[0] == 'K' || symbol[0] == 'L')) symbol.remove_prefix(1);
  for (const std::string_view scope : {"7slipway", "St", "Sa", "5boost", "9__gnu_cxx", "10__cxxabiv1", "Thn", "Tv0"})
    if (symbol.starts_with(scope)) return true;
  return false;
}

void set_function(StackFrame& f, const char* symbol) {
  f.function = demangled(symbol);
  f.foreign = foreign_symbol(symbol != nullptr ? symbol : "");
}

#ifdef SLIPWAY_LIBBACKTRACE
void ignore_error(void*, const char*, int) {}

// The state reads the debug data of every loaded object once and is never freed (libbacktrace has no way to). Guarded by g_symbols.
std::mutex g_symbols;
backtrace_state* symbols() {
  static backtrace_state* state = backtrace_create_state(nullptr, 0, ignore_error, nullptr);
  return state;
}

void add_names(void* address, std::vector<StackFrame>& out) {
  std::lock_guard lock(g_symbols);
  const auto pc = reinterpret_cast<std::uintptr_t>(address);
  backtrace_pcinfo(
      symbols(), pc,
      [](void* data, std::uintptr_t at, const char* file, int line, const char* function) {
        if (file == nullptr && function == nullptr) return 0;
        StackFrame f;
        f.address = reinterpret_cast<void*>(at);
        set_function(f, function);
        f.file = file != nullptr ? file : "";
        f.line = file != nullptr ? line : 0;
        static_cast<std::vector<StackFrame>*>(data)->push_back(std::move(f));
        return 0;
      },
      ignore_error, &out);
}

void add_symbol(void* address, StackFrame& f) {
  std::lock_guard lock(g_symbols);
  backtrace_syminfo(
      symbols(), reinterpret_cast<std::uintptr_t>(address),
      [](void* data, std::uintptr_t, const char* symbol, std::uintptr_t, std::uintptr_t) { set_function(*static_cast<StackFrame*>(data), symbol); }, ignore_error,
      &f);
}
#else
void add_names(void*, std::vector<StackFrame>&) {}
void add_symbol(void*, StackFrame&) {}
#endif

// What the dynamic linker knows: always there.
void add_object(StackFrame& f, void* address) {
  Dl_info info{};
  if (dladdr(address, &info) == 0) return;
  if (f.function.empty()) set_function(f, info.dli_sname);
  if (f.file.empty() && info.dli_fname != nullptr) {
    const char* slash = std::strrchr(info.dli_fname, '/');
    f.file = slash != nullptr ? slash + 1 : info.dli_fname;
    f.offset = reinterpret_cast<std::uintptr_t>(address) - reinterpret_cast<std::uintptr_t>(info.dli_fbase);
  }
}

}  // namespace

void set_stack_capture(StackCapture which) { g_capture.store(which, std::memory_order_relaxed); }
StackCapture stack_capture() { return g_capture.load(std::memory_order_relaxed); }

std::string StackFrame::place() const {
  if (line > 0) return file + ":" + std::to_string(line);
  if (file.empty()) return "?";
  char text[32];
  std::snprintf(text, sizeof text, "+0x%zx", static_cast<std::size_t>(offset));
  return file + text;
}

std::shared_ptr<const Stack> Stack::capture(int skip) {
  Walk walk;
  walk.skip = skip + 2;  // this function and the one that calls it
  _Unwind_Backtrace(step, &walk);
  auto stack = std::make_shared<Stack>();
  stack->addresses_.assign(walk.addresses.begin(), walk.addresses.begin() + static_cast<std::ptrdiff_t>(walk.count));
  return stack;
}

std::vector<StackFrame> Stack::frames() const {
  std::vector<StackFrame> out;
  for (void* address : addresses_) {
    const std::size_t before = out.size();
    add_names(address, out);
    if (out.size() == before) {
      StackFrame f;
      f.address = address;
      add_symbol(address, f);
      out.push_back(std::move(f));
    }
    for (std::size_t i = before; i < out.size(); ++i) add_object(out[i], address);
  }
  return out;
}

}  // namespace slipway
