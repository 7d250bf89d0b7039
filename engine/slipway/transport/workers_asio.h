// The io_context behind each worker, for http, grpc and adapters. Include it in .cpp files only: it pulls in Asio.
#pragma once

#include <boost/asio/io_context.hpp>

#include "slipway/transport/server.h"

namespace slipway::transport {

// The event loop of one worker, run by that worker's thread alone.
boost::asio::io_context& io_context_of(Workers& workers, std::size_t worker);
// The worker whose thread this is, or nullptr. `index` gets its number.
Workers* current_workers(std::size_t* index = nullptr);
// Whether stop() has begun: nothing posted from now on is sure to run.
bool stopping(const Workers& workers);

}  // namespace slipway::transport
