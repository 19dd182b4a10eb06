// What the host asks of a window. Everything is posted: an application that hangs keeps nobody waiting.
#pragma once

#include "desktop/window-tracker.h"

namespace xpane {

// Brings it to the front and gives it the input focus, or the dialog that keeps it disabled. False: Windows refused.
bool activate(HWND window);
void setState(HWND window, ShowState state);
// As a click on its close button. What to do with a window that hangs is up to the host.
void requestClose(HWND window);
// Ends menus and drop-downs of every thread that has one open.
void dismissMenus(WindowTracker& tracker);

}  // namespace xpane
