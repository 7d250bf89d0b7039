// cors: answers preflights and marks replies for the origins that may call. A call from another origin is served without the marks,
// so the browser keeps it from the page.
#include <algorithm>

#include "slipway/base/snapshot.h"
#include "slipway/middleware/builtin_base.h"

namespace slipway::middleware::detail {
namespace {

struct Policy {
  std::vector<std::string> origins{"*"};
  std::string methods = "GET, HEAD, POST, PUT, PATCH, DELETE";
  std::string headers = "content-type, authorization";
  bool credentials = false;
  std::int64_t max_age_s = 600;
  bool any() const { return std::find(origins.begin(), origins.end(), "*") != origins.end(); }
  bool allows(std::string_view origin) const { return any() || std::find(origins.begin(), origins.end(), origin) != origins.end(); }
};

std::string joined(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& i : items) out += (out.empty() ? "" : ", ") + i;
  return out;
}

class Cors final : public Builtin {
 public:
  explicit Cors(Wiring w) : Builtin("cors", std::move(w)) {}
  std::optional<Status> before(Call& call) override {
    if (call.request.method != "OPTIONS" || call.request.header("access-control-request-method").empty()) return std::nullopt;
    const auto policy = policy_.load();
    const std::string_view origin = call.request.header("origin");
    call.reply.status = 204;
    if (mark(call, *policy, origin)) {
      (void)call.reply.headers.set("access-control-allow-methods", policy->methods);
      (void)call.reply.headers.set("access-control-allow-headers", policy->headers);
      (void)call.reply.headers.set("access-control-max-age", std::to_string(policy->max_age_s));
    }
    return Status();
  }
  void after(Call& call, Status&) override {
    const std::string_view origin = call.request.header("origin");
    if (!origin.empty()) mark(call, *policy_.load(), origin);
  }
  std::string describe() const override { return joined(policy_.load()->origins); }
  Status set_option(std::string_view option, const Value& v) override {
    std::lock_guard lock(setting_);
    Policy next = *policy_.load();
    Status s;
    if (option == "origins") s = apply(to_strings(option, v), [&](auto list) { next.origins = std::move(list); });
    else if (option == "methods") s = apply(to_strings(option, v), [&](auto list) { next.methods = joined(list); });
    else if (option == "headers") s = apply(to_strings(option, v), [&](auto list) { next.headers = joined(list); });
    else if (option == "credentials") s = apply(to_bool(option, v), [&](bool on) { next.credentials = on; });
    else if (option == "max_age") s = apply(to_duration(option, v), [&](Duration d) { next.max_age_s = d.count() / 1'000'000'000; });
    else return unknown(option);
    if (!s.ok()) return s;
    policy_.publish(std::make_shared<const Policy>(std::move(next)));
    return {};
  }

 private:
  // Credentials are never given to "*": any site could then act as the user.
  bool mark(Call& call, const Policy& policy, std::string_view origin) const {
    if (origin.empty() || !policy.allows(origin)) return false;
    const bool named = !policy.any();
    (void)call.reply.headers.set("access-control-allow-origin", named ? origin : std::string_view("*"));
    if (named) (void)call.reply.headers.set("vary", "origin");
    if (named && policy.credentials) (void)call.reply.headers.set("access-control-allow-credentials", "true");
    return true;
  }
  std::mutex setting_;
  Snapshot<Policy> policy_{std::make_shared<const Policy>()};
};

}  // namespace

MiddlewarePtr make_cors(Wiring w) { return std::make_shared<Cors>(std::move(w)); }

}  // namespace slipway::middleware::detail
