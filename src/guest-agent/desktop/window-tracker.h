// The windows the host is to know, kept up to date by looking at all top-level windows again and again. What a look
// costs decides: style and frame of each visible window every time, everything else once, on change, or in turn.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "desktop/look-schedule.h"
#include "desktop/transparency-query.h"
#include "desktop/window-ids.h"
#include "desktop/window-info.h"
#include "desktop/window-query.h"
#include "log/log.h"
#include "win/windows.h"

namespace xpane {

// A `window-move`: asked of the window and not yet seen, or waiting for the one before to be seen. One at a time is
// under way, so that what happens next is that one's doing; of those that wait only the newest counts.
struct Move {
    uint32_t serial = 0;  // 0: none
    Rect surface;
};
struct MoveUnderWay : Move {
    Rect wanted, before;  // frames
    Micros since = 0;
    DWORD styleBefore = 0;
};

struct TrackedWindow {
    HWND handle = nullptr;
    DWORD threadId = 0, style = 0, exStyle = 0, classStyle = 0;
    Layering layering;
    // From the frame's corner: given by the application, and what its pixels say (`LayeredWindows`).
    std::optional<Shape> region, pixelShape;
    // Not to be read before. Wine dies of reading a window with alpha that its X server does not show yet, or the part
    // of one that lies off the screen (BadMatch, window of 32 bits into a pixmap of 24).
    Micros readableAt = 0;
    Rect frame;           // now; info.frame keeps the last one while it is minimised
    Micros restoringUntil = 0;  // it was minimised a moment ago
    Micros restatedSince = 0;   // maximised or restored by its style alone; 0: no
    WindowInfo info;      // what the host is told
    MoveUnderWay move;
    Move nextMove;
    Micros detailsDue = 0;  // when to ask the application for icon and size limits; never: done
    int detailsTries = 0;
};

// Where a point of its surface is at this moment: the host names it so, and the window may have moved since.
inline POINT onScreen(const TrackedWindow& window, int x, int y) {
    const Rect& surface = window.info.surface;
    const Rect frame = frameOf(window.handle).value_or(window.info.frame);
    return {frame.x + (surface.x - window.info.frame.x) + x, frame.y + (surface.y - window.info.frame.y) + y};
}

// What a poll found, by id. An id that opened and closed in between is in neither list.
struct TrackerChanges {
    std::vector<uint32_t> opened, changed, closed;
    bool order = false;  // z-order, active window or desktop size
    bool any() const { return order || !opened.empty() || !changed.empty() || !closed.empty(); }
};

class WindowTracker {
public:
    explicit WindowTracker(Log& log);

    TrackerChanges poll(Micros now);
    // Every window will be looked at again in full at the next poll.
    void setFrameMode(FrameMode mode);
    void titleChanged(HWND handle);
    // Its `pixelShape` is another one now.
    void reshape(TrackedWindow& window);
    // Moves the window so that its surface gets this place; `serial` is in its info once that has happened.
    void move(TrackedWindow& window, const Rect& surface, uint32_t serial, Micros now);

    TrackedWindow* find(uint32_t id);
    TrackedWindow* find(HWND handle);
    std::map<uint32_t, TrackedWindow>& all() { return windows_; }
    WindowIds& ids() { return ids_; }

    // Topmost first.
    const std::vector<uint32_t>& order() const { return order_; }
    uint32_t activeId() const { return activeId_; }
    Rect desktop() const { return desktop_; }
    // When a poll last found that a window came, went, moved or changed its level.
    Micros arrangedAt() const { return arrangedAt_; }
    // When a poll last found that a window came, went or changed its level.
    Micros restackedAt() const { return restackedAt_; }
    // Frames of all visible windows above this one, whether the host knows them or not.
    std::vector<Rect> above(const TrackedWindow& window) const;
    // All visible windows, topmost first, whether the host knows them or not.
    std::vector<VisibleWindow> visible() const;

private:
    // What is known of any visible window, shown or not.
    struct Known {
        DWORD processId = 0, threadId = 0, classStyle = 0;
        std::string className, executable;
        DWORD judgedStyle = 0;
        Rect judgedFrame;
        uint32_t id = 0;  // 0: not shown
        uint64_t seen = 0;
    };
    struct Seen {
        HWND handle;
        DWORD style;
        Rect frame;
        bool operator==(const Seen& other) const { return handle == other.handle && frame == other.frame; }
    };

    std::vector<Seen> look() const;
    Known& identify(const Seen& seen);
    bool admit(const Seen& seen, Known& known, const std::vector<Seen>& all, int depth, Micros now,
               TrackerChanges& changes);
    bool update(TrackedWindow& window, const Seen& seen, bool everything, Micros now);
    // It is being maximised or restored: its style says so, and its place does not yet.
    static bool isHalfRestated(TrackedWindow& window, const Seen& seen, Micros now);
    void refresh(TrackedWindow& window, Micros now);
    void place(TrackedWindow& window);
    WindowShape shapeOf(const TrackedWindow& window) const;
    void settleMove(TrackedWindow& window, Micros now);
    void startMove(TrackedWindow& window, const Move& move, Micros now);
    uint32_t ownerIdOf(const TrackedWindow& window);
    // Of a dialog whose owner is not shown (see blocked-owner.h).
    uint32_t ownerBehindHidden(const TrackedWindow& dialog);
    void close(std::unordered_map<HWND, Known>::iterator at, TrackerChanges& changes);
    bool isTurn(const TrackedWindow& window, Micros now);

    Log& log_;
    WindowIds ids_;
    std::unordered_map<HWND, Known> known_;
    std::map<uint32_t, TrackedWindow> windows_;
    std::vector<Seen> visible_;  // topmost first, of the last poll
    std::vector<uint32_t> order_;
    uint32_t activeId_ = 0;
    Rect desktop_;
    FrameMode mode_ = FrameMode::host;
    bool refreshAll_ = false, saidFull_ = false;
    std::vector<HWND> retitled_;
    uint64_t polls_ = 0;
    Micros arrangedAt_ = 0, restackedAt_ = 0;
    uint32_t turn_ = 0;           // whose turn it was last to be looked at in full
    Micros turnDue_ = 0, activeTurnDue_ = 0;
};

}  // namespace xpane
