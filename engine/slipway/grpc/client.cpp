#include "slipway/grpc/client.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "slipway/grpc/status.h"
#include "slipway/grpc/wire.h"

namespace slipway::grpc {
namespace {

constexpr int kAttempts = 2;

struct Channel {
  std::string id, address;
  balance::NodePtr node;  // null for a single address
  std::unique_ptr<::grpc::GenericStub> stub;
};

std::int64_t now_ns() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

bool counts_as_failure(int code) {
  using C = ::grpc::StatusCode;
  return code == C::UNAVAILABLE || code == C::DEADLINE_EXCEEDED || code == C::INTERNAL || code == C::UNKNOWN ||
         code == C::DATA_LOSS || code == C::UNIMPLEMENTED;
}

}  // namespace

struct Client::Impl {
  // One call under way.
  struct Flight {
    ::grpc::ClientContext context;
    ::grpc::ByteBuffer request, reply;
    const Method* method = nullptr;
    std::shared_ptr<Channel> channel;
    std::shared_ptr<balance::Balancer> balancer;
    balance::Picked picked;
    context::Context caller;
    std::uint64_t cancel_id = 0;
    std::uint32_t span = UINT32_MAX;
  };
  using Set = std::map<std::string, std::shared_ptr<Channel>>;

  std::shared_ptr<const ProtoSet> protos;
  ClientOptions options;
  std::string service;  // of a discovery target, else empty
  mutable std::mutex mutex;
  std::shared_ptr<Channel> single;
  Set channels;
  std::shared_ptr<balance::Balancer> balancer;
  std::set<std::shared_ptr<Flight>> flights;
  bool closed = false;
  std::unique_ptr<registry::Watcher> watcher;

