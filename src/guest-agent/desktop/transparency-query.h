// What of a window shows: asked of the window system, never of the application.
#pragma once

#include <optional>

#include "desktop/shape-rects.h"
#include "win/windows.h"

namespace xpane {

// The region given by SetWindowRgn, from the frame's corner; nothing: the window is a rectangle.
std::optional<Shape> regionOf(HWND window);
// The constant opacity given by SetLayeredWindowAttributes; 255 without one.
int opacityOf(HWND window, DWORD exStyle);

}  // namespace xpane
