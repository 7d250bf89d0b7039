// The New service menu: empty, from a sample, from an OpenAPI document, from a .proto file. The service is written into the
// workspace at once under a name of its own and can be taken back.
#pragma once

#include <QMenu>
#include <functional>

#include "panels/kit/session.h"

namespace panels::services {

// `made` is told the new service's name in the GUI thread.
QMenu* make_new_service_menu(kit::Session* session, std::function<void(const QString& service)> made, QWidget* parent);
// From "empty", a sample's name or a file; what the menu's entries do.
void make_service(kit::Session* session, const QString& from, std::function<void(const QString& service)> made);

}  // namespace panels::services
