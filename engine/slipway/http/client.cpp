#include "slipway/http/client.h"

#include <netdb.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>

#include "slipway/context/handover.h"
#include "slipway/http/client_pool.h"
#include "slipway/http/target.h"
#include "slipway/http/url.h"
#include "slipway/telemetry/call_trace.h"
#include "slipway/transport/workers_asio.h"

namespace slipway::http {
namespace asio = boost::asio;
namespace {

constexpr int kAttempts = 2;
constexpr Duration kBlockingSlack = std::chrono::seconds(10);  // past the deadline, before send_blocking gives up on its worker

bool is_idempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

bool is_ours(std::string_view name) {
  for (const std::string_view own : {"host", "content-length", "transfer-encoding", "connection", "traceparent"})
    if (context::same_name(name, own)) return true;
  return false;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

constexpr std::string_view kGlobal = "x-md-global-";

// The request as bytes. Header values were checked when they were set; content_type is checked here.
Result<std::string> compose(const context::Context& context, const ClientRequest& request, const Url& url, const std::string& authority,
                            const context::TraceIdentity& identity) {
  if (!is_token(request.method)) return bad_request("\"" + request.method + "\" is not a method", "METHOD_INVALID");
  if (request.content_type.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
    return bad_request("the content type holds a line break", "HEADER_INVALID");
  std::string out;
  out.reserve(256 + request.body.size());
  out += request.method;
  out += ' ';
  out += url.target;
  out += " HTTP/1.1\r\n";
  const std::string_view host = request.headers.get("host");
  append_field(out, "Host", host.empty() ? std::string_view(authority) : host);
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
    if (!request.body.empty() && !request.headers.contains("content-type"))
      append_field(out, "Content-Type", request.content_type.empty() ? "application/json" : request.content_type);
    append_field(out, "Content-Length", std::to_string(request.body.size()));
  }
  if (identity.valid()) {
    append_field(out, "traceparent", identity.traceparent());
  } else if (request.headers.contains("traceparent")) {
    append_field(out, "traceparent", request.headers.get("traceparent"));
  }
  for (const auto& [name, value] : request.headers)
    if (!is_ours(name)) append_field(out, name, value);
  if (const auto* metadata = context.all_metadata())
    for (const auto& [name, value] : *metadata)
      if (name.size() > kGlobal.size() && context::same_name(std::string_view(name).substr(0, kGlobal.size()), kGlobal) &&
          !request.headers.contains(name))
        append_field(out, name, value);
  out += "\r\n";
  out += request.body;
  return out;
}

Result<asio::ip::tcp::endpoint> look_up(const std::string& host, int port) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error != 0 || !found) return unavailable("cannot resolve " + host + ": " + gai_strerror(error), "NAME_UNKNOWN");
  asio::ip::tcp::endpoint endpoint;
  std::memcpy(endpoint.data(), found->ai_addr, found->ai_addrlen);
  endpoint.resize(found->ai_addrlen);
  endpoint.port(static_cast<unsigned short>(port));
  freeaddrinfo(found);
  return endpoint;
}

// Cancels an exchange when its context is cancelled, from whatever thread that happens on.
class CancelLink {
 public:
  CancelLink(const context::Context& context, Executor* home, const std::shared_ptr<ClientConnection>& connection)
      : cancellation_(context.cancellation()) {
    if (!cancellation_) return;
    id_ = cancellation_->on_cancel([home, weak = std::weak_ptr(connection), turn = connection->exchanges()] {
      home->post([weak, turn] {
        if (const auto c = weak.lock(); c && c->exchanges() <= turn + 1) c->cut(ClientConnection::Cut::Cancelled);
      });
    });
  }
  ~CancelLink() {
    if (cancellation_) cancellation_->remove(id_);
  }
  CancelLink(const CancelLink&) = delete;

 private:
  std::shared_ptr<context::Cancellation> cancellation_;
  std::uint64_t id_ = 0;
};

// The Client span of a request in its caller's trace; nothing when that records nothing.
class ClientSpan {
 public:
  ClientSpan(const context::Context& context, const std::string& name) : trace_(context.call_trace()), identity_(context.trace()) {
    if (trace_ && !trace_->active()) trace_ = nullptr;
    if (!trace_) return;
    index_ = trace_->open_concurrent(telemetry::intern(name), telemetry::SpanKind::Client);
    identity_ = trace_->identity();
    identity_.span = trace_->span(index_).id;
  }
  const context::TraceIdentity& identity() const { return identity_; }
  void end(const Result<ClientResponse>& result, const std::string& balancer) {
    if (!trace_) return;
    const bool failed = !result.ok() || result->status >= 500;
    if (trace_->detailed() || failed) {
      if (!result.ok()) {
        note("error", result.error().reason());
      } else {
        note("http.status", std::to_string(result->status));
        note("peer", result->address);
        if (!result->node.empty()) note("node", result->node);
      }
      if (!balancer.empty()) note("balancer", balancer);
    }
    trace_->close_concurrent(index_, failed ? telemetry::SpanStatus::Error : telemetry::SpanStatus::Ok);
  }

