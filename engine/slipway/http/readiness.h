// Readiness: "tell me when this socket may be read or written", straight on Asio's reactor. Private to http.
//
// Asio's public reads try recv before they wait, and its public waits pay an epoll_ctl each: either costs a system call per
// request. A reactor_op whose perform does no I/O and says "done and exhausted" costs neither: the op lives inside its
// connection, re-arming is a push on a queue, and an edge that came while nobody waited is remembered by the reactor. This is
// Asio's detail namespace, kept in this one file and pinned to the Boost versions it was read against.
#pragma once

#include <boost/version.hpp>
#if BOOST_VERSION < 107800 || BOOST_VERSION > 108199
#error "http/readiness.h knows Asio's reactor of Boost 1.78 to 1.81; read the reactor of this version before widening the range"
#endif

#include <boost/asio/io_context.hpp>  // before the two that it stands on

#include <boost/asio/detail/reactor.hpp>
#include <boost/asio/detail/reactor_op.hpp>

namespace slipway::http {

// One wait, reusable. `ready(owner, gone)` runs on the loop: gone = the socket was released, or the loop is being destroyed.
class ReadyOp : public boost::asio::detail::reactor_op {
 public:
  enum class Why { Ready, Released, LoopGone };
  using Callback = void (*)(void* owner, Why why);
  ReadyOp(void* owner, Callback ready)
      : reactor_op(boost::system::error_code(), &ReadyOp::perform, &ReadyOp::complete), owner_(owner), ready_(ready) {}
  bool armed() const { return armed_; }

 private:
  friend class Reactor;
  static status perform(reactor_op*) { return done_and_exhausted; }
  static void complete(void* loop, boost::asio::detail::operation* base, const boost::system::error_code&, std::size_t) {
    auto* op = static_cast<ReadyOp*>(base);
    op->armed_ = false;
    op->ready_(op->owner_, !loop ? Why::LoopGone : op->ec_ ? Why::Released : Why::Ready);
  }
  void* owner_;
  Callback ready_;
  bool armed_ = false;
};

class Reactor {
 public:
  using Registration = boost::asio::detail::reactor::per_descriptor_data;
  explicit Reactor(boost::asio::io_context& io) : impl_(boost::asio::use_service<boost::asio::detail::reactor>(io)) { impl_.init_task(); }
  bool add(int fd, Registration& r) {
    r = nullptr;
    return impl_.register_descriptor(fd, r) == 0;
  }
  void wait_readable(int fd, Registration& r, ReadyOp& op) { wait(boost::asio::detail::reactor::read_op, fd, r, op); }
  void wait_writable(int fd, Registration& r, ReadyOp& op) { wait(boost::asio::detail::reactor::write_op, fd, r, op); }
  // Armed ops complete later with Released. Close the fd right after.
  void release(int fd, Registration& r) {
    if (!r) return;
    impl_.deregister_descriptor(fd, r, true);
    impl_.cleanup_descriptor_data(r);
  }

 private:
  void wait(int kind, int fd, Registration& r, ReadyOp& op) {
    op.armed_ = true;
    op.ec_ = {};
    impl_.start_op(kind, fd, r, &op, true, true);
  }
  boost::asio::detail::reactor& impl_;
};

}  // namespace slipway::http
