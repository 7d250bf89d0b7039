// Explain: why a key has its value — the stack of layers from the highest, losers struck through, where each was
// written, who reads it, and what its schema says.
#pragma once

#include "panels/kit/session.h"
#include "panels/kit/widgets.h"

namespace panels::config {

// nullptr when there is no such key.
kit::InspectorView* make_explain(kit::Session* session, const QString& key, QWidget* parent);

}  // namespace panels::config
