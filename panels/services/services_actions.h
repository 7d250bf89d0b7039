// What the Services panel asks the host to do. Each runs as a task; failures become toasts, stops can be taken back.
#pragma once

#include <QString>
#include <utility>
#include <vector>

#include "panels/kit/session.h"

namespace panels::services {

void start(kit::Session* session, const QString& instance);     // "" = all
void stop(kit::Session* session, const QString& instance);
void restart(kit::Session* session, const QString& instance);
void use_port(kit::Session* session, const QString& instance, const QString& kind, int port);
void set_middleware(kit::Session* session, const QString& service, std::vector<std::pair<std::string, bool>> steps, const QString& what);
void undo(kit::Session* session);

}  // namespace panels::services
