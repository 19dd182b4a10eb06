// Tells what the pointer looks like over this program's windows. Only the program itself can say: under Wine a
// pointer's handle means nothing to another process.
#pragma once

#include "hook/hint-channel.h"

namespace xpane {

// After the window has handled WM_SETCURSOR, which comes before any mouse message that is taken from the queue.
void tellCursor(HintChannel& channel, HWND window);

}  // namespace xpane
