#include "slipway/inject/request.h"

#include "slipway/inject/making.h"

namespace slipway::inject {

Request::~Request() {
  while (!owned_.empty()) owned_.pop_back();
}

void Request::put_any(std::uint32_t node, void* object) {
  const auto& binding = graph_.binding(node);
  if (binding.lifetime != Lifetime::Request || binding.recipe->make)
    throw InjectError(conflict(binding.label() + " is no input of requests (declare it: bindings.input<" +
                                   std::string(binding.type()->short_name()) + ">())",
                               "NOT_AN_INPUT"));
  parts_[graph_.request_slots_[node]].object = object;
}

void* Request::part(std::uint32_t node) {
  const auto& binding = graph_.binding(node);
  Part& part = parts_[graph_.request_slots_[node]];
  if (part.object) return part.object;
  if (!binding.recipe->make)
    throw InjectError(conflict(binding.label() + " is an input of requests and was not given: put() it before what needs it is asked for",
                               "INPUT_MISSING"));
  if (part.making)
    throw InjectError(conflict(binding.label() + " asks for itself while it is made (ask the Provider later, when the part is used)",
                               "INJECT_CYCLE"));
  part.making = true;
  try {
    owned_.push_back(detail::call_factory(binding, graph_.resolver(node, this)));
  } catch (...) {
    part.making = false;
    throw;
  }
  part.making = false;
  return part.object = owned_.back().object();
}

}  // namespace slipway::inject
