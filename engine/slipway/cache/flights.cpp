#include "slipway/cache/flights.h"

#include <algorithm>

namespace slipway::cache {

Flights::Ticket Flights::board(std::string_view key, std::thread::id pilot) {
  std::lock_guard lock(mutex_);
  auto [at, is_new] = flying_.try_emplace(std::string(key));
  if (is_new) {
    at->second = std::make_shared<Flight>(Flight{std::string(key), pilot, false, {}});
    return {at->second, nullptr};
  }
  const FlightPtr& flight = at->second;
  auto seat = std::make_shared<context::Handover<Outcome>>();
  if (pilot != std::thread::id() && flight->pilot == pilot) {
    seat->give(internal_error("the loader of cache key \"" + flight->key + "\" asks for its own key", "CACHE_REENTERED"));
  } else {
    flight->waiting.push_back(seat);
  }
  return {flight, std::move(seat)};
}

void Flights::land(const FlightPtr& flight, Outcome outcome, bool given_up) {
  std::vector<Seat> waiting;
  {
    std::lock_guard lock(mutex_);
    flying_.erase(flight->key);
    flight->given_up = given_up;
    waiting.swap(flight->waiting);
  }
  for (const auto& seat : waiting) seat->give(outcome);
}

void Flights::leave(const Ticket& ticket) {
  std::lock_guard lock(mutex_);
  std::erase(ticket.flight->waiting, ticket.seat);
}

}  // namespace slipway::cache
