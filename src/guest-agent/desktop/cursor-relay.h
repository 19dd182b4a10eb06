// Tells the host what the pointer looks like over which window. Programs say so themselves through the hook, which
// alone knows under Wine; what they show without a message (an hourglass while they are busy) is asked of the window
// system. How often and how much is bounded: a program may make a pointer anew for every picture of a film.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "channel/outbox.h"
#include "desktop/cursor-image.h"
#include "desktop/cursor-shape.h"
#include "desktop/window-tracker.h"
#include "hook/hint-channel.h"

namespace xpane {

class CursorRelay {
public:
    CursorRelay(Outbox& outbox, WindowTracker& tracker);

    // A host begins to look on, which knows nothing yet.
    void start();
    // The user has the pointer over this window.
    void pointerOver(uint32_t windowId) { over_ = windowId; }
    // What programs said. A picture comes before what shows it.
    void described(const CursorSlot& slot);
    void shown(HWND window, LONG cursor, LONG standard);
    // True once after more was said than is remembered: programs are to say it again.
    bool takeForgot();
    // Asks the window system.
    void look();
    void windowGone(uint32_t windowId);

    // Tells what is due.
    void work(Micros now);
    Micros dueAt() const;

private:
    std::optional<CursorShape> shapeOf(LONG cursor);
    std::optional<CursorShape> readShape(LONG cursor) const;
    void know(LONG cursor, const CursorShape& shape);
    uint64_t keep(CursorImage image);
    void put(uint32_t windowId, const CursorShape& shape);
    // False: its picture has to wait.
    bool tell(uint32_t windowId, CursorShape shape, Micros now);

    Outbox& outbox_;
    WindowTracker& tracker_;
    const bool global_;  // the window system has one pointer; under Wine each program has its own
    uint32_t over_ = 0;
    std::unordered_map<LONG, CursorShape> known_;  // by handle
    bool forgot_ = false;
    std::map<uint64_t, CursorImage> images_;  // by hash
    std::deque<uint64_t> kept_, sent_;        // oldest first; of those sent the host has as many
    std::map<uint32_t, CursorShape> told_, wanted_;
    Micros pictureAt_ = 0, toldAt_ = 0;
    bool held_ = false;  // what is wanted waits for the next picture's time
};

}  // namespace xpane
