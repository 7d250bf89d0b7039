// etcd's JSON gateway: byte strings are base64, 64-bit integers are strings.
#include "slipway/adapters/etcd_source.h"

#include <map>

#include "slipway/adapters/remote_source.h"
#include "slipway/base/base64.h"
#include "slipway/codec/codec.h"
#include "slipway/config/edit.h"

namespace slipway::adapters {
namespace {

// The key behind all that start with `prefix`.
std::string end_of(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xFF) prefix.pop_back();
  if (prefix.empty()) return std::string(1, '\0');
  ++prefix.back();
  return prefix;
}

std::int64_t number_of(const Value& v) {
  if (v.is_int()) return v.as_int();
  return v.is_string() ? std::strtoll(v.as_string().c_str(), nullptr, 10) : 0;
}

class EtcdSource final : public RemoteSource {
 public:
  explicit EtcdSource(EtcdOptions options) : RemoteSource(options.name), options_(std::move(options)) {
    if (options_.prefix.empty() || options_.prefix.back() != '/') options_.prefix += '/';
  }
  ~EtcdSource() override { stop(); }

  bool writable() const override { return true; }

  Status write(const std::vector<config::Edit>& edits) override {
    auto entries = range();
    if (!entries) return entries.error();
    std::map<std::string, std::string> put;
    std::map<std::string, bool> removed;
    for (const auto& e : edits) {
      const std::string own = options_.prefix + entry_of(e.key);
      const std::string holder = document_with(*entries, put, e.key);
      if (!holder.empty() && !entries->contains(own)) {
        const std::string format = holder.substr(holder.rfind('.') + 1);
        const std::string& before = put.contains(holder) ? put[holder] : entries->at(holder).text;
        auto next = e.remove ? config::unset_in_text(before, format, e.key) : config::set_in_text(before, format, e.key, e.value);
        if (!next) return next.error().with_message("editing " + name() + " " + holder + ": " + next.error().message());
        put[holder] = std::move(*next);
      } else if (e.remove) {
        removed[own] = true;
        put.erase(own);
      } else {
        if (e.value.is_map()) return bad_request(e.key + ": a section cannot be one entry of etcd (set its keys)", "BAD_VALUE");
        put[own] = e.value.is_string() ? e.value.as_string() : codec::to_json(e.value);
        removed.erase(own);
      }
    }
    // One transaction: nothing is written when somebody else changed one of these entries since it was read.
    Value::List compare, success;
    const auto guard = [&](const std::string& key) {
      const auto it = entries->find(key);
      compare.push_back(Value::object({{"key", base64(key)}, {"target", "MOD"}, {"result", "EQUAL"}, {"mod_revision", it == entries->end() ? 0 : it->second.revision}}));
    };
    for (const auto& [key, text] : put) {
      guard(key);
      success.push_back(Value::object({{"request_put", Value::object({{"key", base64(key)}, {"value", base64(text)}})}}));
    }
    for (const auto& [key, yes] : removed) {
      guard(key);
      success.push_back(Value::object({{"request_delete_range", Value::object({{"key", base64(key)}})}}));
    }
    HttpExchange exchange(options_.url, options_.authority_file);
    auto reply = call(exchange, "/v3/kv/txn", Value::object({{"compare", compare}, {"success", success}}));
    if (!reply) return reply.error();
    const Value& done = (*reply)["succeeded"];
    if (!done.is_bool() || !done.as_bool())
      return conflict("somebody else changed " + name() + " at the same time (look again, and write once more)", "CHANGED_MEANWHILE");
    return {};
  }

 protected:
  Result<config::Document> read() override {
    auto entries = range();
    if (!entries) return entries.error();
    config::Document document;
    document.file = name();
    for (const auto& [key, entry] : *entries) {
      const std::string relative = key.substr(options_.prefix.size());
      if (auto s = lay_entry(document, relative, entry.text, name() + " " + key); !s) return s.error();
    }
    for (auto& [key, place] : document.places) place += " rev " + std::to_string(revisions_.at(document.files.at(key)));
    return document;
  }

  std::unique_ptr<HttpExchange> connect() override { return std::make_unique<HttpExchange>(options_.url, options_.authority_file); }

