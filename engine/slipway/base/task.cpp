// Coroutine frames are short-lived and come in few sizes: a per-thread free list by size class makes one cost
// a few nanoseconds. A frame freed on another thread joins that thread's list. Under AddressSanitizer every
// frame comes from the heap, so that use after free is seen.
#include "slipway/base/task.h"

#include <array>
#include <new>

namespace slipway::detail {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kPooled = false;
#else
constexpr bool kPooled = true;
#endif
constexpr std::size_t kStep = 64;
constexpr std::size_t kClasses = 32;  // up to 2 KiB
constexpr std::uint32_t kKeepPerClass = 256;

struct Free {
  Free* next;
};

struct FreeLists {
  std::array<Free*, kClasses> head;
  std::array<std::uint32_t, kClasses> count;
  bool closed;  // the thread is ending: nothing is kept any more
};
thread_local constinit FreeLists t_lists{};

struct AtThreadExit {
  bool armed = false;
  ~AtThreadExit() {
    t_lists.closed = true;
    for (Free*& head : t_lists.head)
      while (head) ::operator delete(std::exchange(head, head->next));
  }
};
thread_local AtThreadExit t_at_exit;

}  // namespace

void* allocate_frame(std::size_t size) {
  const std::size_t size_class = (size - 1) / kStep;
  if (!kPooled || size_class >= kClasses) return ::operator new(size);
  if (Free* frame = t_lists.head[size_class]) {
    t_lists.head[size_class] = frame->next;
    --t_lists.count[size_class];
    return frame;
  }
  return ::operator new((size_class + 1) * kStep);
}

void release_frame(void* frame, std::size_t size) noexcept {
  const std::size_t size_class = (size - 1) / kStep;
  if (!kPooled || size_class >= kClasses || t_lists.closed || t_lists.count[size_class] >= kKeepPerClass) {
    ::operator delete(frame);
    return;
  }
  t_at_exit.armed = true;
  t_lists.head[size_class] = new (frame) Free{t_lists.head[size_class]};
  ++t_lists.count[size_class];
}

}  // namespace slipway::detail
