// Keeps the windows of a guest that cannot show covered ones apart on its desktop, and tells the host where they would
// be if they were not. Joins the tracker, the layout and the two places of every window.
#pragma once

#include <deque>

#include "desktop/placed/layout.h"
#include "desktop/placed/virtual-places.h"
#include "desktop/window-tracker.h"

namespace xpane {

class Placer {
public:
    // After every poll, before anything is told. Lays the desktop out anew when it has been quiet for a moment.
    void follow(WindowTracker& tracker, Micros now);
    // When `follow` is to be called again at the latest; never: when something happens.
    Micros dueAt() const { return due_; }

    // What the host is told.
    WindowInfo toHost(const WindowInfo& info) const;
    // The host wants the window's surface there (virtual). Returns what to ask of the window: its new size, where it
    // lies anyway.
    Rect fromHost(const TrackedWindow& window, const Rect& surface);

private:
    void seeAll(WindowTracker& tracker);
    void see(WindowTracker& tracker, const TrackedWindow& window, int depth);
    bool isQuiet(WindowTracker& tracker, Micros now);
    void layOutAll(WindowTracker& tracker);
    void moveNext(WindowTracker& tracker, Micros now);
    void raiseActive(WindowTracker& tracker, Micros now);

    VirtualPlaces places_;
    std::map<uint32_t, uint64_t> seen_;  // in which round
    uint64_t round_ = 0;
    Micros laidOutFor_ = -1;  // the arrangement that was laid out last
    std::deque<LaidOut> toMove_;  // one at a time
    Micros raisedAt_ = 0;
    Micros due_ = never;
};

}  // namespace xpane
