// echo: answers with what arrived: method, path, query, headers and body. Over gRPC it returns the request message.
#include "slipway/values/values.h"
#include "workbench/behaviour/behaviours.h"
#include "workbench/behaviour/options.h"

namespace workbench::behaviour {
namespace {

using slipway::Status;
using slipway::Value;
using slipway::middleware::Call;

class Echo final : public Behaviour {
 public:
  std::string_view kind() const override { return "echo"; }
  std::string summary() const override { return "echo"; }
  Status run(Call& call, Variables&, Runtime&) const override {
    if (grpc_) {
      auto body = call.body_value();
      if (!body.ok()) return body.error();
      return call.set_body(**body);
    }
    Value::Map headers;
    for (const auto& h : call.request.headers) headers[h.name] = Value(h.value);
    auto body = call.body_value();
    return call.set_body(Value::object({{"method", Value(call.request.method)},
                                        {"path", Value(call.request.path)},
                                        {"query", Value(call.request.query)},
                                        {"headers", Value(std::move(headers))},
                                        {"body", body.ok() ? **body : Value(call.request.body)}}));
  }
  void write_cpp(CppWriter& out) const override {
    if (grpc_) {
      out.line("if (Status s = call.set_body(values::body(call)); !s.ok()) co_return s;");
      return;
    }
    out.line("Value::Map echoed_headers;");
    out.line("for (const auto& h : call.request.headers) echoed_headers[h.name] = Value(h.value);");
    out.line("auto echoed_body = call.body_value();");
    out.open("if (Status s = call.set_body(Value::object({{\"method\", Value(call.request.method)},");
    out.line("{\"path\", Value(call.request.path)},");
    out.line("{\"query\", Value(call.request.query)},");
    out.line("{\"headers\", Value(std::move(echoed_headers))},");
    out.line("{\"body\", echoed_body.ok() ? **echoed_body : Value(call.request.body)}})); !s.ok()) co_return s;");
    out.close("");
  }
  bool grpc_ = false;
};

}  // namespace

slipway::Result<BehaviourPtr> read_echo(const Value& step, ReadContext& context) {
  Options o("echo", step, context, "", {});
  if (!o.status().ok()) return o.status().error();
  auto b = std::make_shared<Echo>();
  b->line = step.line;
  b->grpc_ = context.grpc;
  return BehaviourPtr(b);
}

}  // namespace workbench::behaviour
