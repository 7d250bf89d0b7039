#include "panels/kit/assets.h"

#include <QResource>

// The packed resource file as read-only data. rcc's format needs no alignment beyond that of its header.
__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    ".global slipway_assets_begin\n"
    "slipway_assets_begin:\n"
    ".incbin \"" SLIPWAY_ASSETS_FILE
    "\"\n"
    ".byte 0\n"
    ".previous\n");
extern "C" const unsigned char slipway_assets_begin[] __attribute__((visibility("hidden")));

namespace panels::kit {

void register_assets() {
  static const bool done = QResource::registerResource(slipway_assets_begin);
  (void)done;
}

}  // namespace panels::kit