  std::shared_ptr<Channel> open(std::string id, std::string address, balance::NodePtr node) const {
    ::grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(static_cast<int>(options.max_message));
    arguments.SetMaxSendMessageSize(static_cast<int>(options.max_message));
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);           // loopback calls never leave by a proxy of the environment
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);   // a client's failures stay its own
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2000);  // so long one attempt to connect may take, despite the name
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
    auto c = std::make_shared<Channel>();
    c->id = std::move(id);
    c->address = std::move(address);
    c->node = std::move(node);
    c->stub = std::make_unique<::grpc::GenericStub>(
        ::grpc::CreateCustomChannel(c->address, ::grpc::InsecureChannelCredentials(), arguments));
    return c;
  }

  void follow(const std::vector<registry::ServiceInstance>& instances) {
    std::lock_guard lock(mutex);
    Set next;
    std::vector<balance::NodePtr> nodes;
    for (const auto& instance : instances) {
      for (const auto& endpoint : instance.endpoints) {
        if (!endpoint.starts_with("grpc://")) continue;
        const std::string address = endpoint.substr(7);
        int weight = 10;
        if (const auto w = instance.metadata.find("weight"); w != instance.metadata.end())
          std::from_chars(w->second.data(), w->second.data() + w->second.size(), weight);
        auto& slot = next[instance.id];
        const auto known = channels.find(instance.id);
        if (known != channels.end() && known->second->address == address) {
          slot = known->second;
          slot->node->weight = weight;
        } else {
          slot = open(instance.id, address,
                      std::make_shared<balance::Node>(instance.id, address, weight, static_cast<std::uint32_t>(nodes.size())));
        }
        nodes.push_back(slot->node);
        break;
      }
    }
    channels.swap(next);
    balancer->update(std::move(nodes));
  }

  Result<std::shared_ptr<Channel>> choose(Flight& f) {
    std::lock_guard lock(mutex);
    if (closed) return client_closed("the gRPC client of " + options.target + " has been closed");
    if (single) return single;
    f.picked = balancer->pick(thread_random(), now_ns());
    if (!f.picked) return unavailable("no instance of " + service + " serves gRPC", "NO_NODES");
    f.balancer = balancer;
    const auto found = channels.find(f.picked.node->id);
    if (found != channels.end()) return found->second;
    f.balancer->done(f.picked, now_ns(), {true});
    return unavailable("the picked instance of " + service + " has just gone", "NO_NODES");
  }

  Result<std::shared_ptr<Flight>> prepare(const context::Context& caller, std::string_view method, const Value& request,
                                          const context::Headers* extra) {
    auto found = protos->require(method);
    if (!found) return found.error();
    if (!(*found)->unary())
      return bad_request("gRPC method " + (*found)->path.substr(1) + " streams; only unary methods can be called yet", "METHOD_STREAMS");
    if (auto live = caller.check(); !live) return live.error();
    auto f = std::make_shared<Flight>();
    f->method = *found;
    f->caller = caller;
    std::string bytes;
    if (auto encoded = (*found)->request->encode(request, bytes); !encoded)
      return encoded.error().with_message((*found)->request_type + ", " + encoded.error().message());
    f->request = wire::buffer_of(bytes);
    auto channel = choose(*f);
    if (!channel) return channel.error();
    f->channel = *channel;
    const Duration limit = std::min<Duration>(caller.remaining(), options.timeout);
    f->context.set_deadline(std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::microseconds>(limit));
    add_metadata(*f, extra);
    return f;
  }

  static void add(Flight& f, std::string_view name, std::string_view value) {
    std::string lower;
    if (wire::metadata_name(name, lower) && wire::metadata_value(lower, value)) f.context.AddMetadata(lower, std::string(value));
  }

  static void add_metadata(Flight& f, const context::Headers* extra) {
    context::TraceIdentity identity = f.caller.trace();
    if (auto* trace = f.caller.call_trace(); trace != nullptr && trace->active()) {
      f.span = trace->open_concurrent(f.method->name_id, telemetry::SpanKind::Client);
      identity = trace->identity();
      identity.span = trace->span(f.span).id;
      if (trace->detailed()) {
        static const telemetry::NameId kPeer = telemetry::intern("peer"), kNode = telemetry::intern("node");
        trace->attribute(f.span, kPeer, f.channel->address);
        if (f.channel->node) trace->attribute(f.span, kNode, f.channel->id);
      }
    }
    if (identity.valid()) add(f, "traceparent", identity.traceparent());
    if (const auto* all = f.caller.all_metadata())
      for (const auto& [name, value] : *all)
        if (name.size() > 12 && context::same_name(std::string_view(name).substr(0, 12), "x-md-global-")) add(f, name, value);
    if (extra != nullptr)
      for (const auto& [name, value] : *extra)
        if (!context::same_name(name, "traceparent") || !identity.valid()) add(f, name, value);
  }

  void launch(const std::shared_ptr<Flight>& f, std::function<void(::grpc::Status)> done) {
    {
      std::lock_guard lock(mutex);
      flights.insert(f);
      if (closed) f->context.TryCancel();
    }
    if (const auto& cancellation = f->caller.cancellation()) {
      std::weak_ptr<Flight> weak = f;
      f->cancel_id = cancellation->on_cancel([weak] {
        if (auto flight = weak.lock()) flight->context.TryCancel();
      });
    }
    // Plain pointers on purpose: the caller keeps `f` and this alive until `done`, and gRPC's thread must never be the one that
    // drops the last channel (it would join itself).
    Flight* flight = f.get();
    f->channel->stub->UnaryCall(&f->context, f->method->path, {}, &f->request, &f->reply,
                                [this, flight, done = std::move(done)](::grpc::Status status) {
                                  if (flight->balancer)
                                    flight->balancer->done(flight->picked, now_ns(), {counts_as_failure(status.error_code())});
                                  {
                                    std::lock_guard lock(mutex);
                                    std::erase_if(flights, [&](const auto& one) { return one.get() == flight; });
                                  }
                                  done(std::move(status));
                                });
  }

  // On the thread that called.
  ClientExchange conclude(Flight& f, const ::grpc::Status& status) const {
    if (f.cancel_id != 0) f.caller.cancellation()->remove(f.cancel_id);
    ClientExchange e;
    e.grpc_code = status.error_code();
    e.reply.node = f.channel->id;
    int http_code = 0;
    std::string reason;
    for (const auto& [name, value] : f.context.GetServerInitialMetadata())
      (void)e.reply.headers.add(wire::view(name), wire::view(value));
    for (const auto& [name, value] : f.context.GetServerTrailingMetadata()) {
      if (wire::view(name) == "x-error-code") std::from_chars(value.begin(), value.end(), http_code);
      if (wire::view(name) == "x-error-reason") reason = wire::view(value);
      if (wire::view(name) != "grpc-status-details-bin") (void)e.reply.trailers.add(wire::view(name), wire::view(value));
    }
    e.answered = status.ok() || !e.reply.headers.empty() || !e.reply.trailers.empty() || !counts_as_failure(e.grpc_code);
    if (status.ok()) {
      wire::append(f.reply, e.reply.bytes);
      auto body = f.method->reply->decode(e.reply.bytes);
      if (body)
        e.reply.body = std::move(*body);
      else
        e.status = Error(502, "REPLY_INVALID", f.method->path.substr(1) + ": " + body.error().message());
    } else {
      e.status = failure(f, status, http_code, reason, e.answered);
    }
    if (auto* trace = f.caller.call_trace(); trace != nullptr && f.span != UINT32_MAX)
      trace->close_concurrent(f.span, e.status.ok() ? telemetry::SpanStatus::Ok : telemetry::SpanStatus::Error);
    return e;
  }

  // Whether another node may do it: no connection was made, so nothing was sent. Only a transport that has taken a call gives it the
  // address of its peer.
  bool may_go_elsewhere(const Flight& f, const ClientExchange& e) const {
    if (service.empty() || e.status.ok() || e.status.error().reason() != "CONNECT_FAILED") return false;
    const std::string peer = f.context.peer();
    return !peer.starts_with("ipv4:") && !peer.starts_with("ipv6:") && !peer.starts_with("unix:");
  }

  Error failure(const Flight& f, const ::grpc::Status& status, int http_code, std::string_view reason, bool answered) const {
    const std::string what = "calling " + f.method->path.substr(1) + " at " + f.channel->address;
    if (status.error_code() == ::grpc::StatusCode::CANCELLED) {
      if (const auto live = f.caller.check(); !live) return live.error();
      std::lock_guard lock(mutex);
      if (closed) return client_closed(what + ": the client has been closed");
    }
    if (status.error_code() == ::grpc::StatusCode::DEADLINE_EXCEEDED && !answered)
      return deadline_exceeded(what + ": no reply in time");
    if (status.error_code() == ::grpc::StatusCode::UNAVAILABLE && !answered)
      return unavailable(what + ": " + status.error_message(), "CONNECT_FAILED");
    return error_of({status.error_code(), status.error_message(), status.error_details()}, http_code, reason);
  }
};

