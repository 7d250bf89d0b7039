// TinyServer: an HTTP server that misbehaves on request. One thread, so a stall holds up everybody, as in the closed form.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace tiny {

inline const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

struct Answer {
  std::string bytes = kOk;
  bool close = false;                  // after the bytes
  std::chrono::milliseconds stall{0};  // before them, holding up every connection
  bool die = false;                    // closes the listener and all connections, with a reset, without these bytes
};

class TinyServer {
 public:
  using Handler = std::function<Answer(std::uint64_t index, std::string_view request)>;
  explicit TinyServer(Handler handler = [](auto, auto) { return Answer(); }) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&a), sizeof a);
    ::listen(listener_, 512);
    socklen_t size = sizeof a;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&a), &size);
    port_ = ntohs(a.sin_port);
    if (::pipe(wake_) != 0) std::abort();
    thread_ = std::thread([this] { run(); });
  }
  ~TinyServer() {
    stopping_ = true;
    (void)!::write(wake_[1], "x", 1);
    thread_.join();
    ::close(wake_[0]);
    ::close(wake_[1]);
  }

  int port() const { return port_; }
  std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  std::uint64_t requests() const { return requests_; }
  std::uint64_t connections() const { return connections_; }
  std::vector<std::string> heads() const {
    std::lock_guard lock(mutex_);
    return heads_;
  }
  std::chrono::nanoseconds stalled() const { return std::chrono::nanoseconds(stalled_ns_); }

 private:
  void run() {
    std::map<int, std::string> open;
    while (!stopping_) {
      std::vector<pollfd> fds{{wake_[0], POLLIN, 0}};
      if (listener_ >= 0) fds.push_back({listener_, POLLIN, 0});
      for (const auto& [fd, in] : open) fds.push_back({fd, POLLIN, 0});
      ::poll(fds.data(), fds.size(), -1);
      for (std::size_t i = 1; i < fds.size(); ++i) {
        if (!fds[i].revents) continue;
        if (fds[i].fd == listener_)
          accept_all(open);
        else if (open.count(fds[i].fd) && !serve(fds[i].fd, open[fds[i].fd]))
          ::close(fds[i].fd), open.erase(fds[i].fd);
        if (dead_) {
          for (const auto& [fd, in] : open) {
            const linger reset{1, 0};
            ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            ::close(fd);
          }
          open.clear();
          ::close(listener_);
          listener_ = -1;
          dead_ = false;
          break;
        }
      }
    }
    for (const auto& [fd, in] : open) ::close(fd);
    if (listener_ >= 0) ::close(listener_);
  }

  void accept_all(std::map<int, std::string>& open) {
    while (true) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd < 0) return;
      const int one = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      ++connections_;
      open[fd];
    }
  }

  // False when the connection ends.
  bool serve(int fd, std::string& in) {
    char buffer[4096];
    const ssize_t n = ::recv(fd, buffer, sizeof buffer, 0);
    if (n <= 0) return n < 0 && errno == EAGAIN;
    in.append(buffer, static_cast<std::size_t>(n));
    while (true) {
      const auto end = in.find("\r\n\r\n");
      if (end == std::string::npos) return true;
      std::size_t length = 0;
      if (const auto at = in.find("Content-Length: "); at < end) length = std::stoul(in.substr(at + 16));
      if (in.size() < end + 4 + length) return true;
      const std::string request = in.substr(0, end + 4 + length);
      in.erase(0, request.size());
      {
        std::lock_guard lock(mutex_);
        heads_.push_back(request);
      }
      const Answer answer = handler_(requests_++, request);
      if (answer.stall.count() > 0) {
        const auto began = std::chrono::steady_clock::now();
        std::this_thread::sleep_for(answer.stall);
        stalled_ns_ += (std::chrono::steady_clock::now() - began).count();
      }
      if (answer.die) {
        dead_ = true;
        return true;
      }
      if (!answer.bytes.empty()) (void)::send(fd, answer.bytes.data(), answer.bytes.size(), MSG_NOSIGNAL);
      if (answer.close) return false;
    }
  }

  Handler handler_;
  int listener_ = -1, port_ = 0, wake_[2];
  std::atomic<bool> stopping_{false};
  bool dead_ = false;
  std::atomic<std::uint64_t> requests_{0}, connections_{0};
  std::atomic<std::int64_t> stalled_ns_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> heads_;
  std::thread thread_;
};

}  // namespace tiny
