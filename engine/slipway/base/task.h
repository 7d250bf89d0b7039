// Task<T>: a lazy coroutine for code that suspends (client calls, SQL, delays, retry).
//
// It starts when awaited or by start(); completion resumes the awaiter by symmetric transfer, so chains do not grow
// the stack. Frames come from a per-thread free list. An exception in the body is rethrown to the awaiter.
// A Task is resumed on the thread that completes what it waits for; suspend_with hands out a Resume that may be
// called once, from any thread, and hops back to the executor that was current when it suspended.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "slipway/base/executor.h"

namespace slipway {

namespace detail {
void* allocate_frame(std::size_t size);
void release_frame(void* frame, std::size_t size) noexcept;

struct PromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();
  std::exception_ptr failure;
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { release_frame(frame, size); }
  std::suspend_always initial_suspend() noexcept { return {}; }
  struct Final {
    bool await_ready() noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> h) noexcept {
      return h.promise().continuation;
    }
    void await_resume() noexcept {}
  };
  Final final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { failure = std::current_exception(); }
};
}  // namespace detail

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type : detail::PromiseBase {
    std::optional<T> value;
    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    template <class U>
    void return_value(U&& u) {
      value.emplace(std::forward<U>(u));
    }
  };
  Task() = default;
  Task(Task&& o) noexcept : h_(std::exchange(o.h_, {})) {}
  Task& operator=(Task&& o) noexcept {
    if (this != &o) {
      if (h_) h_.destroy();
      h_ = std::exchange(o.h_, {});
    }
    return *this;
  }
  ~Task() {
    if (h_) h_.destroy();
  }
  explicit operator bool() const { return static_cast<bool>(h_); }
  bool done() const { return h_ && h_.done(); }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    h_.promise().continuation = awaiting;
    return h_;
  }
  T await_resume() { return take(); }

  // The value of a finished task; rethrows its exception.
  T take() {
    if (h_.promise().failure) std::rethrow_exception(h_.promise().failure);
    return std::move(*h_.promise().value);
  }

 private:
  explicit Task(std::coroutine_handle<promise_type> h) : h_(h) {}
  std::coroutine_handle<promise_type> h_;
};

template <>
class [[nodiscard]] Task<void> {
 public:
  struct promise_type : detail::PromiseBase {
    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    void return_void() {}
  };
  Task() = default;
  Task(Task&& o) noexcept : h_(std::exchange(o.h_, {})) {}
  Task& operator=(Task&& o) noexcept {
    if (this != &o) {
      if (h_) h_.destroy();
      h_ = std::exchange(o.h_, {});
    }
    return *this;
  }
  ~Task() {
    if (h_) h_.destroy();
  }
  explicit operator bool() const { return static_cast<bool>(h_); }
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    h_.promise().continuation = awaiting;
    return h_;
  }
  void await_resume() {
    if (h_.promise().failure) std::rethrow_exception(h_.promise().failure);
  }

 private:
  explicit Task(std::coroutine_handle<promise_type> h) : h_(h) {}
  std::coroutine_handle<promise_type> h_;
};

// Fire and forget: runs `task` now until it first suspends, keeps it alive until it ends, then calls `done(value)`.
// An exception that leaves the task ends up in `failed`.
template <class T, class Done>
void start(Task<T> task, Done done, std::function<void(std::exception_ptr)> failed = {});

// Awaitable over a callback: `co_await suspend_with<int>([](Resume<int> r) { ... r(42); })`.
// The initiating function runs on the awaiting thread after suspension; r may be called there or anywhere, once.
template <class T>
class Resume {
 public:
  struct State {
    std::optional<T> value;
    std::coroutine_handle<> waiter;
    Executor* home = nullptr;
  };
  explicit Resume(State* s) : s_(s) {}
  void operator()(T value) const {
    s_->value.emplace(std::move(value));
    if (s_->home && !s_->home->is_current()) {
      s_->home->post([h = s_->waiter] { h.resume(); });
    } else {
      s_->waiter.resume();
    }
  }

 private:
  State* s_;
};

template <class T, class Initiate>
auto suspend_with(Initiate initiate) {
  struct Awaitable {
    Initiate initiate;
    typename Resume<T>::State state;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) {
      state.waiter = h;
      state.home = Executor::current();
      initiate(Resume<T>(&state));  // may resume, and so destroy *this, before it returns
    }
    T await_resume() { return std::move(*state.value); }
  };
  return Awaitable{std::move(initiate), {}};
}

// Suspends for `delay` on the current worker.
inline auto sleep_for(Duration delay) {
  return suspend_with<bool>([delay](Resume<bool> r) { Executor::current()->post_after(delay, [r] { r(true); }); });
}

namespace detail {
struct Detached {
  struct promise_type {
    Detached get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() noexcept { std::terminate(); }
    static void* operator new(std::size_t size) { return allocate_frame(size); }
    static void operator delete(void* frame, std::size_t size) noexcept { release_frame(frame, size); }
  };
};
template <class T, class Done>
Detached run_detached(Task<T> task, Done done, std::function<void(std::exception_ptr)> failed) {
  std::exception_ptr failure;
  if constexpr (std::is_void_v<T>) {
    try {
      co_await task;
    } catch (...) {
      failure = std::current_exception();
    }
    if (!failure) {
      done();
      co_return;
    }
  } else {
    std::optional<T> value;
    try {
      value.emplace(co_await task);
    } catch (...) {
      failure = std::current_exception();
    }
    if (value) {
      done(std::move(*value));
      co_return;
    }
  }
  if (failed) failed(failure);
}
}  // namespace detail

template <class T, class Done>
void start(Task<T> task, Done done, std::function<void(std::exception_ptr)> failed) {
  detail::run_detached<T, Done>(std::move(task), std::move(done), std::move(failed));
}

}  // namespace slipway
