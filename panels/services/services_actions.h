// What the Services panel asks the host to do. Each runs as a task; failures become toasts, stops can be taken back.
#pragma once

#include <QString>
#include <functional>
#include <utility>
#include <vector>

#include "panels/kit/session.h"

namespace panels::services {

void start(kit::Session* session, const QString& instance);     // "" = all
void stop(kit::Session* session, const QString& instance);
void restart(kit::Session* session, const QString& instance);
void use_port(kit::Session* session, const QString& instance, const QString& kind, int port);
void set_middleware(kit::Session* session, const QString& service, std::vector<std::pair<std::string, bool>> steps, const QString& what);
// Replaces a route's lines. `done` gets what was wrong, or nothing and the text it had.
void set_route(kit::Session* session, const QString& service, const QString& route, const QString& yaml,
               std::function<void(const QString& error, const QString& before)> done);
// One live option of a middleware step: a config key of the overrides.
void set_option(kit::Session* session, const QString& key, const QString& text);
void undo(kit::Session* session);

}  // namespace panels::services
