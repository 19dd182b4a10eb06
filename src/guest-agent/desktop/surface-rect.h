// Which part of a window is its surface, the part whose pixels the host gets.
#pragma once

#include "protocol/commands.h"

namespace xpane {

// Widths of the non-client edges that Windows gives a window of this style: AdjustWindowRectEx of an empty
// rectangle, without the menu bar and without WS_EX_CLIENTEDGE, both of which belong to the surface.
struct FrameMargins {
    int left = 0, top = 0, right = 0, bottom = 0;
};

struct WindowShape {
    Rect frame;             // GetWindowRect
    Rect client;            // client area on the screen
    FrameMargins margins;
    bool caption = false;   // WS_CAPTION, both bits
    bool maximised = false;
    bool captionHidden = false;  // the window's region leaves it out
};

struct Surface {
    Rect rect;               // guest screen coordinates, inside the frame
    bool decorated = false;  // the guest's caption was cut off
};

// No caption, and nothing of the screen left beside it: a game, a presentation.
bool isFullScreen(const WindowShape& shape, const Rect& desktop);
// `desktop` is the guest's whole screen: a maximised window's edges lie outside of it and are never shown.
Surface surfaceOf(const WindowShape& shape, FrameMode mode, const Rect& desktop);

}  // namespace xpane
