#include "slipway/base/executor.h"

namespace slipway {
namespace {
thread_local Executor* t_current = nullptr;
}

Executor* Executor::current() {
  return t_current;
}
void Executor::set_current(Executor* executor) {
  t_current = executor;
}

}  // namespace slipway