 private:
  void note(const char* key, std::string value) { trace_->attribute(index_, telemetry::intern(key), std::move(value)); }
  telemetry::CallTrace* trace_;
  context::TraceIdentity identity_;
  std::uint32_t index_ = 0;
};

std::int64_t steady_ns() { return Clock::system().now().time_since_epoch().count(); }

}  // namespace

struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
  Impl(transport::Workers& w, ClientOptions o) : workers(w), options(std::move(o)) {
    for (std::size_t i = 0; i < workers.count(); ++i)
      pools.push_back(std::make_shared<ClientPool>(transport::io_context_of(workers, i), options));
  }

  Result<std::shared_ptr<Target>> target(const std::string& service) {
    std::lock_guard lock(mutex);
    if (const auto it = targets.find(service); it != targets.end()) return it->second;
    if (!options.discovery)
      return bad_request("discovery:///" + service + " needs a client with discovery (ClientOptions::discovery)", "NO_DISCOVERY");
    auto opened = Target::open(*options.discovery, service, options.balancer, options.balancers, options.service);
    if (!opened.ok()) return opened.error();
    targets.emplace(service, *opened);
    return *opened;
  }

  Task<Result<asio::ip::tcp::endpoint>> resolve(context::Context limits, std::string host, int port);
  Task<ClientConnection::Outcome> attempt(const context::Context& context, const ClientRequest& request, const Url& url, TimePoint deadline,
                                          const context::TraceIdentity& identity, bool allow_pooled);
  Task<Result<ClientResponse>> send(context::Context context, ClientRequest request);
  Task<Result<ClientResponse>> send_balanced(const context::Context& context, const ClientRequest& request, const Url& url,
                                             TimePoint deadline, const context::TraceIdentity& identity, std::string* balancer);
  Task<Result<ClientResponse>> send_direct(const context::Context& context, const ClientRequest& request, const Url& url,
                                           TimePoint deadline, const context::TraceIdentity& identity);

  transport::Workers& workers;
  const ClientOptions options;
  std::vector<std::shared_ptr<ClientPool>> pools;
  mutable std::mutex mutex;
  std::map<std::string, std::shared_ptr<Target>> targets;
  std::atomic<std::size_t> turn{0};  // of send_blocking
  std::atomic<bool> closed{false};
};

Task<Result<asio::ip::tcp::endpoint>> Client::Impl::resolve(context::Context limits, std::string host, int port) {
  boost::system::error_code ec;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, ec);
  if (!ec) co_return asio::ip::tcp::endpoint(address, static_cast<unsigned short>(port));
  using Found = context::Handover<Result<asio::ip::tcp::endpoint>>;
  const auto found = std::make_shared<Found>();
  const Status queued = workers.run_blocking([host, port, found] {
    if (!found->left()) found->give(look_up(host, port));
  });
  if (!queued.ok()) co_return queued.error();
  auto waiting = Found::wait_async(found, limits);
  auto endpoint = co_await waiting;
  co_return endpoint;
}

