// HeldWorkspace: what the window says when another process serves the workspace already. A window shows the host of its own process;
// one that is served elsewhere can be used by the verbs, opened once the other has ended, or opened as a copy of its own.
#pragma once

#include <QString>
#include <string>

#include "slipway/base/error.h"

namespace app {

struct HeldWorkspace {
  std::string folder;
  int pid = 0;
  QString program;   // its command line, as far as it can be seen
  QString text() const;   // who holds it, and what works
};
// `error` is Host::open's WORKSPACE_IN_USE.
HeldWorkspace held_workspace(const std::string& folder, const slipway::Error& error);

enum class HeldChoice { TryAgain, OpenCopy, Close };
// Asks; blocks in a dialog.
HeldChoice ask_about(const HeldWorkspace& held);

}  // namespace app
