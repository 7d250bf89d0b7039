// Assets: icons, fonts and the style sheet that are built into the binary, under ":/icons", ":/fonts", ":/theme".
#pragma once

namespace panels::kit {

// Makes them visible to QFile. Cheap when done already. GUI thread.
void register_assets();

}  // namespace panels::kit
