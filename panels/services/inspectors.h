// What the inspector says of a service instance and of one step of its chain.
#pragma once

#include "panels/kit/session.h"
#include "panels/kit/widgets.h"

namespace panels::services {

kit::InspectorView* make_service_inspector(kit::Session* session, const workbench::host::ServiceRow& row, QWidget* parent);
// nullptr when that service has no such step.
kit::InspectorView* make_step_inspector(kit::Session* session, const QString& service, const QString& step, QWidget* parent);

}  // namespace panels::services
