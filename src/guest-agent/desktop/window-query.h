// Questions about windows of other processes that cannot hang: the window system answers, never the application.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "desktop/surface-rect.h"
#include "win/windows.h"

namespace xpane {

struct VisibleWindow {
    HWND handle = nullptr;
    Rect frame;
};
inline bool operator==(const VisibleWindow& a, const VisibleWindow& b) {
    return a.handle == b.handle && a.frame == b.frame;
}

Rect rectFrom(const RECT& r);

std::optional<Rect> frameOf(HWND window);            // nothing: the window is gone
Rect clientOf(HWND window);                          // on the screen
std::string classNameOf(HWND window);
std::string titleOf(HWND window);
std::string executableOf(DWORD processId);           // empty if it may not be known
FrameMargins marginsOf(DWORD style, DWORD exStyle);
// Where the window is when it is neither minimised nor maximised.
std::optional<Rect> restoredFrameOf(HWND window);
// Where the thread's caret is, or else its focus window, on the screen; nothing if it has neither.
std::optional<Rect> inputPlaceOf(DWORD threadId);
// Frames of the visible windows above this one, topmost first.
std::vector<Rect> coversOf(HWND window);
Rect desktopRect();                                  // the whole (virtual) screen

}  // namespace xpane
