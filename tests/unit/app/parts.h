// What the tests of App stand on: a diary, a real server, a registrar that notes.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <thread>

#include "slipway/app/app.h"

namespace tests {

using namespace slipway;
using namespace slipway::app;

// What happened, in order, from every thread.
class Diary {
 public:
  void note(const std::string& what) {
    std::lock_guard lock(mutex_);
    text_ += text_.empty() ? what : " " + what;
  }
  std::string text() const {
    std::lock_guard lock(mutex_);
    return text_;
  }
  Hook hook(const std::string& what, Status status = {}) {
    return [this, what, status] {
      note(what);
      return status;
    };
  }

 private:
  mutable std::mutex mutex_;
  std::string text_;
};

// A real TCP server: it answers each connection with one byte and closes it.
class OneByteServer final : public transport::Server {
 public:
  explicit OneByteServer(Diary& diary, std::string name = "tcp", int port = 0)
      : diary_(diary), name_(std::move(name)), port_(port) {}
  ~OneByteServer() override { stop(); }
  std::string_view kind() const override { return name_; }
  Status start() override {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(socket_, 16) != 0) {
      close(socket_);
      socket_ = -1;
      return conflict("port " + std::to_string(port_) + " is taken", "PORT_IN_USE");
    }
    socklen_t size = sizeof address;
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
    diary_.note(name_ + ":start");
    return {};
  }
  transport::Endpoint endpoint() const override { return {"http", "127.0.0.1", port_}; }
  Status drain(Duration limit) override {
    diary_.note(name_ + ":drain");
    last_limit = limit;
    if (drain_blocks) {
      std::unique_lock lock(mutex_);
      cut_.wait_for(lock, limit, [&] { return stopped_; });
      return unavailable("1 call was cut", "CUT");
    }
    return {};
  }
  void stop() override {
    std::lock_guard whole(stopping_);  // who comes second returns when it has stopped, too
    {
      std::lock_guard lock(mutex_);
      if (stopped_) return;
      stopped_ = true;
    }
    cut_.notify_all();
    if (socket_ < 0) return;
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
    diary_.note(name_ + ":stop");
  }
  std::int64_t in_flight() const override { return 0; }
  int port() const { return port_; }
  bool drain_blocks = false;
  std::atomic<Duration> last_limit{};

 private:
  void serve() {
    for (;;) {
      const int peer = accept(socket_, nullptr, nullptr);
      if (peer < 0) return;
      (void)!write(peer, "x", 1);
      close(peer);
    }
  }
  Diary& diary_;
  std::string name_;
  int port_;
  int socket_ = -1;
  std::thread thread_;
  std::mutex mutex_, stopping_;
  std::condition_variable cut_;
  bool stopped_ = false;
};

inline bool answers(int port) {
  const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  char byte = 0;
  const bool ok =
      connect(s, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && read(s, &byte, 1) == 1;
  close(s);
  return ok;
}

class NotingRegistrar final : public registry::Registrar {
 public:
  explicit NotingRegistrar(Diary& diary) : diary_(diary) {}
  Status add(const registry::ServiceInstance& instance) override {
    diary_.note("add");
    added = instance;
    const auto& url = instance.endpoints.front();
    reachable_when_added = answers(std::stoi(url.substr(url.rfind(':') + 1)));
    return add_status;
  }
  Status remove(const std::string&) override {
    diary_.note("remove");
    if (remove_hangs) released.get_future().wait();
    return {};
  }
  registry::ServiceInstance added;
  bool reachable_when_added = false;
  bool remove_hangs = false;
  Status add_status;
  std::promise<void> released;

 private:
  Diary& diary_;
};

struct Fixture {
  Diary diary;
  std::shared_ptr<OneByteServer> server = std::make_shared<OneByteServer>(diary);
  std::shared_ptr<NotingRegistrar> registrar = std::make_shared<NotingRegistrar>(diary);
  Options options() {
    Options o;
    o.id = "orders-1";
    o.name = "orders";
    o.version = "1.2";
    o.metadata = {{"zone", "a"}};
    o.servers = {server};
    o.registrar = registrar;
    o.before_start = {diary.hook("before_start")};
    o.after_start = {diary.hook("after_start")};
    o.before_stop = {diary.hook("before_stop")};
    o.after_stop = {diary.hook("after_stop")};
    return o;
  }
};

}  // namespace tests
