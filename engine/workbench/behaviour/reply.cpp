// reply: answers with a status, headers and a body. `reply: { status: 201, headers: {...}, body: {...} }`.
// A body that is a map or list is JSON; a text body is sent as it is, escaped for its content type.
#include "slipway/values/values.h"
#include "workbench/behaviour/behaviours.h"
#include "workbench/behaviour/options.h"

namespace workbench::behaviour {
namespace {

using slipway::Status;
using slipway::Value;
using slipway::middleware::Call;

class Reply final : public Behaviour {
 public:
  std::string_view kind() const override { return "reply"; }
  std::string summary() const override { return "reply " + std::to_string(status_); }

  Status run(Call& call, Variables& variables, Runtime&) const override {
    if (grpc_) return call.set_body(json_.eval(call, variables));
    call.reply.status = status_;
    call.reply.content_type = content_type_;
    for (const auto& [name, value] : headers_)
      if (Status s = call.reply.headers.set(name, value.render(call, variables)); !s.ok()) return s;
    call.reply.body.clear();
    if (tree_)
      json_.append_json(call.reply.body, call, variables);
    else
      text_.append(call.reply.body, call, variables);
    return {};
  }

  void write_cpp(CppWriter& out) const override {
    if (grpc_) {
      out.line("if (Status s = call.set_body(" + json_.cpp_expression() + "); !s.ok()) co_return s;");
      return;
    }
    if (status_ != 200) out.line("call.reply.status = " + std::to_string(status_) + ";");
    if (content_type_ != "application/json") out.line("call.reply.content_type = " + cpp_string(content_type_) + ";");
    for (const auto& [name, value] : headers_)
      out.line("if (Status s = call.reply.headers.set(" + cpp_string(name) + ", " + value.cpp_expression() + "); !s.ok()) co_return s;");
    out.line("call.reply.body.clear();");
    out.raw(tree_ ? json_.cpp_append_json("call.reply.body", out.indent()) : text_.cpp_append("call.reply.body", out.indent()));
  }

  bool grpc_ = false, tree_ = false;
  int status_ = 200;
  std::string content_type_;
  std::vector<std::pair<std::string, TextTemplate>> headers_;
  ValueTemplate json_;
  TextTemplate text_;
};

}  // namespace

slipway::Result<BehaviourPtr> read_reply(const Value& step, ReadContext& context) {
  Options o("reply", step, context, "body", {"status", "headers", "body", "content_type"});
  auto b = std::make_shared<Reply>();
  b->line = step.line;
  b->grpc_ = context.grpc;
  b->status_ = static_cast<int>(o.integer("status", 200, 200, 599));
  b->tree_ = context.grpc || o.get("body").is_map() || o.get("body").is_list() ||
             (o.get("body").is_string() && !o.has("content_type") && o.get("body").as_string().starts_with("{{"));
  b->content_type_ = o.text("content_type", b->tree_ || !o.has("body") ? "application/json" : "text/plain; charset=utf-8");
  b->headers_ = o.pairs("headers", Escape::Text);
  if (b->tree_) {
    b->json_ = o.value_template("body");
  } else {
    const std::string& type = b->content_type_;
    const Escape escape = type.find("json") != std::string::npos   ? Escape::Json
                          : type.find("html") != std::string::npos ? Escape::Html
                                                                   : Escape::Text;
    b->text_ = o.text_template("body", escape);
  }
  if (!o.status().ok()) return o.status().error();
  return BehaviourPtr(b);
}

}  // namespace workbench::behaviour
