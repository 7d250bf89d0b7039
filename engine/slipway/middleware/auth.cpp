// auth: a call must bring one of the API keys. Keys are compared in constant time and never logged.
#include "slipway/base/snapshot.h"
#include "slipway/middleware/builtin_base.h"

namespace slipway::middleware::detail {
namespace {

struct Accepted {
  std::string header = "x-api-key";
  std::vector<std::string> keys;
};

bool same_secret(std::string_view a, std::string_view b) {
  unsigned char difference = a.size() != b.size();
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ (b.empty() ? 0 : b[i % b.size()]));
  return difference == 0;
}

class Auth final : public Builtin {
 public:
  explicit Auth(Wiring w) : Builtin("auth", std::move(w)) {}
  bool has_after() const override { return false; }
  std::optional<Status> before(Call& call) override {
    const auto accepted = accepted_.load();
    std::string_view key = call.request.header(accepted->header);
    if (context::same_name(accepted->header, "authorization") && key.size() > 7 && context::same_name(key.substr(0, 7), "bearer ")) key.remove_prefix(7);
    bool known = false;
    for (const auto& k : accepted->keys) known |= !k.empty() && same_secret(key, k);
    if (call.trace.active() && (call.trace.detailed() || !known)) note_config(call);
    if (known) return std::nullopt;
    return unauthorized(key.empty() ? "the call brings no key in " + accepted->header : "the key in " + accepted->header + " is not known");
  }
  std::string describe() const override {
    const auto a = accepted_.load();
    return std::to_string(a->keys.size()) + (a->keys.size() == 1 ? " key in " : " keys in ") + a->header;
  }
  Status set_option(std::string_view option, const Value& v) override {
    std::lock_guard lock(setting_);
    auto next = std::make_shared<Accepted>(*accepted_.load());
    if (option == "header") {
      auto text = to_string(option, v);
      if (!text) return text.error();
      if (text->empty()) return bad_option(option, v, "is empty (use x-api-key)");
      next->header = std::move(*text);
    } else if (option == "keys") {
      auto keys = to_strings(option, v);
      // The error must not repeat the secret.
      if (!keys) return bad_request("keys: must be a list of texts", "BAD_OPTION");
      next->keys = std::move(*keys);
    } else {
      return unknown(option);
    }
    accepted_.publish(std::move(next));
    return {};
  }

 private:
  std::mutex setting_;
  Snapshot<Accepted> accepted_{std::make_shared<const Accepted>()};
};

}  // namespace

MiddlewarePtr make_auth(Wiring w) { return std::make_shared<Auth>(std::move(w)); }

}  // namespace slipway::middleware::detail
