#include "slipway/adapters/apollo_source.h"

#include <openssl/hmac.h>

#include <map>

#include "slipway/adapters/remote_source.h"
#include "slipway/base/base64.h"
#include "slipway/codec/codec.h"

namespace slipway::adapters {
namespace {

class ApolloSource final : public RemoteSource {
 public:
  explicit ApolloSource(ApolloOptions options) : RemoteSource(options.name), options_(std::move(options)) {}
  ~ApolloSource() override { stop(); }

 protected:
  std::unique_ptr<HttpExchange> connect() override { return std::make_unique<HttpExchange>(options_.url, options_.authority_file); }

  Result<config::Document> read() override {
    HttpExchange exchange(options_.url, options_.authority_file);
    config::Document document;
    document.file = name();
    for (const auto& space : options_.namespaces) {
      auto reply = exchange.send(signed_request("/configs/" + percent_encode(options_.app_id) + "/" + percent_encode(options_.cluster) + "/" + percent_encode(space)));
      if (!reply) return reply.error();
      if (reply->status == 404)
        return not_found("Apollo has no namespace " + space + " of app " + options_.app_id + " (create and release it)", "NO_SUCH_NAMESPACE");
      auto root = parsed(*reply);
      if (!root) return root.error();
      const Value& entries = (*root)["configurations"];
      if (!entries.is_map()) return unavailable("Apollo's answer for " + space + " holds no configurations", "REPLY_INVALID");
      const std::string where = name() + " " + space;
      const bool whole = space.ends_with(".yaml") || space.ends_with(".yml") || space.ends_with(".json");
      if (whole) {
        if (auto s = lay_entry(document, space, entries["content"].is_string() ? entries["content"].as_string() : "", where); !s) return s.error();
        continue;
      }
      for (const auto& [key, value] : entries.as_map())
        if (auto s = lay_entry(document, entry_of(key), value.to_text(), where); !s) return s.error();
    }
    std::lock_guard lock(mutex_);
    read_ = true;
    return document;
  }

  Status await_change(HttpExchange& exchange) override {
    for (;;) {
      Value::List asked;
      {
        std::lock_guard lock(mutex_);
        if (!read_) return unavailable("not read yet", "NOT_READ");
        for (const auto& space : options_.namespaces)
          asked.push_back(Value::object({{"namespaceName", space}, {"notificationId", ids_.contains(space) ? ids_[space] : -1}}));
      }
      ExchangeRequest r = signed_request("/notifications/v2?appId=" + percent_encode(options_.app_id) + "&cluster=" + percent_encode(options_.cluster) +
                                         "&notifications=" + percent_encode(codec::to_json(Value(asked))));
      r.timeout = std::chrono::seconds(90);  // the server holds it for 60
      auto reply = exchange.send(r);
      if (!reply) return reply.error();
      if (reply->status == 304) continue;
      auto root = parsed(*reply);
      if (!root) return root.error();
      if (!root->is_list()) return unavailable("Apollo's notifications are no list", "REPLY_INVALID");
      std::lock_guard lock(mutex_);
      for (const Value& n : root->as_list())
        if (n["notificationId"].is_int()) ids_[n["namespaceName"].to_text()] = n["notificationId"].as_int();
      return {};  // the first answer too: the ids it tells may be newer than what was read
    }
  }

 private:
  ExchangeRequest signed_request(std::string target) const {
    ExchangeRequest r{.target = std::move(target)};
    if (!options_.secret.empty()) {
      const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::system().wall().time_since_epoch()).count();
      const std::string stamp = std::to_string(now);
      r.headers.emplace_back("Timestamp", stamp);
      r.headers.emplace_back("Authorization", apollo_signature(options_.app_id, options_.secret, stamp, r.target));
    }
    return r;
  }

  Result<Value> parsed(const ExchangeReply& reply) const {
    if (reply.status != 200)
      return unavailable("Apollo at " + options_.url + " answered " + std::to_string(reply.status) + ": " + reply.body.substr(0, 200), "APOLLO_REFUSED");
    auto root = codec::parse_json(reply.body);
    if (!root) return unavailable("Apollo at " + options_.url + " sent no JSON: " + root.error().message(), "REPLY_INVALID");
    return root;
  }

  ApolloOptions options_;
  std::mutex mutex_;  // of the next two
  bool read_ = false;
  std::map<std::string, std::int64_t> ids_;
};

}  // namespace

std::string apollo_signature(std::string_view app_id, std::string_view secret, std::string_view milliseconds, std::string_view target) {
  const std::string text = std::string(milliseconds) + "\n" + std::string(target);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &length);
  return "Apollo " + std::string(app_id) + ":" + base64({reinterpret_cast<const char*>(mac), length});
}

std::unique_ptr<config::Source> make_apollo_source(ApolloOptions options) { return std::make_unique<ApolloSource>(std::move(options)); }

}  // namespace slipway::adapters
