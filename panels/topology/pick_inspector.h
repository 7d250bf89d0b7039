// Explain pick: what the balancer drew last, what lost and why, and what the watched picks say of the slow instance. GUI thread.
#pragma once

#include "panels/kit/session.h"

class QWidget;

namespace panels::topology {

QWidget* make_pick_inspector(kit::Session* session, const workbench::host::BalancedTarget& target, QWidget* parent);

}  // namespace panels::topology
