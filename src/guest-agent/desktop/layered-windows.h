// Layered windows whose pixels say what of them is there: looked at again whenever they changed. Told apart from other
// windows by the tracker; there are few of them, and mostly small.
#pragma once

#include <map>
#include <vector>

#include "desktop/surface-relay.h"
#include "desktop/window-tracker.h"

namespace xpane {

class LayeredWindows {
public:
    // `readable`: a window's pixels can be had whatever covers it; else layered windows stay rectangles.
    explicit LayeredWindows(bool readable) : readable_(readable) {}

    // After every poll of the tracker.
    void follow(WindowTracker& tracker);
    // Returns the windows whose shape is another one now. Looks at one window at most, some 10 ms at worst.
    std::vector<uint32_t> check(WindowTracker& tracker, const SurfaceRelay& relay, Micros now);
    Micros dueAt() const { return due_; }

private:
    struct Entry {
        uint32_t frames = 0;  // sent when its shape was read last
        Micros nextAt = 0;
    };
    std::map<uint32_t, Entry> entries_;
    bool readable_;
    Micros due_ = never;
};

}  // namespace xpane
