// Flights: for each key at most one loader at a time; who comes meanwhile waits for its result ("single
// flight"). Solves two problems: a popular key that expires does not send a herd to the database, and a slow
// loader holds up nobody who asks for another key. Each waits within the limits of his own context.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "slipway/cache/cache.h"
#include "slipway/context/handover.h"

namespace slipway::cache {

class Flights {
 public:
  using Outcome = Result<Lookup>;
  struct Flight {
    std::string key;
    std::thread::id pilot;  // of a blocking loader; none for a suspended one
    bool given_up = false;  // set before those who wait are told: its pilot's context gave up, which says nothing about theirs
    std::vector<std::shared_ptr<context::Handover<Outcome>>> waiting;
  };
  using FlightPtr = std::shared_ptr<Flight>;
  using Seat = std::shared_ptr<context::Handover<Outcome>>;

  // The flight of `key`; and a seat to wait on, null for the one who has to fly it.
  struct Ticket {
    FlightPtr flight;
    Seat seat;
  };
  Ticket board(std::string_view key, std::thread::id pilot);
  // Ends the flight: later callers begin a new one, all who wait get `outcome`.
  void land(const FlightPtr& flight, Outcome outcome, bool given_up);
  // Who left his seat before the landing takes it along.
  void leave(const Ticket& ticket);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, FlightPtr> flying_;
};

}  // namespace slipway::cache
