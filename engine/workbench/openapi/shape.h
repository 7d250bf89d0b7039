// Shape: the JSON schema that a template, a set of validation rules or an example implies. Inside the folder only.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/value.h"

namespace workbench::openapi {

// One name of the request that an expression reads: `int(default(query.limit, 20))`.
struct Use {
  std::string root;                 // "path", "query", "header", "body"
  std::string path;                 // "limit", "customer.email"; empty for the whole body
  std::string type;                 // "integer", "number" where a function wants one; else empty
  slipway::Value fallback;          // of default(…, 20); null when there is none
};
// Every use in the strings of `options`, in order, each name once (a typed use wins over an untyped one).
std::vector<Use> uses_of(const slipway::Value& options);

// {type: object, required: […], properties: {…}} of the rules of `validate`.
slipway::Value schema_of_rules(const slipway::Value& rules);
// An object with the body's fields that are used and no more is known of.
slipway::Value schema_of_uses(const std::vector<Use>& uses);
// The schema of a reply's body as written; `request` is the schema of the request's body, for {{body.x}}.
slipway::Value schema_of_template(const slipway::Value& body, const slipway::Value& request);

}  // namespace workbench::openapi
