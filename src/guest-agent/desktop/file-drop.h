// Hands files to a window as the shell does when they are dropped on it: WM_DROPFILES, to who has said by
// DragAcceptFiles that it takes them. Targets of OLE's drag and drop (RegisterDragDrop) are objects of their process,
// and are called only inside a drag that goes on there.
#pragma once

#include <string>
#include <vector>

#include "win/windows.h"

namespace xpane {

// To the innermost window at this point of the screen, within the window `top`, that takes files; or to one that it lies
// in. Posted: a program that hangs is waited for half a second at most. Returns its process; 0: none there takes files,
// it hangs, or Windows refused.
DWORD dropFiles(HWND top, POINT at, const std::vector<std::wstring>& paths);

}  // namespace xpane
