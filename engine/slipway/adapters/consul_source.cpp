#include "slipway/adapters/consul_source.h"

#include <map>

#include "slipway/adapters/remote_source.h"
#include "slipway/base/base64.h"
#include "slipway/codec/codec.h"

namespace slipway::adapters {
namespace {

class ConsulSource final : public RemoteSource {
 public:
  explicit ConsulSource(ConsulOptions options) : RemoteSource(options.name), options_(std::move(options)) {
    while (options_.prefix.starts_with('/')) options_.prefix.erase(0, 1);
    if (!options_.prefix.empty() && options_.prefix.back() != '/') options_.prefix += '/';
  }
  ~ConsulSource() override { stop(); }

  bool writable() const override { return true; }

  Status write(const std::vector<config::Edit>& edits) override {
    HttpExchange exchange(options_.url, options_.authority_file);
    auto entries = list(exchange, 0);
    if (!entries) return entries.error();
    Value::List operations;
    for (const auto& e : edits) {
      if (e.value.is_map()) return bad_request(e.key + ": a section cannot be one entry of Consul (set its keys)", "BAD_VALUE");
      const std::string key = options_.prefix + entry_of(e.key);
      const auto it = entries->kv.find(key);
      if (e.remove && it == entries->kv.end())
        return conflict(e.key + " stands inside a document in Consul (edit that entry)", "INSIDE_DOCUMENT");
      Value kv = Value::object({{"Verb", e.remove ? "delete-cas" : "cas"}, {"Key", key}, {"Index", it == entries->kv.end() ? 0 : it->second.index}});
      if (!e.remove) kv["Value"] = base64(e.value.is_string() ? e.value.as_string() : codec::to_json(e.value));
      operations.push_back(Value::object({{"KV", kv}}));
    }
    auto reply = exchange.send(request("PUT", "/v1/txn" + query("?"), codec::to_json(Value(operations))));
    if (!reply) return reply.error();
    if (reply->status == 409) return conflict("somebody else changed " + name() + " at the same time (look again, and write once more)", "CHANGED_MEANWHILE");
    if (reply->status != 200) return refused(*reply);
    return {};
  }

 protected:
  std::unique_ptr<HttpExchange> connect() override { return std::make_unique<HttpExchange>(options_.url, options_.authority_file); }

  Result<config::Document> read() override {
    HttpExchange exchange(options_.url, options_.authority_file);
    auto entries = list(exchange, 0);
    if (!entries) return entries.error();
    config::Document document;
    document.file = name();
    for (const auto& [key, entry] : entries->kv)
      if (auto s = lay_entry(document, key.substr(options_.prefix.size()), entry.text, name() + " " + key); !s) return s.error();
    std::lock_guard lock(mutex_);
    index_ = entries->index;
    return document;
  }

  Status await_change(HttpExchange& exchange) override {
    for (;;) {
      std::uint64_t index;
      {
        std::lock_guard lock(mutex_);
        index = index_;
      }
      if (index == 0) return unavailable("not read yet", "NOT_READ");
      auto entries = list(exchange, index);
      if (!entries) return entries.error();
      // An index that went back means a new store (a restored snapshot): everything may differ.
      if (entries->index != index) return {};
    }
  }

 private:
  struct Entry {
    std::string text;
    std::int64_t index = 0;
  };
  struct Entries {
    std::map<std::string, Entry> kv;
    std::uint64_t index = 0;
  };

  std::string query(const char* first) const { return options_.datacenter.empty() ? "" : first + ("dc=" + percent_encode(options_.datacenter)); }

  ExchangeRequest request(std::string method, std::string target, std::string body = {}) const {
    ExchangeRequest r{.method = std::move(method), .target = std::move(target), .body = std::move(body)};
    if (!options_.token.empty()) r.headers.emplace_back("X-Consul-Token", options_.token);
    return r;
  }

  Error refused(const ExchangeReply& reply) const {
    return unavailable("Consul at " + options_.url + " answered " + std::to_string(reply.status) + ": " + reply.body.substr(0, 200), "CONSUL_REFUSED");
  }

  // With an index, answers when it is passed, at the latest after `wait` and a sixteenth of it.
  Result<Entries> list(HttpExchange& exchange, std::uint64_t index) const {
    std::string target = "/v1/kv/" + percent_encode(options_.prefix, "/") + "?recurse=true" + query("&");
    ExchangeRequest r = request("GET", target);
    if (index > 0) {
      const auto seconds = std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::seconds>(options_.wait).count());
      r.target += "&index=" + std::to_string(index) + "&wait=" + std::to_string(seconds) + "s";
      r.timeout += options_.wait + options_.wait / 16;
    }
    auto reply = exchange.send(r);
    if (!reply) return reply.error();
    if (reply->status != 200 && reply->status != 404) return refused(*reply);
    Entries entries;
    entries.index = std::max<std::uint64_t>(1, std::strtoull(std::string(reply->header("X-Consul-Index")).c_str(), nullptr, 10));
    if (reply->status == 404) return entries;  // nothing below the prefix
    auto root = codec::parse_json(reply->body);
    if (!root || !root->is_list()) return unavailable("Consul at " + options_.url + " sent no list of entries", "REPLY_INVALID");
    for (const Value& kv : root->as_list()) {
      const std::string key = kv["Key"].to_text();
      if (!key.starts_with(options_.prefix) || key.back() == '/') continue;  // a folder's own entry
      auto text = from_base64(kv["Value"].is_string() ? kv["Value"].as_string() : "");
      if (!text) return unavailable("Consul's value of " + key + " is not base64", "REPLY_INVALID");
      entries.kv[key] = {*text, kv["ModifyIndex"].is_int() ? kv["ModifyIndex"].as_int() : 0};
    }
    return entries;
  }

  ConsulOptions options_;
  std::mutex mutex_;
  std::uint64_t index_ = 0;  // of what was read; under mutex_
};

}  // namespace

std::unique_ptr<config::Source> make_consul_source(ConsulOptions options) { return std::make_unique<ConsulSource>(std::move(options)); }

}  // namespace slipway::adapters
