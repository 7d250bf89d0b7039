#include "slipway/cache/flights.h"

namespace slipway::cache {

Flights::Ticket Flights::board(std::string_view key, std::thread::id pilot) {
  std::lock_guard lock(mutex_);
  auto [at, is_new] = flying_.try_emplace(std::string(key));
  if (is_new) at->second = std::make_shared<Flight>(Flight{std::string(key), pilot, {}, {}});
  return {at->second, is_new};
}

void Flights::land(const FlightPtr& flight, Outcome outcome) {
  std::vector<std::function<void(const Outcome&)>> waiting;
  {
    std::lock_guard lock(mutex_);
    flying_.erase(flight->key);
    flight->outcome.emplace(std::move(outcome));
    waiting.swap(flight->waiting);
  }
  landed_.notify_all();
  for (const auto& callback : waiting) callback(*flight->outcome);
}

Flights::Outcome Flights::wait(const FlightPtr& flight, const context::Context& context) {
  if (flight->pilot == std::this_thread::get_id())
    return internal_error("the loader of cache key \"" + flight->key + "\" asks for its own key",
                          "CACHE_REENTERED");
  // A cancelled context wakes the wait; the lock makes sure that the wake-up is not lost.
  std::uint64_t registration = 0;
  const auto& cancellation = context.cancellation();
  if (cancellation) {
    registration = cancellation->on_cancel([this] {
      std::lock_guard lock(mutex_);
      landed_.notify_all();
    });
  }
  std::unique_lock lock(mutex_);
  const auto done = [&] { return flight->outcome.has_value() || !context.check(); };
  if (context.has_deadline())
    while (!done()) landed_.wait_until(lock, context.deadline());
  else
    landed_.wait(lock, done);
  Outcome outcome = flight->outcome ? *flight->outcome : Outcome(context.check().error());
  lock.unlock();
  if (cancellation) cancellation->remove(registration);
  return outcome;
}

void Flights::when_landed(const FlightPtr& flight, std::function<void(const Outcome&)> callback) {
  {
    std::lock_guard lock(mutex_);
    if (!flight->outcome) {
      flight->waiting.push_back(std::move(callback));
      return;
    }
  }
  callback(*flight->outcome);
}

}  // namespace slipway::cache
