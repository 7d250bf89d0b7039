// metadata: headers with the prefix become the call's metadata, names in lower case. A call without any pays one look per header.
#include "slipway/base/snapshot.h"
#include "slipway/middleware/builtin_base.h"

namespace slipway::middleware::detail {
namespace {

class Metadata final : public Builtin {
 public:
  explicit Metadata(Wiring w) : Builtin("metadata", std::move(w)) {}
  bool has_after() const override { return false; }
  std::optional<Status> before(Call& call) override {
    // The common first letter decides for most headers before the prefix is looked at.
    const char first = first_.load(std::memory_order_relaxed);
    std::shared_ptr<const std::string> prefix;
    context::Headers found;
    for (const auto& h : call.request.headers) {
      if (h.name.empty() || (h.name.front() | 0x20) != first) continue;
      if (!prefix) prefix = prefix_.load();
      if (h.name.size() <= prefix->size() || !context::same_name(h.name.substr(0, prefix->size()), *prefix)) continue;
      std::string name(h.name);
      for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
      (void)found.add(name, h.value);
    }
    if (!found.empty()) call.context = call.context.with_metadata(std::move(found));
    return std::nullopt;
  }
  std::string describe() const override { return "headers " + *prefix_.load() + "*"; }
  Status set_option(std::string_view option, const Value& v) override {
    if (option != "prefix") return unknown(option);
    auto text = to_string(option, v);
    if (!text) return text.error();
    if (text->empty()) return bad_option(option, v, "is empty (use x-md-)");
    for (char& c : *text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    first_ = static_cast<char>(text->front() | 0x20);
    prefix_.publish(std::make_shared<const std::string>(std::move(*text)));
    return {};
  }

 private:
  Snapshot<std::string> prefix_{std::make_shared<const std::string>("x-md-")};
  std::atomic<char> first_{'x'};
};

}  // namespace

MiddlewarePtr make_metadata(Wiring w) { return std::make_shared<Metadata>(std::move(w)); }

}  // namespace slipway::middleware::detail
