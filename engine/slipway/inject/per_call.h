// PerCall: the step that opens an inject::Request around every call of a server, HTTP or gRPC alike.
//
//   bindings.input<middleware::Call>();
//   bindings.request<Session, middleware::Call&, Users&>();
//   server.use(inject::per_call(*graph));
//   ... in a handler:  inject::part<Session>(call.context)
//
// The request ends when the rest of the chain has answered, also when it suspended or failed. The graph must outlive the server.
#pragma once

#include <memory>

#include "slipway/inject/request.h"
#include "slipway/middleware/middleware.h"

namespace slipway::inject {

middleware::MiddlewarePtr per_call(Graph& graph);

// The request of this call; throws InjectError outside one.
Request& request_of(const context::Context& context);

template <class T>
T& part(const context::Context& context, std::string_view name = {}) {
  return request_of(context).get<T>(name);
}

}  // namespace slipway::inject