  Status await_change(HttpExchange& exchange) override {
    std::int64_t from;
    {
      std::lock_guard lock(mutex_);
      if (revision_ == 0) return unavailable("not read yet", "NOT_READ");
      from = revision_ + 1;
    }
    ExchangeRequest request{.method = "POST", .target = "/v3/watch", .timeout = std::chrono::hours(24)};
    request.body = codec::to_json(Value::object({{"create_request", Value::object({{"key", base64(options_.prefix)}, {"range_end", base64(end_of(options_.prefix))}, {"start_revision", from}, {"progress_notify", true}})}}));
    if (auto s = authorize(exchange, request); !s) return s;
    Status outcome = unavailable("etcd ended the watch", "CONNECTION_LOST");
    auto status = exchange.stream(request, [&](std::string_view line) {
      auto message = codec::parse_json(line);
      if (!message) {
        outcome = message.error();
        return false;
      }
      const Value& result = (*message)["result"];
      if (const Value& canceled = result["canceled"]; canceled.is_bool() && canceled.as_bool()) {
        // Compacted: what lay between is gone, so everything is read again.
        outcome = number_of(result["compact_revision"]) > 0 ? Status() : Status(unavailable("etcd refused the watch: " + result["cancel_reason"].to_text(), "WATCH_REFUSED"));
        return false;
      }
      if (result["events"].is_list() && !result["events"].as_list().empty()) {
        outcome = Status();
        return false;
      }
      return true;
    });
    return status ? outcome : status;
  }

 private:
  struct Entry {
    std::string text;
    std::int64_t revision = 0;
  };
  using Entries = std::map<std::string, Entry>;

  Result<Entries> range() {
    HttpExchange exchange(options_.url, options_.authority_file);
    auto reply = call(exchange, "/v3/kv/range", Value::object({{"key", base64(options_.prefix)}, {"range_end", base64(end_of(options_.prefix))}}));
    if (!reply) return reply.error();
    Entries entries;
    std::lock_guard lock(mutex_);
    revisions_.clear();
    if (const Value& kvs = (*reply)["kvs"]; kvs.is_list()) {
      for (const Value& kv : kvs.as_list()) {
        auto key = from_base64(kv["key"].to_text()), text = from_base64(kv["value"].is_null() ? "" : kv["value"].to_text());
        if (!key || !text) return unavailable("etcd's answer is not base64", "REPLY_INVALID");
        entries[*key] = {*text, number_of(kv["mod_revision"])};
        revisions_[name() + " " + *key] = number_of(kv["mod_revision"]);
      }
    }
    revision_ = number_of((*reply)["header"]["revision"]);
    return entries;
  }

  // The document entry that sets `key`, the last in order; "" when none does.
  static std::string document_with(const Entries& entries, const std::map<std::string, std::string>& put, const std::string& key) {
    std::string found;
    for (const auto& [entry, content] : entries) {
      const codec::Codec* codec = entry.rfind('.') == std::string::npos ? nullptr : codec::find_codec(entry.substr(entry.rfind('.') + 1));
      if (!codec) continue;
      const auto newer = put.find(entry);
      auto root = codec->decode(newer == put.end() ? content.text : newer->second);
      if (!root || !root->is_map()) continue;
      auto expanded = config::expand_dots(*root);
      if (expanded && expanded->at_path(key)) found = entry;
    }
    return found;
  }

  Status authorize(HttpExchange& exchange, ExchangeRequest& request) {
    if (options_.user.empty()) return {};
    auto reply = exchange.send({.method = "POST", .target = "/v3/auth/authenticate", .body = codec::to_json(Value::object({{"name", options_.user}, {"password", options_.password}}))});
    if (!reply) return reply.error();
    auto root = codec::parse_json(reply->body);
    if (reply->status != 200 || !root || !(*root)["token"].is_string())
      return unauthorized("etcd at " + options_.url + " does not know user " + options_.user + " with this password", "ETCD_UNAUTHORIZED");
    request.headers.emplace_back("Authorization", (*root)["token"].as_string());
    return {};
  }

  Result<Value> call(HttpExchange& exchange, const std::string& target, const Value& body) {
    ExchangeRequest request{.method = "POST", .target = target, .body = codec::to_json(body)};
    if (auto s = authorize(exchange, request); !s) return s.error();
    auto reply = exchange.send(request);
    if (!reply) return reply.error();
    auto root = codec::parse_json(reply->body);
    if (reply->status != 200) {
      const std::string what = root ? (*root)["error"].to_text() : reply->body.substr(0, 200);
      return unavailable("etcd at " + options_.url + " answered " + std::to_string(reply->status) + ": " + what, "ETCD_REFUSED");
    }
    if (!root) return unavailable("etcd at " + options_.url + " sent no JSON: " + root.error().message(), "REPLY_INVALID");
    return root;
  }

  EtcdOptions options_;
  std::mutex mutex_;  // of the next two: load() and the watcher's thread use them
  std::int64_t revision_ = 0;
  std::map<std::string, std::int64_t> revisions_;  // by an entry's place
};

}  // namespace

std::unique_ptr<config::Source> make_etcd_source(EtcdOptions options) { return std::make_unique<EtcdSource>(std::move(options)); }

}  // namespace slipway::adapters
