// What of each window came into view and has not been drawn since. When a cover goes, its pixels stay on the screen
// until the window below draws itself, which takes an application that hangs for ever: nobody may read there before.
// Pure; who draws is watched by paint-proof.h.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "desktop/rects.h"

namespace xpane {

class Exposure {
public:
    using Key = uintptr_t;  // a window's handle
    struct Standing {
        Key window = 0;
        Rect frame;
    };

    // The visible windows have changed their order or places, topmost first. Returns those of which something came
    // into view, or would have if the desktop had been looked at in between: new ones are among them.
    std::vector<Key> arrange(const std::vector<Standing>& windows, const Rect& desktop);
    // It has drawn itself since everything that `arrange` said of it.
    void drawn(Key window);
    // What of `area`, on the screen, shows the window's own pixels for sure. `above`: the frames over it.
    std::vector<Rect> readable(Key window, const Rect& area, const std::vector<Rect>& above, const Rect& desktop) const;
    // Parts of the window that may still show others, on the screen.
    std::vector<Rect> undrawn(Key window) const;

private:
    struct Seen {
        Rect frame;
        std::vector<Rect> inView, undrawn;  // seen from the frame's corner
        uint64_t round = 0;
    };
    std::unordered_map<Key, Seen> windows_;
    uint64_t round_ = 0;
};

}  // namespace xpane
