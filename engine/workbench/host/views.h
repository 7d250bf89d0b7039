// Views: what the host shows of itself. Plain values, each made whole under no lock of the services.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "slipway/base/value.h"
#include "slipway/base/time.h"
#include "slipway/telemetry/log.h"
#include "workbench/recorder/recorder.h"

namespace workbench::host {

enum class ServiceState { Stopped, Starting, Running, Draining, Failed };

struct MiddlewareView {
  std::string name;        // "rate_limit"
  std::string describe;    // "2 000/s, burst 50"
  bool on = true;
  std::vector<std::string> config_keys;  // "gateway.rate_limit.rate"
};

// One row of the Services table: one server of one instance.
struct ServiceRow {
  std::string service;     // "pricing"
  std::string instance;    // "pricing-3"
  ServiceState state = ServiceState::Stopped;
  std::string kind;        // "HTTP" | "gRPC"
  std::string address;     // "127.0.0.1:8103"
  std::string url;         // "http://127.0.0.1:8103"
  slipway::Duration uptime{};
  recorder::ServiceRate rate;
  std::vector<MiddlewareView> middleware;
  bool slow = false;       // carries a per-instance override that slows it
  std::string design;      // "singleton" | "injected"
  // Failed: why, and the way out.
  std::string error;
  int holder_pid = 0;      // the process that has the port
  std::string holder_name;
  int next_free_port = 0;
};

struct RouteView {
  std::string method, path;            // "POST" "/orders"; gRPC: method "gRPC", path "/inventory.v1.Inventory/Reserve"
  std::vector<std::string> behaviours; // "validate", "call inventory", "sql", one per step
  std::string yaml;                    // as written
  std::string file;
  int line = 0;
};

struct InstanceView {   // a lazy singleton or a node of the injected graph
  std::string type, name;   // "db", "default"
  std::string scope;        // "singleton" | "injected"
  bool created = false;
  std::int64_t created_wall_ns = 0;
  std::int64_t creation_ns = 0;
  int order = 0;
  std::vector<std::string> depends_on;
};

struct ServiceDetail {
  std::string service;
  std::string file;         // "services/orders.yaml"
  std::vector<RouteView> routes;
  std::vector<MiddlewareView> middleware;
  std::vector<recorder::StepCost> costs;
  std::vector<InstanceView> instances;
  std::vector<std::pair<std::string, std::string>> config;   // keys in use, effective values
  std::vector<recorder::Event> last_errors;
  std::shared_ptr<const std::string> openapi;   // its OpenAPI document as YAML; null: no HTTP routes
};

enum class ConfigType { Bool, Int, Float, String, Duration, Size, Enum, List, Secret, Url };

struct ConfigCell {          // one layer's value of one key
  bool remote = false;       // the layer is on a server
  std::string layer;         // "defaults", "config/default.yaml", "env", "command line", "overrides"
  bool present = false;
  bool wins = false;
  std::string text;          // as effective text (secret: masked)
  std::string raw;           // as written, with templates
  std::string place;         // "config/default.yaml:14:3", "SLIPWAY_ORDERS__HTTP__TIMEOUT", ""
};

struct ConfigRow {
  std::string key;           // "gateway.rate_limit.rate"
  std::string text;          // effective
  std::string layer;         // winner
  ConfigType type = ConfigType::String;
  std::string unit, doc;
  bool live = true;          // else needs a restart
  bool known = true;         // has a schema
  bool secret = false;
  std::vector<std::string> choices;   // Enum
  std::vector<ConfigCell> cells;      // lowest layer first
  std::vector<std::string> readers;   // "gateway rate_limit"
};

// Rows that tables share: a row that did not change from one table to the next is the same object, so that a change among
// 10 000 keys costs the rows it touched. Reads like a const vector of rows.
class ConfigRows {
 public:
  using Shared = std::shared_ptr<const ConfigRow>;
  class iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = ConfigRow;
    using difference_type = std::ptrdiff_t;
    using pointer = const ConfigRow*;
    using reference = const ConfigRow&;
    iterator() = default;
    explicit iterator(const Shared* at) : at_(at) {}
    reference operator*() const { return **at_; }
    pointer operator->() const { return at_->get(); }
    reference operator[](difference_type n) const { return *at_[n]; }
    iterator& operator++() { return ++at_, *this; }
    iterator operator++(int) { return iterator(at_++); }
    iterator& operator--() { return --at_, *this; }
    iterator operator--(int) { return iterator(at_--); }
    iterator& operator+=(difference_type n) { return at_ += n, *this; }
    iterator& operator-=(difference_type n) { return at_ -= n, *this; }
    friend iterator operator+(iterator i, difference_type n) { return i += n; }
    friend iterator operator+(difference_type n, iterator i) { return i += n; }
    friend iterator operator-(iterator i, difference_type n) { return i -= n; }
    friend difference_type operator-(iterator a, iterator b) { return a.at_ - b.at_; }
    friend auto operator<=>(iterator a, iterator b) = default;