Client::Client() : impl_(std::make_shared<Impl>()) {}

Client::~Client() {
  impl_->watcher.reset();
  std::set<std::shared_ptr<Impl::Flight>> flights;
  {
    std::lock_guard lock(impl_->mutex);
    impl_->closed = true;
    flights = impl_->flights;
  }
  for (const auto& flight : flights) flight->context.TryCancel();  // may run their ends here, which takes the lock
}

Result<std::unique_ptr<Client>> Client::create(std::shared_ptr<const ProtoSet> protos, ClientOptions options) {
  std::unique_ptr<Client> client(new Client);
  auto& impl = *client->impl_;
  impl.protos = std::move(protos);
  impl.options = std::move(options);
  std::string target = impl.options.target;
  const auto wrong = [&](const std::string& what) {
    return bad_request("gRPC target \"" + impl.options.target + "\" " + what + " (use grpc://127.0.0.1:9082 or discovery:///inventory)",
                       "TARGET_INVALID");
  };
  if (target.starts_with("discovery:///")) {
    impl.service = target.substr(13);
    if (impl.service.empty()) return wrong("names no service");
    if (impl.options.discovery == nullptr) return wrong("needs a registry to look it up");
    auto balancer = balance::make_balancer(impl.options.balancer, impl.options.balancers, "gRPC client of " + impl.service);
    if (!balancer) return balancer.error();
    impl.balancer = std::move(*balancer);
    impl.watcher = impl.options.discovery->watch(
        impl.service, [weak = std::weak_ptr<Impl>(client->impl_)](const std::vector<registry::ServiceInstance>& instances) {
          if (auto self = weak.lock()) self->follow(instances);
        });
    return client;
  }
  if (target.starts_with("grpc://")) target.erase(0, 7);
  const auto colon = target.rfind(':');
  int port = 0;
  if (colon == std::string::npos || colon == 0 || target.find('/') != std::string::npos) return wrong("is not host:port");
  const auto end = std::from_chars(target.data() + colon + 1, target.data() + target.size(), port);
  if (end.ptr != target.data() + target.size() || port < 1 || port > 65535) return wrong("has no valid port");
  impl.single = impl.open(target, target, nullptr);
  return client;
}

