// The actions of Load that need the host.
#pragma once

#include <functional>

#include "panels/kit/session.h"

namespace panels::load {

// Expands the request and starts; `done` gets an error when another run is on or the target is not on loopback.
void start_load(kit::Session* session, workbench::traffic::LoadOptions options, std::function<void(slipway::Result<bool>)> done);
void set_rate(kit::Session* session, double rate_per_s);
void stop_load(kit::Session* session);
void open_run(kit::Session* session, const QString& id, std::function<void(slipway::Result<workbench::traffic::SavedRun>)> done);
void star_run(kit::Session* session, const QString& id, bool on);

}  // namespace panels::load
