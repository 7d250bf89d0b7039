// OpenAPI: the OpenAPI 3.0 document of a service, made from what its file says: routes, templates, validation rules and the
// chain. The Services panel shows it, `GET`s nothing, and an exported project gets it as api/openapi.yaml. gRPC methods are
// described by their .proto and are left out.
//
// What a template does not tell stays open: a property without a type takes any JSON. Pure, no files, any thread.
#pragma once

#include <string>

#include "slipway/base/value.h"
#include "workbench/workspace/model.h"

namespace workbench::openapi {

// With `workspace`, a route that only passes a call on is described as the route it calls. `url` is where the service
// answers ("http://127.0.0.1:8081"); empty: the address of its file.
slipway::Value document(const workspace::Service& service, const workspace::Workspace* workspace = nullptr, const std::string& url = {});
// The same as YAML with a head line.
std::string document_yaml(const workspace::Service& service, const workspace::Workspace* workspace = nullptr, const std::string& url = {});

}  // namespace workbench::openapi