// One try on one connection.
Task<ClientConnection::Outcome> Client::Impl::attempt(const context::Context& context, const ClientRequest& request, const Url& url,
                                                      TimePoint deadline, const context::TraceIdentity& identity, bool allow_pooled) {
  ClientConnection::Outcome out;
  const std::string address = url.authority();
  auto bytes = compose(context, request, url, address, identity);
  if (!bytes.ok()) {
    out.status = bytes.error();
    co_return out;
  }
  std::size_t index = 0;
  transport::current_workers(&index);
  const auto pool = pools[index];
  std::shared_ptr<ClientConnection> connection = allow_pooled ? pool->idle(address) : nullptr;
  const bool reused = connection != nullptr;
  if (!connection) {
    auto resolving = resolve(context.with_deadline(deadline), url.host, url.port);
    auto endpoint = co_await resolving;
    if (!endpoint.ok()) {
      out.status = endpoint.error();
      co_return out;
    }
    connection = pool->make(address);
    pool->begin(connection);
    const CancelLink link(context, Executor::current(), connection);
    const TimePoint patience = Clock::system().now() + options.connect_timeout;
    connection->arm(std::min(deadline, patience));
    auto connecting = connection->connect(*endpoint);
    Status connected = co_await connecting;
    connection->disarm();
    if (!connected.ok()) {
      pool->end(connection, false);
      if (patience < deadline && connected.error().is(504, "DEADLINE_EXCEEDED"))  // the call has time left for another node
        connected = unavailable("cannot connect to " + address + ": no answer within " + format_duration(options.connect_timeout), "CONNECT_FAILED").with_metadata("address", address);
      out.status = std::move(connected);
      co_return out;
    }
  } else {
    pool->begin(connection);
  }
  {
    const CancelLink link(context, Executor::current(), connection);
    connection->arm(deadline);
    auto exchanging = connection->exchange(std::move(*bytes), request.method == "HEAD", options);
    out = co_await exchanging;
    connection->disarm();
  }
  pool->end(connection, out.status.ok() && out.reusable);
  out.response.address = address;
  out.response.reused_connection = reused;
  co_return out;
}

Task<Result<ClientResponse>> Client::Impl::send_direct(const context::Context& context, const ClientRequest& request, const Url& url,
                                                       TimePoint deadline, const context::TraceIdentity& identity) {
  auto first = attempt(context, request, url, deadline, identity, true);
  auto out = co_await first;
  if (!out.status.ok() && out.status.error().reason() == "CONNECTION_RESET" && !out.any_byte && is_idempotent(request.method)) {
    auto second = attempt(context, request, url, deadline, identity, false);
    out = co_await second;
  }
  if (!out.status.ok()) co_return out.status.error();
  co_return std::move(out.response);
}

Task<Result<ClientResponse>> Client::Impl::send_balanced(const context::Context& context, const ClientRequest& request, const Url& url,
                                                         TimePoint deadline, const context::TraceIdentity& identity,
                                                         std::string* balancer_name) {
  const auto found = target(url.host);
  if (!found.ok()) co_return found.error();
  Error failure = unavailable("no instance of " + url.host + " is registered", "NO_NODES").with_metadata("service", url.host);
  for (int tries = 0; tries < kAttempts; ++tries) {
    const auto balancer = (*found)->balancer();
    *balancer_name = std::string(balancer->name());
    const bool explain = options.on_pick && (*found)->explaining.load(std::memory_order_relaxed);
    balance::Explanation explanation;
    const balance::Picked picked = balancer->pick(thread_random(), steady_ns(), explain ? &explanation : nullptr);
    if (!picked) co_return failure;
    if (explain) options.on_pick(url.host, explanation);
    const std::string node = picked->id;
    auto direct = parse_url("http://" + picked->address + url.target);
    ClientOptions::Interference interference;
    if (options.interfere) interference = options.interfere(url.host, *picked.node);
    if (interference.delay > Duration::zero()) {
      auto waiting = context::sleep_for(context.with_deadline(deadline), interference.delay);
      const Status waited = co_await waiting;
      if (!waited.ok()) {
        balancer->done(picked, steady_ns(), {.failed = waited.error().code() != 499});
        co_return waited.error();
      }
    }
    ClientConnection::Outcome out;
    if (!direct.ok()) {
      out.status = direct.error();
    } else if (interference.fail) {
      out.status = unavailable(node + " was made to fail", "INTERFERED");
    } else {
      auto trying = attempt(context, request, *direct, deadline, identity, true);
      out = co_await trying;
    }
    // A caller that gave up says nothing about the node.
    const bool failed = out.status.ok() ? out.response.status >= 500 : out.status.error().code() != 499;
    balancer->done(picked, steady_ns(), {.failed = failed});
    if (out.status.ok()) {
      out.response.node = node;
      co_return std::move(out.response);
    }
    failure = out.status.error().with_metadata("node", node);
    // Nothing was sent, or it may be sent twice: another node may do it.
    const bool again = failure.reason() == "CONNECT_FAILED" ||
                       (failure.reason() == "CONNECTION_RESET" && !out.any_byte && is_idempotent(request.method));
    if (!again) break;
  }
  co_return failure;
}

