// Expression: what stands between {{ and }} in a template: a name (`body.sku`, `path.id`, `price.amount`), a literal, or a
// function of expressions (`mul(body.qty, 1195)`). Compiled when a workspace is loaded; an unknown name or function is an
// error with its place. One object, two faces: eval() runs it, cpp() writes it as a call of slipway::values.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/result.h"
#include "slipway/base/value.h"
#include "slipway/middleware/call.h"

namespace workbench::behaviour {

// What names a template may use, and where it stands.
struct Names {
  std::set<std::string> path_params;
  std::set<std::string> variables;  // made by earlier steps of the route with `as:`
  slipway::Mark where;
};

// What a route's steps leave for each other while one call runs.
struct Variables {
  slipway::Value values;  // a map: name -> value
};

class Expression {
 public:
  virtual ~Expression() = default;
  virtual slipway::Value eval(slipway::middleware::Call& call, const Variables& variables) const = 0;
  // A C++ expression of type slipway::Value (or a reference to one), in terms of `call` and local variables.
  virtual std::string cpp() const = 0;
};
using ExpressionPtr = std::shared_ptr<const Expression>;

slipway::Result<ExpressionPtr> compile_expression(std::string_view text, const Names& names);

// A C++ string literal for that text.
std::string cpp_string(std::string_view text);
// A C++ expression for that constant.
std::string cpp_value(const slipway::Value& value);
// The C++ name of a variable made with `as:` ("order" -> "order_value" where it would be a keyword or a parameter).
std::string cpp_variable(std::string_view name);

// The name nearest to `word`, or empty when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace workbench::behaviour
