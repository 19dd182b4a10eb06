// What the host asks of a window. Everything is posted: an application that hangs keeps nobody waiting.
#pragma once

#include "desktop/window-tracker.h"

namespace xpane {

// Brings it to the front and gives it the input focus, or the dialog that keeps it disabled. False: Windows refused.
bool activate(HWND window);
void setState(HWND window, ShowState state);
// As a click on its close button. One that hangs does not hear it: the host may end it, see endProcess.
void requestClose(HWND window);
// Ends the process without asking it. False: Windows refused, or it is the agent's own.
bool endProcess(DWORD processId);
// Ends menus and drop-downs of every thread that has one open.
void dismissMenus(WindowTracker& tracker);

}  // namespace xpane