   private:
    const Shared* at_ = nullptr;
  };
  using const_iterator = iterator;
  using value_type = ConfigRow;

  ConfigRows() = default;
  ConfigRows(std::initializer_list<ConfigRow> rows) {
    for (const auto& row : rows) push_back(row);
  }
  void push_back(ConfigRow row) { rows_.push_back(std::make_shared<const ConfigRow>(std::move(row))); }
  void push_back(Shared row) { rows_.push_back(std::move(row)); }
  void replace(std::size_t i, ConfigRow row) { rows_[i] = std::make_shared<const ConfigRow>(std::move(row)); }
  void reserve(std::size_t n) { rows_.reserve(n); }
  void clear() { rows_.clear(); }
  std::size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }
  const ConfigRow& operator[](std::size_t i) const { return *rows_[i]; }
  const ConfigRow& front() const { return *rows_.front(); }
  const ConfigRow& back() const { return *rows_.back(); }
  iterator begin() const { return iterator(rows_.data()); }
  iterator end() const { return iterator(rows_.data() + rows_.size()); }
  const Shared& shared(std::size_t i) const { return rows_[i]; }
  friend bool operator==(const ConfigRows& a, const ConfigRows& b) { return a.rows_ == b.rows_; }  // the same objects

 private:
  std::vector<Shared> rows_;
};

struct ConfigChange {        // one entry of the timeline
  std::uint64_t version = 0;
  std::int64_t wall_ns = 0;
  std::string who;           // "window", "command line", "file"
  std::string key;
  std::string before, after; // "" with had_before/has_after false = absent
  bool had_before = false, has_after = false;
  std::string source;        // layer or file
  std::int64_t applied_ns = 0;  // from publish until the last reader applied it
  std::vector<std::string> applied_by;
  std::vector<std::string> refused_by;  // readers that could not apply it, each with why: "log: …"
};

struct ConfigTable {
  std::uint64_t version = 0;
  std::vector<std::string> layers;     // lowest first
  std::vector<std::string> remote;     // those of them that are on servers
  ConfigRows rows;                     // sorted by key
  std::vector<std::string> problems;   // last rejected documents: "config/service.toml:14:3: ..."
};

// The newest lines of all loggers.
struct LogTail {
  std::uint64_t total = 0;      // written since the host opened; what `lines` does not hold was dropped
  std::shared_ptr<const std::vector<slipway::telemetry::LogLine>> lines;   // newest first; null: none yet
  std::uint64_t dropped() const { return lines ? total - lines->size() : 0; }
};

struct BalancedNode {
  std::string id, address;
  int weight = 10;
  std::int64_t added_latency_ns = 0;
  double failure_percent = 0;
  bool healthy = true;
  std::int64_t in_flight = 0;
  std::uint64_t picks = 0, failures = 0;
  double share = 0, expected_share = 0;   // of the last second's picks; by weight
  std::int64_t p99_ns = 0;
  std::vector<float> share_history;       // one per second, oldest first, at most 60
};

struct BalancedTarget {         // one client's view of one service
  std::string client;           // "orders"
  std::string target;           // "pricing"
  std::string balancer;         // "wrr"
  std::string balancer_key;     // config key that switches it
  std::vector<BalancedNode> nodes;
  struct Decision {
    std::int64_t wall_ns;
    std::string picked, why;
    std::vector<std::pair<std::string, double>> candidates;
  };
  std::vector<Decision> decisions;  // the last 20, newest first; filled while somebody looks
};

struct Edge {                   // of the topology graph
  std::string from, to;
  double requests_per_s = 0, errors_per_s = 0;
};

struct Totals {                 // the status bar
  int running = 0, services = 0;   // instances
  double requests_per_s = 0, errors_per_s = 0;
  std::int64_t p99_ns = 0;      // at the entry service
  std::string entry_service;
  recorder::Counts recorder;
  std::uint64_t rss_bytes = 0;
};

}  // namespace workbench::host
