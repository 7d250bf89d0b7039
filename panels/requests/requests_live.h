// The actions of Requests that need the host. In a Story `done` gets an error, or a null trace.
#pragma once

#include <functional>

#include "panels/kit/session.h"

namespace panels::requests {

std::uint64_t send_request(kit::Session* session, const workbench::traffic::SavedRequest& request,
                           std::function<void(slipway::Result<workbench::traffic::Exchange>)> done);
void save_request(kit::Session* session, const workbench::traffic::SavedRequest& request, std::function<void()> saved);
void use_environment(kit::Session* session, const QString& name);
void fetch_trace(kit::Session* session, const std::string& id, std::function<void(workbench::recorder::TracePtr)> done);

}  // namespace panels::requests
