// Looks at windows' pixels when their schedules say so and sends what is new. A window is looked at only while a
// frame of it may go out: so nothing old is ever queued, and what comes is the newest there is.
#pragma once

#include <map>
#include <optional>

#include "channel/outbox.h"
#include "desktop/capture.h"
#include "desktop/line.h"
#include "desktop/look-schedule.h"
#include "desktop/loop-probe.h"
#include "desktop/surface-stream.h"
#include "desktop/window-tracker.h"

namespace xpane {

class SurfaceRelay {
public:
    SurfaceRelay(Outbox& outbox, CaptureBackend& backend, WindowTracker& tracker);

    // `told`: programs say themselves when they paint, so that sweeping is a net for the few that do not.
    void start(uint32_t frameWindow, bool told);
    void stop();
    // After each poll of the tracker.
    void follow(const TrackerChanges& changes, Micros now);

    // Input went to the window (0: to the active one), at this place of the screen if it came from the pointer.
    void inputArrived(uint32_t windowId, std::optional<Rect> place, Micros now);
    void painted(uint32_t windowId, Micros now);
    // It paints this place of the screen just now.
    void paints(uint32_t windowId, const Rect& area, Micros now);
    // It does something that may draw; `small`: no more than where input shows.
    void mayPaint(uint32_t windowId, bool small, Micros now);
    void acknowledged(uint32_t windowId, uint32_t sequence);
    void refresh(uint32_t windowId, Micros now);

    // Does what is due, some 10 ms at most at a time (one large window may take longer).
    void work(Micros now);
    Micros dueAt(Micros now) const;
    // Frames sent of a window; 0: none.
    uint32_t framesOf(uint32_t windowId) const;
    // A window paints just now: looking at it comes before all that can wait a few milliseconds.
    bool paintsNow() const;
    // True once after a window turned out to have moved or gone since the tracker looked.
    bool takeTrackerOutdated();

private:
    struct Entry {
        explicit Entry(uint32_t id) : stream(id) {}
        SurfaceStream stream;
        LookSchedule schedule;
        Rect surface;                      // where it was when the tracker looked last, and in which state
        ShowState state = ShowState::normal;
        bool seenWhole = false;            // since the last change of size
        Rect hinted;                       // what is said to be painted and was not seen to change yet, in the surface
        Rect pulse;                        // a few pixels that changed with the last picture, within the surface
        Rect watch;                        // the small place that changed last, within the surface
        std::optional<Rect> pointerPlace;  // where the pointer did something, on the screen
        int sweepRow = 0;
        Micros retryAt = 0;                // after a failed look
    };
    struct Outcome {
        bool changed = false, elsewhere = false;
        Rect place;  // where, within the surface
    };

    bool mayLook(const TrackedWindow& window, const Entry& entry) const;
    // The most urgent window; end if none is due.
    std::map<uint32_t, Entry>::iterator mostUrgent(Micros now);
    void look(TrackedWindow& window, Entry& entry, LookKind kind, Micros now);
    Rect placeFor(const TrackedWindow& window, Entry& entry, LookKind kind) const;
    bool showsNew(TrackedWindow& window, const Entry& entry, const Rect& area);
    void takePulse(TrackedWindow& window, Entry& entry, Micros now);
    std::optional<Outcome> read(TrackedWindow& window, Entry& entry, const Rect& area);
    void sweep(Micros now);
    bool sweepBand(TrackedWindow& window, Entry& entry, Micros now);

    Outbox& outbox_;
    CaptureBackend& backend_;
    WindowTracker& tracker_;
    Line line_;
    std::map<uint32_t, Entry> entries_;
    uint32_t frameWindow_ = 1;
    bool told_ = false;
    uint32_t sweepAt_ = 0;
    Micros sweepDue_ = 0;
    bool outdated_ = false;
    LoopProbe probe_;
};

}  // namespace xpane
