// Request: the parts that live as long as one call, over the graph's.
//
//   inject::Request request(graph);
//   request.put<Call>(call);                          // an input that the bindings declare
//   Session& session = request.get<Session>();        // made now, the first time; the same until the request ends
//
// Parts are made when asked for and die with the request, the last made first. Several requests at once share nothing but the
// singletons. One request is used by one thread at a time. inject/per_call.h opens one around every call of a server.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "slipway/inject/graph.h"

namespace slipway::inject {

class Request {
 public:
  explicit Request(Graph& graph) : graph_(graph), parts_(graph.request_slot_count_) {}
  ~Request();
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  // What this request brings with it; it must outlive the request. Throws InjectError when the bindings declare no such input.
  template <class T>
  void put(T& value, std::string_view name = {}) {
    put_any(graph_.node_of(slipway::detail::kTypeSlot<std::remove_const_t<T>>, name), const_cast<std::remove_const_t<T>*>(&value));
  }
  // A part of this request, or a singleton. Throws InjectError when its making fails, or for a transient.
  template <class T>
  T& get(std::string_view name = {}) {
    const auto node = graph_.node_of(slipway::detail::kTypeSlot<std::remove_const_t<T>>, name);
    return *static_cast<T*>(detail::reference_of(graph_.resolver(node, this), node));
  }
  // A transient that may use parts of this request, and must not outlive it.
  template <class T>
  Made<T> make(std::string_view name = {}) {
    return std::static_pointer_cast<T>(detail::made_of(graph_, this, graph_.node_of(slipway::detail::kTypeSlot<std::remove_const_t<T>>, name)));
  }

 private:
  friend void* detail::missing_reference(Graph& graph, Request* request, std::uint32_t node);
  void* part(std::uint32_t node);
  void put_any(std::uint32_t node, void* object);

  struct Part {
    void* object = nullptr;
    bool making = false;
  };
  Graph& graph_;
  std::vector<Part> parts_;            // by the node's slot
  std::vector<detail::Owned> owned_;   // in order of making
};

}  // namespace slipway::inject
