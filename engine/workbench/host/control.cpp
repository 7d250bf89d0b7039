#include "workbench/host/control.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <list>
#include <mutex>
#include <thread>

#include "slipway/codec/codec.h"
#include "workbench/host/operations.h"

namespace workbench::host {

using slipway::Result;
using slipway::Value;

namespace {

constexpr std::size_t kLongestLine = 16u << 20;

// A Unix socket's path holds 107 bytes; deeper folders are reached through a short name of the same directory.
struct SocketPath {
  sockaddr_un address{};
  int directory = -1;
  explicit SocketPath(const std::string& folder) {
    address.sun_family = AF_UNIX;
    std::string path = folder + "/.slipway/control";
    if (path.size() >= sizeof(address.sun_path)) {
      directory = ::open((folder + "/.slipway").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
      path = "/proc/self/fd/" + std::to_string(directory) + "/control";
    }
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  }
  ~SocketPath() {
    if (directory >= 0) ::close(directory);
  }
};

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

struct ControlServer::Impl {
  int listener = -1;
  int wake = -1;
  std::string path;
  Handler handler;
  std::atomic<bool> stopping{false};
  std::thread acceptor;
  struct Connection {
    int fd;
    std::thread thread;
    std::atomic<bool> done{false};
  };
  std::mutex mutex;
  std::list<std::unique_ptr<Connection>> connections;

  void reap() {
    std::lock_guard lock(mutex);
    for (auto it = connections.begin(); it != connections.end();) {
      if ((*it)->done) {
        (*it)->thread.join();
        ::close((*it)->fd);
        it = connections.erase(it);
      } else {
        ++it;
      }
    }
  }

  void accept_loop() {
    while (!stopping) {
      pollfd fds[2] = {{listener, POLLIN, 0}, {wake, POLLIN, 0}};
      ::poll(fds, 2, 1000);
      reap();
      if (stopping || !(fds[0].revents & POLLIN)) continue;
      const int fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      ucred peer{};
      socklen_t size = sizeof peer;
      std::lock_guard lock(mutex);
      if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || (peer.uid != ::geteuid() && peer.uid != 0) || connections.size() >= 32) {
        ::close(fd);
        continue;
      }
      connections.push_back(std::make_unique<Connection>());
      Connection* c = connections.back().get();
      c->fd = fd;
      c->thread = std::thread([this, c] {
        serve(c->fd);
        ::shutdown(c->fd, SHUT_RDWR);
        c->done = true;
      });
    }
  }

  void serve(int fd) {
    std::string buffer;
    char chunk[16384];
    while (!stopping) {
      const ssize_t n = ::recv(fd, chunk, sizeof chunk, 0);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return;
      buffer.append(chunk, static_cast<std::size_t>(n));
      if (buffer.size() > kLongestLine) return;
      for (std::size_t end; (end = buffer.find('\n')) != std::string::npos;) {
        const std::string reply = answer(std::string_view(buffer).substr(0, end)) + "\n";
        buffer.erase(0, end + 1);
        if (!send_all(fd, reply)) return;
      }
    }
  }

  std::string answer(std::string_view line) {
    auto request = slipway::codec::parse_json(line);
    Value reply;
    if (!request.ok()) {
      reply["error"] = error_value(request.error());
    } else {
      try {
        auto result = handler((*request)["op"].to_text(), (*request)["arguments"]);
        if (result.ok())
          reply["result"] = std::move(*result);
        else
          reply["error"] = error_value(result.error());
      } catch (const std::exception& e) {
        reply["error"] = error_value(slipway::internal_error(std::string("the host failed: ") + e.what()));
      }
    }
    return as_line(reply);
  }

  static std::string as_line(const Value& reply) {
    try {
      return slipway::codec::to_json(reply);
    } catch (const std::exception& e) {
      return slipway::codec::to_json(Value::object({{"error", error_value(slipway::internal_error(std::string("the answer is not text: ") + e.what()))}}));
    }
  }
};

ControlServer::ControlServer() : impl_(std::make_unique<Impl>()) {}

Result<std::unique_ptr<ControlServer>> ControlServer::listen(const std::string& folder, Handler handler) {
  std::unique_ptr<ControlServer> server(new ControlServer());
  Impl& i = *server->impl_;
  i.path = folder + "/.slipway/control";
  i.handler = std::move(handler);
  ::unlink(i.path.c_str());
  SocketPath where(folder);
  i.listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  i.wake = ::eventfd(0, EFD_CLOEXEC);
  // On Linux the socket's own mode, set before it is bound, is that of its file: nobody else can connect at any moment.
  const int bound = ::fchmod(i.listener, 0600) != 0 ? -1 : ::bind(i.listener, reinterpret_cast<const sockaddr*>(&where.address), sizeof where.address);
  if (bound != 0 || ::listen(i.listener, 16) != 0)
    return slipway::unavailable("the control socket " + i.path + " cannot be made: " + std::strerror(errno), "CONTROL_SOCKET");
  i.acceptor = std::thread([&i] { i.accept_loop(); });
  return server;
}

ControlServer::~ControlServer() {
  Impl& i = *impl_;
  i.stopping = true;
  if (i.acceptor.joinable()) {
    const std::uint64_t one = 1;
    [[maybe_unused]] auto n = ::write(i.wake, &one, sizeof one);
    i.acceptor.join();
    ::unlink(i.path.c_str());
  }
  {
    std::lock_guard lock(i.mutex);
    for (auto& c : i.connections) ::shutdown(c->fd, SHUT_RDWR);
  }
  for (auto& c : i.connections) {
    c->thread.join();
    ::close(c->fd);
  }
  if (i.listener >= 0) ::close(i.listener);
  if (i.wake >= 0) ::close(i.wake);
}

Result<std::unique_ptr<ControlClient>> ControlClient::connect(const std::string& folder) {
  SocketPath where(std::filesystem::absolute(folder).string());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&where.address), sizeof where.address) != 0) {
    ::close(fd);
    return slipway::not_found("nothing serves the workspace " + folder, "NO_HOST");
  }
  return std::unique_ptr<ControlClient>(new ControlClient(fd));
}

ControlClient::~ControlClient() { ::close(fd_); }

Result<Value> ControlClient::call(std::string_view op, const Value& arguments, slipway::Duration limit) {
  const std::string line = slipway::codec::to_json(Value::object({{"op", Value(op)}, {"arguments", arguments}})) + "\n";
  if (!send_all(fd_, line)) return slipway::unavailable("the host went away", "HOST_GONE");
  const auto until = std::chrono::steady_clock::now() + limit;
  char chunk[16384];
  for (;;) {
    if (const auto end = buffer_.find('\n'); end != std::string::npos) {
      auto reply = slipway::codec::parse_json(std::string_view(buffer_).substr(0, end));
      buffer_.erase(0, end + 1);
      if (!reply.ok()) return reply.error();
      if ((*reply)["error"].is_map()) return error_of((*reply)["error"]);
      return Value((*reply)["result"]);
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    pollfd p{fd_, POLLIN, 0};
    if (left <= 0 || ::poll(&p, 1, static_cast<int>(left)) == 0) return slipway::deadline_exceeded("the host did not answer '" + std::string(op) + "' in time");
    const ssize_t n = ::recv(fd_, chunk, sizeof chunk, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return slipway::unavailable("the host went away while it was asked '" + std::string(op) + "'", "HOST_GONE");
    buffer_.append(chunk, static_cast<std::size_t>(n));
  }
}

}  // namespace workbench::host
