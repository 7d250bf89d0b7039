// Etcd: a real server on free loopback ports, with its data in a folder of its own; it can be stopped and run again.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "slipway/adapters/http_exchange.h"
#include "slipway/base/base64.h"
#include "slipway/codec/codec.h"
#include "tests/support/folder.h"
#include "tests/support/free_port.h"
#include "tests/support/process.h"

namespace tests {

class Etcd {
 public:
  Etcd() : url_("http://127.0.0.1:" + std::to_string(free_port())), peer_("http://127.0.0.1:" + std::to_string(free_port())) { run(); }

  const std::string& url() const { return url_; }
  void run() {
    process_ = std::make_unique<Process>(std::vector<std::string>{"etcd", "--data-dir", folder_ / "data", "--listen-client-urls", url_, "--advertise-client-urls", url_, "--listen-peer-urls", peer_,
                                                                  "--initial-advertise-peer-urls", peer_, "--initial-cluster", "default=" + peer_, "--logger", "zap"});
    EXPECT_TRUE(process_->says("serving client traffic insecurely")) << process_->err();
  }
  void stop() {
    process_->signal(SIGTERM);
    process_->wait();
  }
  void put(const std::string& key, const std::string& value) const { call("/v3/kv/put", slipway::Value::object({{"key", slipway::base64(key)}, {"value", slipway::base64(value)}})); }
  void remove(const std::string& key) const { call("/v3/kv/deleterange", slipway::Value::object({{"key", slipway::base64(key)}})); }
  std::string get(const std::string& key) const {
    const slipway::Value root = call("/v3/kv/range", slipway::Value::object({{"key", slipway::base64(key)}}));
    const slipway::Value* value = root.at_path("kvs.0.value");
    return value ? slipway::from_base64(value->as_string()).value_or("?") : "";
  }
  // The answer, parsed.
  slipway::Value call(const std::string& path, const slipway::Value& body) const {
    slipway::adapters::HttpExchange exchange(url_);
    auto reply = exchange.send({.method = "POST", .target = path, .body = slipway::codec::to_json(body)});
    if (!reply.ok()) {
      ADD_FAILURE() << reply.error().to_string();
      return {};
    }
    EXPECT_EQ(reply->status, 200) << reply->body;
    auto root = slipway::codec::parse_json(reply->body);
    return root.ok() ? *root : slipway::Value();
  }

 private:
  Folder folder_;
  std::string url_, peer_;
  std::unique_ptr<Process> process_;
};

}  // namespace tests
