#include <atomic>

#include "slipway/http/connection.h"
#include "slipway/http/input.h"

namespace slipway::http {

void Served::own(std::string_view bytes) {
  owned.assign(bytes);
  peer.assign(call.request.peer);
  is_owned = true;
  const char* const from = bytes.data();
  const auto move = [&](std::string_view& view) {
    if (view.data() >= from && view.data() <= from + bytes.size())
      view = std::string_view(owned.data() + (view.data() - from), view.size());
  };
  auto& request = call.request;
  for (auto* view : {&request.method, &request.target, &request.path, &request.query, &request.body, &head.method, &head.target, &head.host,
                     &head.content_type, &head.traceparent})
    move(*view);
  for (std::size_t i = 0; i < head.field_count; ++i) {
    move(head.fields[i].name);
    move(head.fields[i].value);
  }
  for (std::size_t i = 0; i < request.params.size(); ++i) move(params[i].value);
  request.peer = peer;
}

void Served::reset() {
  call.reset();
  // What listened to it, and what that holds, goes with the call.
  if (cancellation && (cancellation.use_count() > 1 || !cancellation->untouched())) cancellation.reset();
  trim(text, 16 * 1024);
  trim(body, 64 * 1024);
  trim(owned, 64 * 1024);
  is_owned = starting = done_while_starting = false;
  status = {};
  connection = nullptr;
  router.reset();
}

std::shared_ptr<context::Cancellation> Served::fresh_cancellation() {
  const bool alone = cancellation && cancellation.use_count() == 1;
#ifndef __SANITIZE_THREAD__  // which knows no fences
  std::atomic_thread_fence(std::memory_order_acquire);  // what its other holders did has been done
#endif
  if (!alone || !cancellation->untouched()) cancellation = std::make_shared<context::Cancellation>();
  return cancellation;
}

}  // namespace slipway::http