Task<Result<ClientResponse>> Client::Impl::send(context::Context context, ClientRequest request) {
  const auto self = shared_from_this();
  if (transport::current_workers() != &workers) {
    const Error elsewhere = internal_error("Client::send runs on a worker of its own Workers; elsewhere use send_blocking", "NOT_ON_A_WORKER");
    co_return elsewhere;
  }
  if (closed) {
    const Error gone = client_closed("the client was closed");
    co_return gone;
  }
  if (auto alive = context.check(); !alive.ok()) co_return alive.error();
  auto url = parse_url(request.url);
  if (!url.ok()) co_return url.error();
  const Duration timeout = request.timeout > Duration::zero() ? request.timeout : options.timeout;
  TimePoint deadline = context.deadline();
  if (timeout > Duration::zero()) deadline = std::min<TimePoint>(deadline, Clock::system().now() + timeout);
  ClientSpan span(context, request.method + " " + (url->discovery ? url->host : url->authority()));
  std::string balancer;
  Result<ClientResponse> result = internal_error("not sent");
  if (url->discovery) {
    auto sending = send_balanced(context, request, *url, deadline, span.identity(), &balancer);
    result = co_await sending;
  } else {
    auto sending = send_direct(context, request, *url, deadline, span.identity());
    result = co_await sending;
  }
  span.end(result, balancer);
  co_return result;
}

Client::Client(transport::Workers& workers, ClientOptions options) : impl_(std::make_shared<Impl>(workers, std::move(options))) {}

Client::~Client() {
  impl_->closed = true;
  {
    std::map<std::string, std::shared_ptr<Target>> targets;  // watchers end outside the lock
    std::lock_guard lock(impl_->mutex);
    targets.swap(impl_->targets);
  }
  std::vector<std::future<void>> closing;
  for (std::size_t i = 0; i < impl_->pools.size(); ++i) {
    if (transport::stopping(impl_->workers) || impl_->workers.executor(i).is_current()) {
      impl_->pools[i]->close();
      continue;
    }
    auto done = std::make_shared<std::promise<void>>();
    closing.push_back(done->get_future());
    asio::post(impl_->pools[i]->io(), [pool = impl_->pools[i], done] {
      pool->close();
      done->set_value();
    });
  }
  for (auto& c : closing) {
    while (c.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready)
      if (transport::stopping(impl_->workers)) break;
  }
}

Task<Result<ClientResponse>> Client::send(context::Context context, ClientRequest request) {
  return impl_->send(std::move(context), std::move(request));
}

Result<ClientResponse> Client::send_blocking(const context::Context& context, ClientRequest request) {
  if (Executor::current()) return internal_error("send_blocking on a worker would stop its loop; use send", "ON_A_WORKER");
  const auto reply = std::make_shared<std::promise<Result<ClientResponse>>>();
  auto future = reply->get_future();
  const Duration timeout = request.timeout > Duration::zero() ? request.timeout : impl_->options.timeout;
  const std::size_t worker = impl_->turn.fetch_add(1, std::memory_order_relaxed) % impl_->workers.count();
  impl_->workers.executor(worker).post([impl = impl_, context, request = std::move(request), reply] {
    start(
        impl->send(context, request), [reply](Result<ClientResponse> result) { reply->set_value(std::move(result)); },
        [reply](std::exception_ptr failure) { reply->set_exception(std::move(failure)); });
  });
  if (future.wait_for(timeout + impl_->options.connect_timeout + kBlockingSlack) != std::future_status::ready)
    return unavailable("the worker did not answer; it is stopped or blocked", "WORKERS_STOPPED");
  try {
    return future.get();
  } catch (const std::exception& e) {
    return internal_error(std::string("the request failed: ") + e.what());
  }
}

Status Client::watch(const std::string& service) {
  const auto found = impl_->target(service);
  return found.ok() ? Status() : Status(found.error());
}

Status Client::set_balancer(const std::string& service, std::string_view name) {
  const auto found = impl_->target(service);
  if (!found.ok()) return found.error();
  return (*found)->set_balancer(name);
}

std::string Client::balancer(const std::string& service) const {
  const auto found = impl_->target(service);
  return found.ok() ? std::string((*found)->balancer()->name()) : std::string();
}

std::vector<balance::NodePtr> Client::nodes(const std::string& service) const {
  const auto found = impl_->target(service);
  return found.ok() ? (*found)->nodes() : std::vector<balance::NodePtr>();
}

std::vector<std::string> Client::services() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<std::string> names;
  for (const auto& [name, target] : impl_->targets) names.push_back(name);
  return names;
}

void Client::explain(const std::string& service, bool on) {
  if (const auto found = impl_->target(service); found.ok()) (*found)->explaining.store(on, std::memory_order_relaxed);
}

}  // namespace slipway::http
