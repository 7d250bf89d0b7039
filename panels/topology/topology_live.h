// The actions of Topology that need the host.
#pragma once

#include "panels/kit/session.h"

namespace panels::topology {

// Writes one key of the overrides; undo brings it back.
void set_key(kit::Session* session, const QString& key, const QString& value, const QString& words);
void unset_keys(kit::Session* session, const QStringList& keys);
void set_running(kit::Session* session, const QString& instance, bool on);
void watch_decisions(kit::Session* session, bool on);

}  // namespace panels::topology
