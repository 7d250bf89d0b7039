// run_window: the program's window on one workspace, until it is closed.
#pragma once

#include <functional>
#include <string>

namespace app {

struct WindowOptions {
  std::string folder;              // the workspace
  bool start_services = true;      // after the window has shown itself
  bool foreign = false;            // never started here before: the window says what Start would do
  std::function<void()> on_consent;   // the user started a foreign one
};

// Blocks until the window is closed. 0, or an exit code of app/verbs/verb.h after saying on stderr what went wrong.
int run_window(int argc, char** argv, const WindowOptions& options);
// Writes all shots. Runs offscreen when there is no display.
int run_shots(int argc, char** argv, const std::string& folder);
bool has_display();

}  // namespace app
