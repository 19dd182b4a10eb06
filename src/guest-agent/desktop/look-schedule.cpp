#include "desktop/look-schedule.h"

#include <algorithm>

namespace xpane {
namespace {

constexpr Micros ms = 1000;
constexpr Micros focusEach = 2 * ms, focusFor = 60 * ms;      // most programs have painted after 2 to 20 ms
constexpr Micros wholeAfterInput = 12 * ms;                    // the focus looks come first
constexpr Micros activeDelay = 16 * ms, otherDelay = 33 * ms;  // while it keeps changing
constexpr Micros longestDelay = 150 * ms;                      // beyond it the sweep is enough
constexpr Micros watchEach = 50 * ms, watchFor = 1500 * ms;    // a caret blinks about twice a second

}  // namespace

Micros LookSchedule::baseDelay() const { return active_ ? activeDelay : otherDelay; }

void LookSchedule::needWhole(Micros now) {
    wholeDue_ = now;
    wholeDelay_ = baseDelay();
}

void LookSchedule::inputArrived(Micros now) {
    focusDue_ = std::min(focusDue_, now + focusEach);
    focusUntil_ = now + focusFor;
    wholeDue_ = std::min(wholeDue_, now + wholeAfterInput);
    wholeDelay_ = baseDelay();
}

void LookSchedule::painted(Micros now) { needWhole(now); }

void LookSchedule::foundElsewhere(Micros now) {
    wholeDue_ = std::min(wholeDue_, now);
    wholeDelay_ = baseDelay();
}

LookKind LookSchedule::due(Micros now) const {
    if (dueAt() > now) return LookKind::none;
    Micros earliest = dueAt();
    if (focusDue_ == earliest) return LookKind::focus;
    return wholeDue_ == earliest ? LookKind::whole : LookKind::watch;
}

Micros LookSchedule::dueAt() const { return std::min({focusDue_, wholeDue_, watchDue_}); }

void LookSchedule::looked(LookKind kind, Micros now, Micros costUs, bool changed, bool elsewhere) {
    if (kind == LookKind::focus) {
        focusDue_ = now + std::max(focusEach, 2 * costUs);
        if (focusDue_ > focusUntil_) focusDue_ = never;
    }
    if (kind == LookKind::whole) {
        wholeDelay_ = elsewhere ? baseDelay() : std::max(wholeDelay_, baseDelay()) * 2;
        // Never more than half of the time, however slow reading is here.
        wholeDue_ = wholeDelay_ > longestDelay ? never : now + std::max(wholeDelay_ - costUs, costUs);
    }
    if (changed) watchUntil_ = now + watchFor;
    watchDue_ = now < watchUntil_ ? now + watchEach : never;
}

}  // namespace xpane
