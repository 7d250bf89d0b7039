// Flights: for each key at most one loader at a time; who comes meanwhile waits for its result ("single
// flight"). Solves two problems: a popular key that expires does not send a herd to the database, and a slow
// loader holds up nobody who asks for another key.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

#include "slipway/cache/cache.h"

namespace slipway::cache {

class Flights {
 public:
  using Outcome = Result<Lookup>;
  struct Flight {
    std::string key;
    std::thread::id pilot;  // of a blocking loader; none for a suspended one
    std::optional<Outcome> outcome;
    std::vector<std::function<void(const Outcome&)>> waiting;
  };
  using FlightPtr = std::shared_ptr<Flight>;

  // The flight of `key`, and whether the caller has to fly it.
  struct Ticket {
    FlightPtr flight;
    bool pilot = false;
  };
  Ticket board(std::string_view key, std::thread::id pilot);
  // Ends the flight: later callers begin a new one, all who wait get `outcome`.
  void land(const FlightPtr& flight, Outcome outcome);
  // Blocks until it landed or the context gave up.
  Outcome wait(const FlightPtr& flight, const context::Context& context);
  // Calls back when it landed, at once when it has.
  void when_landed(const FlightPtr& flight, std::function<void(const Outcome&)> callback);

 private:
  std::mutex mutex_;
  std::condition_variable landed_;
  std::unordered_map<std::string, FlightPtr> flying_;
};

}  // namespace slipway::cache
