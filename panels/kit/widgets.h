// Widgets of the design system, all in one include.
#pragma once

#include "panels/kit/controls.h"
#include "panels/kit/inspector_view.h"
#include "panels/kit/sheet.h"
#include "panels/kit/states.h"
#include "panels/kit/table.h"
#include "panels/kit/tabs.h"
#include "panels/kit/theme.h"
