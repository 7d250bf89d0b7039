// Typed handlers: a function of a described struct, for Server::get, post, ...
//
//   struct HelloRequest { std::string name; };
//   BOOST_DESCRIBE_STRUCT(HelloRequest, (), (name))
//   struct HelloReply { std::string message; };
//   BOOST_DESCRIBE_STRUCT(HelloReply, (), (message))
//   server.get("/hello/{name}", [](const HelloRequest& r) -> Result<HelloReply> { return HelloReply{"hello " + r.name}; });
//
// Each field is filled from the path parameter of its name, else from the query, else from the JSON body; a field that is
// nowhere must be optional or have a default. All that is wrong comes back at once as 400 BAD_FIELDS. The handler may also take
// the Call (context, reply headers and status) first or alone, and may return Reply, Result<Reply>, Status, or a Task of any of
// these; with a Task it may suspend. The request lives in the coroutine for a Task, so take it by value there.
#pragma once

#include <boost/callable_traits/args.hpp>
#include <boost/callable_traits/return_type.hpp>
#include <tuple>

#include "slipway/codec/typed.h"
#include "slipway/http/server.h"

namespace slipway::http {

// The texts of one name in path and query. `many` holds a repeated query parameter.
struct BoundText {
  bool found = false;
  Value value;
};
BoundText find_text(const middleware::Request& request, std::string_view name);

// Reads T out of path, query and body.
template <class T>
Result<T> bind_request(middleware::Call& call) {
  static_assert(codec::Described<T>, "describe the request with BOOST_DESCRIBE_STRUCT(T, (), (fields...)) to bind it");
  const Value* body = nullptr;
  if (!call.request.body.empty()) {
    auto decoded = call.body_value();
    if (!decoded.ok()) return decoded.error();
    body = *decoded;
    if (!body->is_map()) return bad_request("the body is not a JSON object", "BAD_FIELDS");
  }
  codec::detail::Problems in_text({.text_values = true}), in_body({});
  T out{};
  boost::mp11::mp_for_each<codec::detail::Members<T>>([&](auto member) {
    auto& field = out.*member.pointer;
    if (BoundText text = find_text(call.request, member.name); text.found) {
      codec::detail::Problems::Step step(in_text, member.name);
      codec::detail::read(text.value, field, in_text);
      return;
    }
    codec::detail::Problems::Step step(in_body, member.name);
    const Value* found = body ? body->as_map().find(member.name) : nullptr;
    if (found) {
      codec::detail::read(*found, field, in_body);
    } else if (!codec::detail::may_be_absent(field)) {
      in_body.add(nullptr, "is missing");
    }
  });
  in_text.append(std::move(in_body));
  if (!in_text.empty()) return in_text.to_error();
  return out;
}

namespace detail {

template <class T>
struct IsResult : std::false_type {};
template <class T>
struct IsResult<Result<T>> : std::true_type {};
template <class T>
struct IsTask : std::false_type {};
template <class T>
struct IsTask<Task<T>> : std::true_type {};

// Puts what a handler returned into the reply.
template <class R>
Status answer(middleware::Call& call, R&& result) {
  using T = std::remove_cvref_t<R>;
  if constexpr (std::is_same_v<T, Status>) {
    return std::forward<R>(result);
  } else if constexpr (IsResult<T>::value) {
    if (!result.ok()) return result.error();
    return answer(call, *result);
  } else {
    call.reply.body.clear();
    codec::append_json(call.reply.body, result);
    return {};
  }
}

template <class R>
Task<Status> answer_later(middleware::Call& call, Task<R> task) {
  if constexpr (std::is_void_v<R>) {
    co_await task;
    co_return Status();
  } else {
    co_return answer(call, co_await task);
  }
}

template <class R>
middleware::Outcome outcome_of(middleware::Call& call, R&& result) {
  using T = std::remove_cvref_t<R>;
  if constexpr (std::is_same_v<T, middleware::Outcome>) {
    return std::forward<R>(result);
  } else if constexpr (IsTask<T>::value) {
    return answer_later(call, std::forward<R>(result));
  } else {
    return answer(call, std::forward<R>(result));
  }
}

}  // namespace detail

// Any of the shapes above as a plain Handler.
template <class F>
middleware::Handler typed_handler(F handler) {
  using Args = boost::callable_traits::args_t<F>;
  constexpr auto kArgs = std::tuple_size_v<Args>;
  static_assert(kArgs == 1 || kArgs == 2, "a handler takes (request), (call) or (call, request)");
  using Last = std::remove_cvref_t<std::tuple_element_t<kArgs - 1, Args>>;
  return [handler = std::move(handler)](middleware::Call& call) -> middleware::Outcome {
    if constexpr (std::is_same_v<Last, middleware::Call>) {
      static_assert(kArgs == 1, "a handler takes (request), (call) or (call, request)");
      return detail::outcome_of(call, handler(call));
    } else {
      auto request = bind_request<Last>(call);
      if (!request.ok()) return request.error();
      if constexpr (kArgs == 1) {
        return detail::outcome_of(call, handler(std::move(*request)));
      } else {
        return detail::outcome_of(call, handler(call, std::move(*request)));
      }
    }
  };
}

template <class F>
Status Server::typed(std::string method, std::string pattern, F handler) {
  using R = std::remove_cvref_t<boost::callable_traits::return_type_t<F>>;
  constexpr bool kMaySuspend = detail::IsTask<R>::value || std::is_same_v<R, middleware::Outcome>;
  return handle(std::move(method), std::move(pattern), typed_handler(std::move(handler)), kMaySuspend);
}

}  // namespace slipway::http
