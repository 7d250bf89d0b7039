#include "workbench/traffic/send.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "slipway/codec/codec.h"
#include "slipway/context/headers.h"
#include "slipway/grpc/client.h"
#include "slipway/grpc/status.h"
#include "workbench/traffic/assertions.h"
#include "workbench/traffic/generator.h"
#include "workbench/traffic/reply_parser.h"
#include "workbench/traffic/request_bytes.h"

namespace workbench::traffic {
namespace {

class Socket {
 public:
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  void open(int family) { fd_ = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }
  int fd() const { return fd_; }
  // True when ready before the deadline (steady ns).
  bool wait(short events, std::int64_t deadline) const {
    pollfd p{fd_, events, 0};
    while (true) {
      const std::int64_t left = deadline - steady_now_ns();
      if (left <= 0) return false;
      const int n = ::poll(&p, 1, static_cast<int>(left / 1'000'000) + 1);
      if (n > 0) return true;
      if (n < 0 && errno != EINTR) return false;
    }
  }

 private:
  int fd_ = -1;
};

// Empty when connected, else why not.
std::string connect(Socket& s, const Target& target, const Address& address, std::int64_t deadline) {
  const auto failed = [&](int why) {
    std::string text = "connecting to " + target.authority() + ": " + std::strerror(why);
    return why == ECONNREFUSED ? text + "; is the service running?" : text;
  };
  s.open(address.family);
  if (s.fd() < 0) return failed(errno);
  const int one = 1;
  ::setsockopt(s.fd(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (::connect(s.fd(), reinterpret_cast<const sockaddr*>(address.bytes), address.size) == 0) return {};
  if (errno != EINPROGRESS) return failed(errno);
  if (!s.wait(POLLOUT, deadline)) return failed(ETIMEDOUT);
  int why = 0;
  socklen_t size = sizeof why;
  ::getsockopt(s.fd(), SOL_SOCKET, SO_ERROR, &why, &size);
  return why == 0 ? std::string() : failed(why);
}

std::string write_all(Socket& s, std::string_view bytes, std::int64_t deadline) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(s.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      if (!s.wait(POLLOUT | POLLIN, deadline)) return "sending the request: timed out";
      pollfd p{s.fd(), POLLIN, 0};  // an early reply (413, 401) ends the sending
      if (::poll(&p, 1, 0) > 0 && !(p.revents & POLLOUT)) return {};
    } else if (errno != EINTR) {
      return errno == EPIPE || errno == ECONNRESET ? std::string()  // the reply, if any, says why
                                                   : std::string("sending the request: ") + std::strerror(errno);
    }
  }
  return {};
}

std::string read_reply(Socket& s, ReplyParser& parser, Exchange& e, std::int64_t began, std::int64_t deadline) {
  char buffer[16 << 10];
  while (!parser.done()) {
    const ssize_t n = ::recv(s.fd(), buffer, sizeof buffer, 0);
    if (n > 0) {
      if (e.first_byte_ns == 0) e.first_byte_ns = steady_now_ns() - began;
      parser.feed(buffer, static_cast<std::size_t>(n));
      if (parser.failed()) return std::string("the reply is not valid HTTP: ") + parser.problem();
    } else if (n == 0) {
      if (parser.finish()) return {};
      return parser.started() ? "the peer closed in the middle of the reply" : "the peer closed without a reply";
    } else if (errno == EAGAIN) {
      if (!s.wait(POLLIN, deadline)) return "no whole reply within the timeout";
    } else if (errno != EINTR) {
      return std::string("reading the reply: ") + std::strerror(errno);
    }
  }
  return {};
}

void send_http(const Target& target, const Address& address, const RequestBytes& bytes, Exchange& e, std::int64_t began,
               std::int64_t deadline) {
  Socket s;
  if (e.error = connect(s, target, address, deadline); !e.error.empty()) return;
  e.connect_ns = steady_now_ns() - began;
  if (e.error = write_all(s, bytes.bytes, deadline); !e.error.empty()) return;
  ReplyParser parser;
  ReplyParser::Capture capture;
  parser.begin(bytes.head, &capture);
  e.error = read_reply(s, parser, e, began, deadline);
  e.status = parser.status();
  e.reason = std::move(capture.reason);
  e.headers = std::move(capture.headers);
  e.body = std::move(capture.body);
  if (capture.truncated) e.error = "the body is larger than 16 MiB; the rest was not kept";
}

void send_grpc(const SavedRequest& request, const Target& target, const SendOptions& options, Exchange& e,
               const slipway::TraceId& trace, slipway::SpanId span) {
  if (!options.protos) {
    e.error = "gRPC needs .proto files: put them into protos/ of the workspace";
    return;
  }
  auto method = options.protos->require(target.path);
  auto body = slipway::codec::parse_json(request.body.empty() ? "{}" : request.body);
  if (!method || !body) {
    e.error = !method ? method.error().message() : "the body is not JSON: " + body.error().to_string();
    return;
  }
  slipway::grpc::ClientOptions client_options;
  client_options.target = target.authority();
  client_options.timeout = options.timeout;
  auto client = slipway::grpc::Client::create(options.protos, client_options);
  if (!client) {
    e.error = client.error().message();
    return;
  }
  slipway::context::Headers headers;
  for (const auto& [name, value] : request.headers) {
    if (slipway::context::same_name(name, "content-type")) continue;  // gRPC's own
    if (auto set = headers.add(name, value); !set) {
      e.error = set.error().message();
      return;
    }
    e.sent_headers.emplace_back(name, value);
  }
  (void)headers.set("x-slipway-keep", "1");
  slipway::context::TraceIdentity identity{trace, span, true};
  e.sent_headers.emplace_back("traceparent", identity.traceparent());
  e.sent_headers.emplace_back("x-slipway-keep", "1");
  slipway::context::Context context;
  context.set_trace(identity);
  auto exchange = (*client)->exchange_blocking(context, (*method)->path, *body, headers);
  if (!exchange.answered) {
    e.error = exchange.status.ok() ? "no reply" : exchange.status.error().message();
    return;
  }
  for (const auto* some : {&exchange.reply.headers, &exchange.reply.trailers})
    for (const auto& [name, value] : *some) e.headers.emplace_back(name, value);
  e.headers.emplace_back("grpc-status", std::to_string(exchange.grpc_code));
  e.reason = slipway::grpc_code_name(exchange.grpc_code);
  if (exchange.status.ok()) {
    e.status = 200;
    e.body = slipway::codec::to_json(exchange.reply.body);
  } else {
    e.status = exchange.status.error().http_status();
    e.body = exchange.status.error().to_json();
  }
}

}  // namespace

Exchange send(const SavedRequest& request, const SendOptions& options) {
  Exchange e;
  e.request = request;
  e.url = request.url;
  e.sent_body = request.body;
  e.started_wall_ns = slipway::Clock::system().wall().time_since_epoch().count();
  auto& ids = options.ids ? *options.ids : slipway::Ids::system();
  const auto trace = ids.trace_id();
  const auto span = ids.span_id();
  e.trace_id = trace.hex();

  const auto target = parse_target(request.url);
  const auto address = target ? resolve(*target, options.allow_remote) : slipway::Result<Address>(target.error());
  if (!address) {
    e.error = address.error().message();
    e.assertions = check_all(request.assertions, e);
    return e;
  }
  const std::int64_t began = steady_now_ns();
  if (request.method == "GRPC" || target->scheme == "grpc") {
    send_grpc(request, *target, options, e, trace, span);
  } else if (auto bytes = request_bytes(request, *target, {{"x-slipway-keep", "1"}}); !bytes) {
    e.error = bytes.error().message();
  } else {
    bytes->set_trace(trace, span, true);
    for (auto& [name, value] : bytes->headers) {
      if (name == "traceparent" && bytes->trace_at != std::string::npos) value = bytes->bytes.substr(bytes->trace_at, 55);
      if (slipway::context::same_name(name, "traceparent") && value.size() >= 35) e.trace_id = value.substr(3, 32);
    }
    e.sent_headers = bytes->headers;
    send_http(*target, *address, *bytes, e, began, began + options.timeout.count());
  }
  e.total_ns = steady_now_ns() - began;
  e.assertions = check_all(request.assertions, e);
  return e;
}

}  // namespace workbench::traffic
