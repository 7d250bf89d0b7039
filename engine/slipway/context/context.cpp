#include "slipway/context/context.h"

namespace slipway::context {

Duration Context::remaining() const {
  if (!has_deadline()) return Duration::max();
  const Duration left = deadline_ - Clock::system().now();
  return left > Duration::zero() ? left : Duration::zero();
}

Context Context::with_deadline(TimePoint at) const {
  Context c = *this;
  if (at < c.deadline_) c.deadline_ = at;
  return c;
}

Context Context::with_timeout(Duration d) const {
  const TimePoint now = Clock::system().now();
  return d >= TimePoint::max() - now ? *this : with_deadline(now + d);
}

Status Context::check() const {
  if (cancellation_ && cancellation_->cancelled()) return cancellation_->why();
  if (has_deadline() && Clock::system().now() >= deadline_)
    return deadline_exceeded("the deadline of the call has passed");
  return {};
}

Context Context::with_cancellation(std::shared_ptr<Cancellation> c) const {
  Context copy = *this;
  copy.cancellation_ = std::move(c);
  return copy;
}

std::string_view Context::metadata(std::string_view key) const {
  return metadata_ ? metadata_->get(key) : std::string_view();
}

Context Context::with_metadata(Headers metadata) const {
  Context c = *this;
  c.metadata_ = std::make_shared<const Headers>(std::move(metadata));
  return c;
}

}  // namespace slipway::context
