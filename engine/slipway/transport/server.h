// Server: what HTTP and gRPC servers share, and what App runs. Workers: the process's event loops.
//
// Life: start (binds; after it returns ok the endpoint accepts) -> ready -> drain (accepts until the backlog is empty,
// answers with Connection: close) -> stop (bounded). Each call is idempotent and thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "slipway/base/executor.h"
#include "slipway/base/result.h"
#include "slipway/base/time.h"

namespace slipway::transport {

struct Endpoint {
  std::string scheme;   // "http" | "grpc"
  std::string host;     // as bound
  int port = 0;         // the real one when 0 was asked for
  std::string url() const { return scheme + "://" + host + ":" + std::to_string(port); }
};

class Server {
 public:
  virtual ~Server() = default;
  virtual std::string_view kind() const = 0;  // "http" | "grpc"
  // Binds and listens. A taken port is CONFLICT / PORT_IN_USE and names the process that holds it (pid, name).
  virtual Status start() = 0;
  virtual Endpoint endpoint() const = 0;
  // Stops accepting once the backlog is empty, lets calls in flight end, closes idle connections; returns when all is
  // done or `limit` has passed (then the rest is cut and the Status says how many).
  virtual Status drain(Duration limit) = 0;
  // At once. Also called by the destructor.
  virtual void stop() = 0;
  virtual std::int64_t in_flight() const = 0;
};

// The process that holds a TCP port on loopback, read from /proc; pid 0 when it cannot be seen.
struct PortHolder {
  int pid = 0;
  std::string name;
};
PortHolder who_holds_port(int port);
// The next free loopback port at or after `from`.
Result<int> next_free_port(int from);

// One thread and one event loop (io_context(1)) each, shared by every server and client of the process, plus a bounded
// pool for blocking work. Asio stays behind it: workers_asio.h gives the io_context to http and grpc.
class Workers {
 public:
  struct Options {
    int count = 0;               // 0 = number of cores
    int blocking_threads = 16;
    std::vector<int> pin_to;     // cpu per worker; empty = not pinned
  };
  explicit Workers(Options options);
  ~Workers();  // stops and joins
  Workers(const Workers&) = delete;
  std::size_t count() const;
  Executor& executor(std::size_t worker);
  // Runs `work` on the blocking pool; UNAVAILABLE when its queue (1 024) is full.
  Status run_blocking(std::function<void()> work);
  void stop();
  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace slipway::transport
