#include "slipway/grpc/rpc.h"

#include "slipway/codec/codec.h"
#include "slipway/codec/error_body.h"
#include "slipway/grpc/status.h"
#include "slipway/grpc/wire.h"
#include "slipway/middleware/recording.h"
#include "slipway/transport/workers_asio.h"

namespace slipway::grpc {
namespace {

using middleware::Call;

// Calls are big and keep their buffers: each worker keeps some.
thread_local std::vector<std::unique_ptr<Call>> spare_calls;

std::unique_ptr<Call> take_call() {
  if (spare_calls.empty()) return std::make_unique<Call>();
  auto call = std::move(spare_calls.back());
  spare_calls.pop_back();
  return call;
}

void give_back(std::unique_ptr<Call> call) {
  call->reset();
  if (spare_calls.size() < 64) spare_calls.push_back(std::move(call));
}

// "ipv4:127.0.0.1:50312" -> "127.0.0.1:50312", "ipv6:%5B::1%5D:50312" -> "[::1]:50312"
std::string peer_text(std::string peer) {
  if (peer.starts_with("ipv4:") || peer.starts_with("ipv6:")) peer.erase(0, 5);
  for (const auto& [escape, plain] : {std::pair{"%5B", "["}, std::pair{"%5D", "]"}})
    if (const auto at = peer.find(escape); at != std::string::npos) peer.replace(at, 3, plain);
  return peer;
}

// The reply as message bytes. JSON left by a handler is transcoded.
Status message_of(Call& call, const Method& method) {
  if (!call.reply.content_type.starts_with("application/json")) return {};
  Value tree = Value::Map{};
  if (!call.reply.body.empty()) {
    auto parsed = codec::parse_json(call.reply.body);
    if (!parsed)
      return internal_error("the handler of " + method.path.substr(1) + " left a body that is neither " + method.reply_type +
                                " nor JSON: " + parsed.error().message(),
                            "REPLY_INVALID");
    tree = std::move(*parsed);
  }
  std::string bytes;
  if (auto encoded = method.reply->encode(tree, bytes); !encoded)
    return internal_error("the reply of " + method.path.substr(1) + " does not fit " + method.reply_type + ": " + encoded.error().message(),
                          "REPLY_INVALID");
  call.reply.body = std::move(bytes);
  return {};
}

// A handler that answered with a status of its own instead of an Error.
Error error_in_reply(const Call& call) {
  const int code = call.reply.status;
  if (auto tree = codec::parse_json(call.reply.body); tree && tree->is_map() && (*tree)["message"].is_string())
    return codec::error_of_body(code, *tree, "HTTP_" + std::to_string(code), {});
  return Error(code, "HTTP_" + std::to_string(code),
               call.reply.body.empty() ? "the handler answered with status " + std::to_string(code) : call.reply.body.substr(0, 1024));
}

class Unimplemented final : public ::grpc::ServerGenericBidiReactor {
 public:
  explicit Unimplemented(const std::string& method) {
    Finish(::grpc::Status(::grpc::StatusCode::UNIMPLEMENTED, "no service here implements " + method));
  }
  void OnDone() override { delete this; }
};

}  // namespace

::grpc::ServerGenericBidiReactor* GenericService::CreateReactor(::grpc::GenericCallbackServerContext* context) {
  auto table = core_->table.load();
  const auto found = table->by_path.find(context->method());
  if (found == table->by_path.end()) return new Unimplemented(context->method());
  const ServedMethod& served = found->second;
  return new Rpc(core_, std::move(table), served, context);
}

Rpc::Rpc(std::shared_ptr<ServerCore> core, std::shared_ptr<const RouteTable> table, const ServedMethod& served,
         ::grpc::GenericCallbackServerContext* context)
    : core_(std::move(core)), table_(std::move(table)), served_(served), grpc_(context), received_(Ticks::now()) {
  core_->in_flight.fetch_add(1, std::memory_order_relaxed);
  deadline_ = wire::steady_of(grpc_->deadline());
  if (core_->options.timeout > Duration::zero())
    deadline_ = std::min(deadline_, std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()) + core_->options.timeout);
  StartRead(&in_);
}