Task<Result<ClientReply>> Client::call(context::Context context, std::string method, Value request, context::Headers headers) {
  const auto impl = impl_;
  if (Executor::current() == nullptr) {
    const Error none = internal_error("grpc::Client::call needs a worker to resume on; use call_blocking on other threads", "NO_EXECUTOR");
    co_return none;
  }
  const context::Context limited = context.with_timeout(impl->options.timeout);
  for (int tries = 1;; ++tries) {
    auto prepared = impl->prepare(limited, method, request, &headers);
    if (!prepared) co_return prepared.error();
    const std::shared_ptr<Impl::Flight> flight = *prepared;
    // By reference, and nothing else: g++ 12 destroys a closure with owning captures twice when it is an argument in co_await.
    const auto status = co_await suspend_with<::grpc::Status>([&impl, &flight](Resume<::grpc::Status> resume) {
      impl->launch(flight, [resume](::grpc::Status s) { resume(std::move(s)); });
    });
    auto exchange = impl->conclude(*flight, status);
    if (exchange.status) co_return std::move(exchange.reply);
    if (tries == kAttempts || !impl->may_go_elsewhere(*flight, exchange)) co_return exchange.status.error();
  }
}

ClientExchange Client::exchange_blocking(const context::Context& context, std::string_view method, const Value& request,
                                         const context::Headers& headers) {
  struct Wait {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<::grpc::Status> status;
  };
  const auto impl = impl_;  // the client may go away while we wait
  const context::Context limited = context.with_timeout(impl->options.timeout);
  for (int tries = 1;; ++tries) {
    auto prepared = impl->prepare(limited, method, request, &headers);
    if (!prepared) {
      ClientExchange failed;
      failed.status = prepared.error();
      return failed;
    }
    auto wait = std::make_shared<Wait>();
    impl->launch(*prepared, [wait](::grpc::Status s) {
      std::lock_guard lock(wait->mutex);
      wait->status = std::move(s);
      wait->done.notify_one();
    });
    std::unique_lock lock(wait->mutex);
    wait->done.wait(lock, [&] { return wait->status.has_value(); });
    auto exchange = impl->conclude(**prepared, *wait->status);
    if (tries == kAttempts || !impl->may_go_elsewhere(**prepared, exchange)) return exchange;
  }
}

Result<ClientReply> Client::call_blocking(const context::Context& context, std::string_view method, const Value& request,
                                          const context::Headers& headers) {
  auto exchange = exchange_blocking(context, method, request, headers);
  if (!exchange.status) return exchange.status.error();
  return std::move(exchange.reply);
}

Status Client::set_balancer(std::string_view name) {
  if (impl_->service.empty()) return {};
  auto next = balance::make_balancer(name, impl_->options.balancers, "gRPC client of " + impl_->service);
  if (!next) return next.error();
  std::lock_guard lock(impl_->mutex);
  std::vector<balance::NodePtr> nodes;
  for (const auto& [id, channel] : impl_->channels) nodes.push_back(channel->node);
  (*next)->update(std::move(nodes));
  impl_->balancer = std::move(*next);
  impl_->options.balancer = name;
  return {};
}

std::string Client::balancer() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->options.balancer;
}

std::vector<balance::NodePtr> Client::nodes() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<balance::NodePtr> out;
  for (const auto& [id, channel] : impl_->channels) out.push_back(channel->node);
  return out;
}

const ProtoSet& Client::protos() const { return *impl_->protos; }

}  // namespace slipway::grpc
