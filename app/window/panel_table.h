// The panels there are. A new panel is its folder and one line of panel_table.cpp.
#pragma once

#include <vector>

#include "panels/kit/panel.h"

namespace app {

struct PanelEntry {
  panels::kit::PanelInfo info;
  panels::kit::Panel* (*make)(panels::kit::Session* session, QWidget* parent);
};
std::vector<PanelEntry> panel_table();   // in the order of the rail

}  // namespace app
