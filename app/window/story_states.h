// Story states: the states of the window that the story does not show by itself, each a story and what is done to the window. For
// shots and tests.
#pragma once

#include <QString>
#include <functional>
#include <vector>

#include "panels/kit/views.h"

namespace app {

class MainWindow;

struct StoryState {
  QString name;                                   // "services_empty"
  std::function<panels::kit::Story()> story;
  std::function<void(MainWindow&)> arrange;
};
const std::vector<StoryState>& story_states();

}  // namespace app
