#include "desktop/placed/virtual-places.h"

namespace xpane {
namespace {

constexpr Micros goalLimit = 1500000;  // an application that has not moved by then hangs or does not want to

Point cornerOf(const Rect& frame) { return {frame.x, frame.y}; }

}  // namespace

const VirtualPlaces::Place* VirtualPlaces::find(uint32_t id) const {
    auto at = places_.find(id);
    return at == places_.end() ? nullptr : &at->second;
}

void VirtualPlaces::see(const Sight& sight) {
    auto [at, isNew] = places_.try_emplace(sight.id);
    Place& place = at->second;
    if (isNew) {
        // A dialog was centred over where its owner lies, a menu opens where its owner lies: same way for both.
        place.normal = shiftOf(sight.ownerId);
        place.maximised = {};
        place.frame = sight.frame;
    }
    if (sight.state == ShowState::minimised) return;
    if (sight.state != place.shown) {
        // Maximised by the host's work area, which the guest has too: there both places are the same.
        place.shown = sight.state;
        if (sight.state == ShowState::maximised) place.maximised = {};
        place.goal.reset();
        place.settled = false;
    } else if (cornerOf(sight.frame) != cornerOf(place.frame)) {
        follow(place, sight.frame);
    }
    place.frame = sight.frame;
}

void VirtualPlaces::follow(Place& place, const Rect& frame) {
    // Also where it is not quite the goal: the application has limits of its own, the user sees nothing of it. But not
    // with another size: a window about to be minimised has its icon's frame before it says that it is one.
    bool sameSize = frame.width == place.frame.width && frame.height == place.frame.height;
    if (!place.goal || (cornerOf(frame) != *place.goal && !sameSize)) {
        place.settled = false;
        return;
    }
    place.shift() = {place.shift().x + place.from.x - frame.x, place.shift().y + place.from.y - frame.y};
    place.settled = true;
    place.refuses = false;
    place.goal.reset();
}

Point VirtualPlaces::shiftOf(uint32_t id) const {
    const Place* place = find(id);
    return place ? place->shift() : Point{};
}

Point VirtualPlaces::heading(uint32_t id) const {
    const Place* place = find(id);
    if (!place) return {};
    return place->goal.value_or(cornerOf(place->frame));
}

void VirtualPlaces::hostPut(uint32_t id, Point frame) {
    auto at = places_.find(id);
    if (at == places_.end()) return;
    // From where it is now: when it gets to its goal, the shift changes by that way and the sum is right.
    at->second.shift() = {frame.x - at->second.frame.x, frame.y - at->second.frame.y};
}

void VirtualPlaces::layoutPut(uint32_t id, Point frame, Micros now) {
    auto at = places_.find(id);
    if (at == places_.end()) return;
    at->second.goal = frame;
    at->second.from = cornerOf(at->second.frame);
    at->second.goalSince = now;
}

void VirtualPlaces::settle(uint32_t id) {
    auto at = places_.find(id);
    if (at != places_.end()) at->second.settled = true;
}

bool VirtualPlaces::isSettled(uint32_t id) const {
    const Place* place = find(id);
    return place && place->settled;
}

bool VirtualPlaces::refuses(uint32_t id) const {
    const Place* place = find(id);
    return place && place->refuses;
}

bool VirtualPlaces::anyMoving(Micros now) {
    bool any = false;
    for (auto& [id, place] : places_) {
        if (!place.goal) continue;
        place.refuses = now - place.goalSince >= goalLimit;
        any = any || !place.refuses;
    }
    return any;
}

}  // namespace xpane
