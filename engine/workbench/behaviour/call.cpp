// call: calls another service of the workspace, by name through discovery and a balancer.
//   call: { service: pricing, method: GET, path: "/quote?sku={{body.sku}}", as: quote, timeout: 500ms }
//   call: { service: inventory, grpc: /inventory.v1.Inventory/Reserve, body: { sku: "{{body.sku}}" }, as: stock }
// Without `as` the other's reply becomes this one's (a proxy). With `as`, a reply of 400 and above fails the call with the
// same code and reason.
#include "slipway/codec/codec.h"
#include "slipway/http/json_call.h"
#include "slipway/values/values.h"
#include "workbench/behaviour/behaviours.h"
#include "workbench/behaviour/extensions.h"
#include "workbench/behaviour/options.h"

namespace workbench::behaviour {
namespace {

using slipway::Status;
using slipway::Task;
using slipway::Value;
using slipway::middleware::Call;

class CallService final : public Behaviour {
 public:
  std::string_view kind() const override { return "call"; }
  std::string summary() const override {
    return "call " + service_ + " " + (grpc_.empty() ? method_ : grpc_.substr(grpc_.rfind('/') + 1));
  }
  bool suspends() const override { return true; }
  std::vector<std::string> calls() const override { return {service_}; }
  void add_needs(Needs& needs) const override { (grpc_.empty() ? needs.http : needs.grpc).insert(service_); }
  std::vector<Tunable> tunables() const override {
    return {{section + ".balancer", "enum", Value(balancer_), "how a node of " + service_ + " is picked",
             balancers_},
            {section + ".timeout", "duration", Value(timeout_), "longest wait for a reply of " + service_, {}}};
  }
  Task<Status> run_async(Call& call, Variables& variables, Runtime& runtime) const override {
    OutgoingCall out;
    out.service = service_;
    out.timeout = runtime.duration(section + ".timeout", std::chrono::seconds(2));
    if (grpc_.empty()) {
      out.method = method_;
      out.path = path_.render(call, variables);
      if (has_body_) body_.append_json(out.body, call, variables);
    } else {
      out.grpc = true;
      out.path = grpc_;
      out.message = has_body_ ? body_.eval(call, variables) : Value::object({});
    }
    auto reply = co_await runtime.call(call.context, std::move(out));
    if (!reply.ok()) co_return reply.error();
    if (as_.empty()) {
      call.reply.status = reply->status;
      call.reply.content_type = "application/json";
      call.reply.body = std::move(reply->raw);
      co_return Status();
    }
    if (reply->status >= 400) {
      const slipway::Error failed = slipway::http::upstream_error(reply->status, reply->body, service_);
      co_return failed;
    }
    variables.values[as_] = std::move(reply->body);
    co_return Status();
  }
  void write_cpp(CppWriter& out) const override {
    const std::string name = as_.empty() ? "reply" : cpp_variable(as_);
    if (as_.empty()) out.open("{");
    if (grpc_.empty()) {
      out.line("std::string " + name + "_body;");
      if (has_body_) out.raw(body_.cpp_append_json(name + "_body", out.indent()));
      out.line("std::string " + name + "_target = " + path_.cpp_expression() + ";");
      out.line("auto " + name + "_reply = co_await @http:" + service_ + ":" + section + "@(call, " + cpp_string(method_) + ", std::move(" + name + "_target), std::move(" + name + "_body));");
    } else {
      out.line("Value " + name + "_message = " + (has_body_ ? body_.cpp_expression() : "Value::object({})") + ";");
      out.line("auto " + name + "_reply = co_await @grpc:" + service_ + ":" + section + "@(call, " + cpp_string(grpc_) + ", std::move(" + name + "_message));");
    }
    out.line("if (!" + name + "_reply.ok()) co_return " + name + "_reply.error();");
    if (as_.empty()) {
      out.line("call.reply.status = reply_reply->status;");
      out.line("call.reply.body = std::move(reply_reply->raw);");
      out.close();
    } else {
      out.open("if (" + name + "_reply->status >= 400) {");
      out.line("const slipway::Error failed = slipway::http::upstream_error(" + name + "_reply->status, " + name + "_reply->body, " + cpp_string(service_) + ");");
      out.line("co_return failed;");
      out.close();
      out.line("const Value " + name + " = std::move(" + name + "_reply->body);");
    }
  }
  std::string service_, method_, grpc_, as_, balancer_, timeout_;
  std::vector<std::string> balancers_;  // those there are
  TextTemplate path_;
  ValueTemplate body_;
  bool has_body_ = false;
};

}  // namespace

slipway::Result<BehaviourPtr> read_call(const Value& step, ReadContext& context) {
  Options o("call", step, context, "", {"service", "method", "path", "grpc", "body", "as", "balancer", "timeout"});
  auto b = std::make_shared<CallService>();
  b->line = step.line;
  b->service_ = o.required_text("service");
  b->section = context.section.empty() ? "call." + b->service_ : context.section;
  b->grpc_ = o.text("grpc");
  b->method_ = o.choice("method", "GET", {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"});
  b->as_ = o.text("as");
  const auto built_in = slipway::balance::balancer_names();
  b->balancers_.assign(built_in.begin(), built_in.end());
  if (context.extensions) b->balancers_ = context.extensions->balancers.names();
  b->balancer_ = o.one_of("balancer", "p2c", b->balancers_);
  b->timeout_ = o.duration("timeout", "2s");
  if (b->grpc_.empty()) {
    b->path_ = o.text_template("path", Escape::Url, "/");
    if (!o.text("path", "/").starts_with("/")) o.fail(o.error("path", "starts with / (or use grpc: /package.Service/Method)"));
  } else if (o.has("path") || o.has("method")) {
    o.fail(o.error("grpc", "stands alone: path and method are for HTTP"));
  }
  b->has_body_ = o.has("body");
  b->body_ = o.value_template("body");
  if (!o.status().ok()) return o.status().error();
  if (!b->as_.empty()) context.names.variables.insert(b->as_);
  return BehaviourPtr(b);
}

}  // namespace workbench::behaviour
