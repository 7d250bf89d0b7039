// sql: one statement on the service's database, always with parameters.
// `sql: { query: "SELECT ... WHERE id = ?", params: ["{{path.id}}"], as: order, one: true,
//         missing: { status: 404, reason: ORDER_NOT_FOUND, message: "..." } }`
// `as` names the result for later steps: a list of rows, with `one` the first row; for statements without rows
// {changes, last_id}. `missing` fails the call when there is no row.
#include "slipway/values/values.h"
#include "workbench/behaviour/behaviours.h"
#include "workbench/behaviour/options.h"

namespace workbench::behaviour {
namespace {

using slipway::Status;
using slipway::Task;
using slipway::Value;
using slipway::middleware::Call;

class Sql final : public Behaviour {
 public:
  std::string_view kind() const override { return "sql"; }
  std::string summary() const override { return "sql " + query_.substr(0, query_.find_first_of(" \n")); }
  bool suspends() const override { return true; }
  void add_needs(Needs& needs) const override { needs.database = true; }
  Task<Status> run_async(Call& call, Variables& variables, Runtime& runtime) const override {
    std::vector<Value> values;
    for (const auto& p : parameters_) values.push_back(p.eval(call, variables));
    auto rows = co_await runtime.sql(call.context, query_, std::move(values));
    if (!rows.ok()) co_return rows.error();
    Value result = std::move(*rows);
    if (one_ && result.is_list()) result = result.as_list().empty() ? Value() : Value(result.as_list().front());
    if (missing_status_ && (result.is_null() || (result.is_list() && result.as_list().empty()))) {
      // A local first: g++ 12 destroys temporaries of a co_return expression twice.
      const slipway::Error missing(missing_status_, missing_reason_, missing_message_.render(call, variables));
      co_return missing;
    }
    if (!as_.empty()) variables.values[as_] = std::move(result);
    co_return Status();
  }
  void write_cpp(CppWriter& out) const override {
    const std::string name = as_.empty() ? "unused" : cpp_variable(as_);
    std::string parameters;
    for (const auto& p : parameters_) parameters += (parameters.empty() ? "" : ", ") + p.cpp_expression();
    if (as_.empty()) out.open("{");
    out.line("std::vector<Value> " + name + "_values{" + parameters + "};");
    out.line("auto " + name + "_rows = co_await @sql@(call, " + cpp_string(query_) + ", std::move(" + name + "_values));");
    out.line("if (!" + name + "_rows.ok()) co_return " + name + "_rows.error();");
    if (!as_.empty() || missing_status_) {
      out.line("Value " + name + " = std::move(*" + name + "_rows);");
      if (one_) out.line("if (" + name + ".is_list()) " + name + " = " + name + ".as_list().empty() ? Value() : Value(" + name + ".as_list().front());");
      if (missing_status_)
      {
        out.open("if (" + name + ".is_null() || (" + name + ".is_list() && " + name + ".as_list().empty())) {");
        out.line("std::string missing_message = " + missing_message_.cpp_expression() + ";");
        out.line("const slipway::Error missing(" + std::to_string(missing_status_) + ", " + cpp_string(missing_reason_) + ", std::move(missing_message));");
        out.line("co_return missing;");
        out.close();
      }
    }
    if (as_.empty()) out.close();
  }
  std::string query_, as_;
  bool one_ = false;
  std::vector<ValueTemplate> parameters_;
  int missing_status_ = 0;
  std::string missing_reason_;
  TextTemplate missing_message_;
};

}  // namespace

slipway::Result<BehaviourPtr> read_sql(const Value& step, ReadContext& context) {
  Options o("sql", step, context, "query", {"query", "params", "as", "one", "missing"});
  auto b = std::make_shared<Sql>();
  b->line = step.line;
  b->query_ = o.required_text("query");
  if (!context.has_database)
    o.fail(o.error("", "needs a database, which the service " + context.service + " does not have (add database: { file: " + context.service + ".db, schema: schema/" + context.service + ".sql })"));
  if (b->query_.find("{{") != std::string::npos)
    o.fail(o.error("query", "a statement takes no templates: write ? and list the values under params"));
  b->as_ = o.text("as");
  const Value& one = o.get("one");
  if (!one.is_null() && !one.is_bool()) o.fail(o.error("one", "is true or false"));
  b->one_ = one.is_bool() && one.as_bool();
  const Value& params = o.get("params");
  if (params.is_list()) {
    for (const Value& p : params.as_list()) {
      auto t = ValueTemplate::compile(p, o.names());
      if (!t.ok())
        o.fail(t.error());
      else
        b->parameters_.push_back(*t);
    }
  } else if (!params.is_null()) {
    o.fail(o.error("params", "is a list, one value for each ?"));
  }
  if (o.has("missing")) {
    Options m("sql.missing", o.get("missing"), context, "status", {"status", "reason", "message"});
    b->missing_status_ = static_cast<int>(m.integer("status", 404, 400, 599));
    b->missing_reason_ = m.text("reason", "NOT_FOUND");
    b->missing_message_ = m.text_template("message", Escape::Text, "there is no such row");
    if (!m.status().ok()) o.fail(m.status().error());
  }
  if (!o.status().ok()) return o.status().error();
  if (!b->as_.empty()) context.names.variables.insert(b->as_);
  return BehaviourPtr(b);
}

}  // namespace workbench::behaviour
