// A window's two places. The physical one is where it lies on the guest's screen, by the layout's choice; the virtual
// one is where the application or the user put it, and all the host knows. Pure: keeps the way from one to the other.
#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "desktop/look-schedule.h"
#include "desktop/placed/free-space.h"
#include "protocol/commands.h"

namespace xpane {

class VirtualPlaces {
public:
    struct Sight {
        uint32_t id = 0;
        uint32_t ownerId = 0;  // of what belongs to the active window: that; 0: none
        Rect frame;
        ShowState state = ShowState::normal;
    };
    // Every window after every poll, owners before what they own. A move nobody announced is the application's own:
    // the virtual place goes the same way.
    void see(const Sight& sight);
    void forget(uint32_t id) { places_.erase(id); }

    // Add to physical coordinates to get virtual ones.
    Point shiftOf(uint32_t id) const;
    // The host put the window's frame here (virtual); it stays where it is physically.
    void hostPut(uint32_t id, Point frame);
    // The layout is about to bring the frame here (physical); the virtual place stays.
    void layoutPut(uint32_t id, Point frame, Micros now);
    // The layout leaves it where it is.
    void settle(uint32_t id);
    // Where the frame is or will be after the layout's move, physically.
    Point heading(uint32_t id) const;

    // The layout knows its place.
    bool isSettled(uint32_t id) const;
    // It did not move when the layout asked.
    bool refuses(uint32_t id) const;
    // A move of the layout is under way.
    bool anyMoving(Micros now);

private:
    struct Place {
        Point normal, maximised;    // shifts: a maximised window comes back to where it was
        Rect frame;                 // physical, as seen last
        ShowState shown = ShowState::normal;  // as seen last when not minimised
        std::optional<Point> goal;  // of the layout's last move, until it is seen there
        Point from;                 // where that move began
        Micros goalSince = 0;
        bool settled = false, refuses = false;

        Point& shift() { return shown == ShowState::maximised ? maximised : normal; }
        Point shift() const { return shown == ShowState::maximised ? maximised : normal; }
    };
    static void follow(Place& place, const Rect& frame);
    const Place* find(uint32_t id) const;

    std::map<uint32_t, Place> places_;
};

}  // namespace xpane
