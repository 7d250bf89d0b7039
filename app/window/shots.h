// Shots: every panel, both themes, 1280x800 and 1600x900, from the fixed story; and the states that a story does not show by
// itself (first use, nothing that fits, what is wrong, a draft, a foreign folder). The same bytes on every run of one machine.
#pragma once

#include <QString>

namespace app {

// Writes <panel>_<dark|light>_<width>x<height>.png, the palette and state_<name>_… into `folder`. Needs a QApplication. Number of
// files written, or -1 after saying on stderr why not.
int write_shots(const QString& folder);

}  // namespace app
