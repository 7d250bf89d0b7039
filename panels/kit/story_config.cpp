#include "panels/kit/story_config.h"

#include "panels/kit/story_parts.h"

namespace panels::kit::story {
namespace {

using namespace workbench::host;

const std::vector<std::string> kLayers = {"defaults", "config/default.yaml", "config/service.toml", "env", "command line", "overrides"};

struct Told {
  const char* key;
  const char* value[6];  // by layer; nullptr = not set
  const char* place[6];
  ConfigType type;
  std::vector<std::string> readers;
  bool live = true;
  const char* unit = "";
  const char* doc = "";
  std::vector<std::string> choices = {};
};

ConfigRow row(const Told& t) {
  ConfigRow r;
  r.key = t.key, r.type = t.type, r.live = t.live, r.unit = t.unit, r.doc = t.doc, r.readers = t.readers, r.choices = t.choices;
  r.secret = t.type == ConfigType::Secret;
  for (std::size_t i = 0; i < kLayers.size(); ++i) {
    ConfigCell c;
    c.layer = kLayers[i];
    c.present = t.value[i] != nullptr;
    if (c.present) {
      c.text = c.raw = t.value[i];
      if (r.secret) c.text = "••••••••••••";
      if (t.place[i]) c.place = t.place[i];
      r.text = c.text, r.layer = c.layer;
    }
    r.cells.push_back(c);
  }
  for (ConfigCell& c : r.cells) c.wins = c.present && c.layer == r.layer;
  return r;
}

}  // namespace

ConfigTable config() {
  const char* no = nullptr;
  using T = ConfigType;
  const std::vector<std::string> all = {"gateway", "orders", "inventory", "pricing-1", "pricing-2", "pricing-3", "pricing-4", "pricing-5"};
  const std::vector<Told> told = {
      {"auth.audience", {"", "orders", no, no, no, no}, {"schema of auth", "config/default.yaml:4:13", no, no, no, no}, T::String, {"gateway auth"}, true, "",
       "Who a token must be meant for."},
      {"auth.jwt.key", {no, no, "${JWT_KEY}", "x", no, no}, {no, no, "config/service.toml:6:7", "SLIPWAY_AUTH__JWT__KEY", no, no}, T::Secret, {"gateway auth"}, true, "",
       "Key that tokens are checked with. Its value comes from the environment or a private file."},
      {"cache.orders.capacity", {"64MiB", no, no, no, no, no}, {"schema of cache"}, T::Size, {"orders cache"}, false},
      {"cache.orders.ttl", {"60s", "30s", no, no, no, no}, {"schema of cache", "config/default.yaml:22:10"}, T::Duration, {"orders cache"}},
      {"db.orders.dsn", {"", no, "sqlite:data/orders.db", no, no, no}, {"schema of db", no, "config/service.toml:19:7"}, T::Url, {"orders db"}, false},
      {"db.orders.pool.max", {"4", "8", "16", no, no, no}, {"schema of db", "config/default.yaml:27:11", "config/service.toml:20:12"}, T::Int, {"orders db"}, false},
      {"gateway.http.address", {"127.0.0.1", no, no, no, no, no}, {"schema of http"}, T::String, {"gateway http"}, false},
      {"gateway.http.idle", {"60s", no, no, no, no, no}, {"schema of http"}, T::Duration, {"gateway http"}},
      {"gateway.http.port", {"0", "8080", no, no, no, no}, {"schema of http", "config/default.yaml:7:9"}, T::Int, {"gateway http"}, false},
      {"gateway.rate_limit.burst", {"100", "50", no, no, no, no}, {"schema of rate_limit", "config/default.yaml:32:12"}, T::Int, {"gateway rate_limit"}},
      {"gateway.rate_limit.rate", {"500", "1000", "2000", no, no, "4000"},
       {"schema of rate_limit", "config/default.yaml:31:11", "config/service.toml:14:8", no, no, "window, 14:06:48"}, T::Int, {"gateway rate_limit"}, true, "/s",
       "Requests a second that one key may send before the gateway answers 429."},
      {"gateway.timeout.after", {"5s", "2s", no, "2s", no, no}, {"schema of timeout", "config/default.yaml:35:10", no, "SLIPWAY_GATEWAY__TIMEOUT__AFTER"}, T::Duration,
       {"gateway timeout", "orders timeout"}},
      {"log.level", {"info", "debug", no, no, "info", no}, {"schema of log", "config/default.yaml:2:10", no, no, "--set log.level=info"}, T::Enum, all, true, "",
       "What is worth a line.", {"debug", "info", "warn", "error"}},
      {"log.slow", {"50ms", no, no, no, no, no}, {"schema of log"}, T::Duration, all},
      {"orders.client.pricing.balancer", {"p2c", "wrr", no, no, no, no}, {"schema of client", "config/default.yaml:41:15"}, T::Enum, {"orders pricing"}, true, "",
       "How an instance of pricing is picked for a call.", {"random", "round_robin", "wrr", "p2c", "p2c_ewma"}},
      {"pricing-3.http.port", {"0", "8103", no, no, no, no}, {"schema of http", "config/default.yaml:52:9"}, T::Int, {"pricing-3"}, false},
      {"pricing-5.work.service", {"exp(1ms)", "exp(0.4ms)", "exp(1.2ms)", no, no, no}, {"schema of work", "config/default.yaml:46:12", "config/service.toml:25:11"}, T::String,
       {"pricing-5"}},
      {"trace.sample", {"1/1", no, no, no, no, no}, {"schema of tracing"}, T::String, all},
  };
  ConfigTable t;
  t.version = 419;
  t.layers = kLayers;
  for (const Told& one : told) {
    ConfigRow r = row(one);
    // One value is put together from another key.
    for (auto& c : r.cells)
      if (r.key == "db.orders.dsn" && c.wins) c.raw = "sqlite:${data.dir:data}/orders.db";
    t.rows.push_back(std::move(r));
  }
  return t;
}

std::vector<ConfigChange> config_history() {
  auto change = [](int h, int m, double s, const char* who, const char* key, const char* before, const char* after, const char* source, double applied_ms,
                   std::vector<std::string> by, std::uint64_t version) {
    ConfigChange c;
    c.version = version, c.wall_ns = at(h, m, s), c.who = who, c.key = key, c.before = before, c.after = after, c.had_before = c.has_after = true;
    c.source = source, c.applied_ns = std::int64_t(applied_ms * 1e6), c.applied_by = std::move(by);
    return c;
  };
  return {change(14, 6, 48, "window", "gateway.rate_limit.rate", "2000", "4000", "overrides", 2, {"gateway rate_limit"}, 419),
          change(14, 5, 31, "undo", "gateway.rate_limit.rate", "5", "2000", "overrides", 1, {"gateway rate_limit"}, 418),
          change(14, 5, 12, "window", "gateway.rate_limit.rate", "2000", "5", "overrides", 2, {"gateway rate_limit"}, 417),
          change(14, 3, 2, "window", "orders.client.pricing.balancer", "p2c", "wrr", "overrides", 3, {"orders pricing"}, 416),
          change(14, 1, 7, "file", "cache.orders.ttl", "60s", "30s", "config/default.yaml", 4, {"orders cache"}, 415),
          change(13, 58, 20, "control", "db.orders.pool.max", "8", "16", "config/service.toml", 0, {"orders db"}, 414),
          change(13, 50, 0, "file", "gateway.rate_limit.rate", "1000", "2000", "config/service.toml", 1, {"gateway rate_limit"}, 413)};
}

}  // namespace panels::kit::story