void Rpc::release() {
  if (holders_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

void Rpc::OnReadDone(bool ok) {
  if (!ok) {  // cancelled, too large, or no message at all
    if (claim()) Finish(::grpc::Status(::grpc::StatusCode::INVALID_ARGUMENT, "the call ended before its message"));
    return;
  }
  wire::append(in_, body_);
  in_.Clear();
  copy_metadata();
  const auto count = core_->workers.count();
  if (transport::stopping(core_->workers) || count == 0) {
    if (claim()) finish_with(unavailable("the service is stopping", "STOPPING"));
    return;
  }
  const auto worker = core_->next_worker.fetch_add(1, std::memory_order_relaxed) % count;
  holders_.fetch_add(1, std::memory_order_relaxed);
  core_->workers.executor(worker).post([this] { run(); });
}

// The chain may outlive gRPC's context when the client cancels, so it sees copies.
void Rpc::copy_metadata() {
  peer_ = peer_text(grpc_->peer());
  const auto& all = grpc_->client_metadata();
  std::size_t size = 0;
  for (const auto& [name, value] : all) size += name.size() + value.size();
  text_.reserve(size);  // views must not move
  headers_.reserve(all.size());
  for (const auto& [name, value] : all) {
    const auto at = text_.size();
    text_.append(name.data(), name.size());
    text_.append(value.data(), value.size());
    const std::string_view both = std::string_view(text_).substr(at);
    headers_.push_back({both.substr(0, name.size()), both.substr(name.size())});
  }
}

void Rpc::OnCancel() {
  const bool late = deadline_ != TimePoint::max() && std::chrono::steady_clock::now() >= deadline_;
  // Claimed first: else a handler that notices its cancellation at once would seem to have ended by itself.
  const bool cut = claim();
  if (cut && core_->draining.load()) core_->cut.fetch_add(1);
  const auto held = cancellation_;
  held->cancel(late ? deadline_exceeded("the call's deadline has passed") : client_closed("the client cancelled the call"));
  if (cut) Finish(::grpc::Status(::grpc::StatusCode::CANCELLED, "cancelled"));
}

void Rpc::OnDone() {
  core_->in_flight.fetch_sub(1, std::memory_order_relaxed);
  release();
}

void Rpc::prepare(Call& call) {
  call.operation = &served_.operation;
  call.received = received_;
  auto& r = call.request;
  r.method = "POST";
  r.target = r.path = served_.operation.name;
  r.headers = headers_;
  r.body = body_;
  r.peer = peer_;
  call.request_codec = served_.method->request;
  call.reply_codec = served_.method->reply;
  context::Context context;
  context = context.with_cancellation(cancellation_);
  if (deadline_ != TimePoint::max()) context = context.with_deadline(deadline_);
  context.set_scope(core_->options.scope);
  call.context = std::move(context);
  middleware::begin_recording(core_->options.telemetry, call);
}

void Rpc::run() {
  auto call = take_call();
  prepare(*call);
  auto outcome = served_.chain->run(*call);
  if (!outcome.suspended()) return complete(std::move(call), std::move(outcome.status()));
  auto* raw = call.release();
  start(
      std::move(outcome.task()), [this, raw](Status status) { complete(std::unique_ptr<Call>(raw), std::move(status)); },
      [this, raw](std::exception_ptr) {
        complete(std::unique_ptr<Call>(raw), internal_error("the handler failed", "PANIC"));
      });
}

void Rpc::complete(std::unique_ptr<Call> call, Status status) {
  if (status.ok() && call->reply.status >= 400) status = error_in_reply(*call);
  if (status.ok()) status = message_of(*call, *served_.method);
  middleware::end_recording(core_->options.telemetry, *call, status.ok() ? 200 : status.error().http_status());
  if (claim()) {
    std::string lower;
    for (const auto& [name, value] : call->reply.headers)
      if (wire::metadata_name(name, lower) && wire::metadata_value(lower, value)) grpc_->AddInitialMetadata(lower, value);
    if (status.ok()) {
      out_ = wire::buffer_of(call->reply.body);
      StartWriteAndFinish(&out_, ::grpc::WriteOptions(), ::grpc::Status::OK);
    } else {
      finish_with(status.error());
    }
  }
  if (call->held()) {  // a part of the chain still runs on it, and on the bytes here
    Call* const left = call.release();
    left->when_released([this, left] {
      give_back(std::unique_ptr<Call>(left));
      release();
    });
    return;
  }
  give_back(std::move(call));
  release();
}

void Rpc::finish_with(const Error& error) {
  const auto sent = wire_status(error);
  grpc_->AddTrailingMetadata("x-error-code", std::to_string(error.code()));
  if (wire::metadata_value("", error.reason())) grpc_->AddTrailingMetadata("x-error-reason", error.reason());
  Finish(::grpc::Status(static_cast<::grpc::StatusCode>(sent.code), sent.message, sent.details));
}

}  // namespace slipway::grpc
