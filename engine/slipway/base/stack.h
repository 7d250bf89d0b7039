// Stack: where in the program something was made: raw return addresses, taken in a few microseconds and given names only when
// somebody prints them.
//
// Which Errors carry one is a switch of the process: by default those that mean a mistake of the program (HTTP status 500), so
// that refused and overloaded calls cost nothing extra. Names need symbols (any build), file and line need -g; without libbacktrace
// or debug data the object file and the offset stand in. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace slipway {

enum class StackCapture : std::uint8_t { Off, Internal, All };
void set_stack_capture(StackCapture which);
StackCapture stack_capture();

struct StackFrame {
  const void* address = nullptr;
  std::string function;  // demangled; empty when unknown
  std::string file;      // of the source; else the object file
  int line = 0;          // 0: `file` is an object file and `offset` the place in it
  std::uintptr_t offset = 0;
  // Of the framework, the standard library or the system: left out of brief stacks.
  bool foreign = false;
  std::string place() const;  // "orders.cpp:14" or "libslipway.so+0x1a2b"
};

class Stack {
 public:
  static constexpr std::size_t kMostFrames = 64;
  // The callers of the function that calls this, after `skip` more; innermost first.
  [[gnu::noinline]] static std::shared_ptr<const Stack> capture(int skip = 0);

  const std::vector<void*>& addresses() const { return addresses_; }
  // Innermost first, inlined functions as frames of their own. The first call of the process reads the debug data: milliseconds.
  std::vector<StackFrame> frames() const;

 private:
  std::vector<void*> addresses_;
};

}  // namespace slipway
