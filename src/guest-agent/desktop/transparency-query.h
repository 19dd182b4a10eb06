// What of a window shows: asked of the window system, never of the application.
#pragma once

#include <cstdint>
#include <optional>

#include "desktop/shape-rects.h"
#include "win/windows.h"

namespace xpane {

// The region given by SetWindowRgn, from the frame's corner; nothing: the window is a rectangle.
std::optional<Shape> regionOf(HWND window);
// How a layered window shows; of any other window: as it is.
struct Layering {
    int opacity = 255;            // of all its pixels alike (SetLayeredWindowAttributes)
    std::optional<uint32_t> key;  // 0x00RRGGBB: pixels of this colour are not there
    bool byAlpha = false;         // each pixel has its own (UpdateLayeredWindow)
    bool byPixels() const { return key || byAlpha; }
};
Layering layeringOf(HWND window, DWORD exStyle);

}  // namespace xpane
