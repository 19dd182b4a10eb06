// Where windows lie on the desktop of a guest that cannot show covered ones: apart, if they fit, and where they are,
// if that will do. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "desktop/rects.h"

namespace xpane {

// One top-level window; menus and tooltips are none: they stay where the guest put them.
struct LayoutItem {
    uint32_t id = 0;
    Rect frame;            // where it lies now
    Rect surface;          // the part of it that is to be seen
    bool fixed = false;    // stays where it is: maximised, or it refuses to be moved
    bool settled = false;  // was given its place before and has not moved by itself since
};

struct LaidOut {
    uint32_t id = 0;
    Rect frame;          // where it is to lie; never another size
    bool whole = false;  // its surface is wholly on the desktop, and nothing covers it
};

// `items` topmost first, which is also the order of their right to be seen: the first is whole wherever its size
// allows it. What does not fit lies where the least of it is covered. `furniture`: what covers any window and cannot
// be moved, such as the task bar. Only the topmost items are moved, some tens; the rest stays where it is.
std::vector<LaidOut> layOut(const std::vector<LayoutItem>& items, const std::vector<Rect>& furniture,
                            const Rect& desktop);

}  // namespace xpane
