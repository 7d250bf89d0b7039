// The texts of an Error for people.
#include <set>
#include <vector>

#include "slipway/base/error.h"
#include "slipway/base/stack.h"

namespace slipway {
namespace {

std::string text_of(const Error& e) {
  std::string out;
  if (e.where().known()) out = e.where().to_string() + ": ";
  if (!e.message().empty()) return out += e.message();
  return out += e.reason().empty() ? "error " + std::to_string(e.code()) : e.reason();
}

std::string kind_of(const Error& e) {
  std::string out = " (code " + std::to_string(e.code());
  if (!e.reason().empty()) out += ", " + e.reason();
  if (e.http_status() != e.code()) out += ", HTTP " + std::to_string(e.http_status());
  for (const auto& [key, value] : e.metadata()) out += ", " + key + "=" + value;
  return out += ")";
}

// Frames worth showing; all of them when none is the program's own.
std::vector<StackFrame> chosen(const Stack& stack, Error::Frames which) {
  auto all = stack.frames();
  if (which == Error::Frames::All) return all;
  auto own = all;
  std::erase_if(own, [](const StackFrame& f) { return f.foreign; });
  return own.empty() ? all : own;
}

}  // namespace

std::string Error::to_string() const {
  std::string out;
  for (const Error* e = this; e; e = e->cause()) {
    if (!out.empty()) out += ": ";
    out += text_of(*e);
  }
  return out;
}

std::string Error::to_full_string(Frames which) const {
  std::vector<const Error*> levels;
  for (const Error* e = this; e; e = e->cause()) levels.push_back(e);
  // From the inside out, so that a line is shown where it is deepest.
  std::vector<std::string> stacks(levels.size());
  std::set<std::string> shown;
  for (std::size_t i = levels.size(); i-- > 0;) {
    if (levels[i]->stack() == nullptr) continue;
    int n = 0;
    std::vector<std::string> lines;
    for (const StackFrame& f : chosen(*levels[i]->stack(), which)) {
      std::string line = (f.function.empty() ? "?" : f.function) + "\n        " + f.place() + "\n";
      if (shown.contains(line)) continue;
      ++n;
      stacks[i] += "   " + std::to_string(n) + (n < 10 ? ").  " : "). ") + line;
      lines.push_back(std::move(line));
    }
    shown.insert(lines.begin(), lines.end());
  }
  std::string out = to_string() + "\n";
  for (std::size_t i = 0; i < levels.size(); ++i) out += std::to_string(i + 1) + ". " + text_of(*levels[i]) + kind_of(*levels[i]) + "\n" + stacks[i];
  return out;
}

}  // namespace slipway
