// RawClient: a blocking socket that says exactly what a test wants said, and waits at most a few seconds for answers.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <string_view>

namespace tests {

class RawClient {
 public:
  explicit RawClient(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // what is said in parts leaves in parts
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { hang_up(); }
  RawClient(const RawClient&) = delete;
  bool connected() const { return connected_; }
  bool say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  void half_close() { shutdown(fd_, SHUT_WR); }
  void hang_up() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  void reset_hard() {
    const linger hard{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    hang_up();
  }
  // One whole reply with a Content-Length (or none); empty when the peer closed first.
  std::string reply(bool head_only = false) {
    for (;;) {
      const auto end = in_.find("\r\n\r\n");
      if (end != std::string::npos) {
        std::size_t size = end + 4;
        const auto at = in_.find("Content-Length: ");
        if (!head_only && at < end) size += std::stoul(in_.substr(at + 16));
        if (in_.size() >= size) {
          std::string one = in_.substr(0, size);
          in_.erase(0, size);
          return one;
        }
      }
      if (!more()) return {};
    }
  }
  // After a reply() that came to nothing: whether some of it had come.
  bool half_a_reply() const { return !in_.empty(); }
  // Whether something (or the end) comes within that time.
  bool answers_within(int ms) {
    pollfd p{fd_, POLLIN, 0};
    return poll(&p, 1, ms) > 0;
  }
  // Everything until the peer closes.
  std::string rest() {
    while (more()) {
    }
    return std::exchange(in_, {});
  }
  // Whether the peer closed (or reset) the connection, after what it may still have sent.
  bool closed() {
    while (more()) {
    }
    return ended_;
  }

 private:
  bool more() {
    constexpr int kPatienceMs = 20'000;
    pollfd p{fd_, POLLIN, 0};
    if (ended_ || poll(&p, 1, kPatienceMs) <= 0) return false;
    char buffer[16 * 1024];
    const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) ended_ = true;
    if (n > 0) in_.append(buffer, static_cast<std::size_t>(n));
    return n > 0;
  }
  int fd_;
  bool connected_ = false, ended_ = false;
  std::string in_;
};

inline int status_of(const std::string& reply) { return reply.size() > 12 ? std::stoi(reply.substr(9, 3)) : 0; }
inline std::string body_of(const std::string& reply) {
  const auto end = reply.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : reply.substr(end + 4);
}

}  // namespace tests
