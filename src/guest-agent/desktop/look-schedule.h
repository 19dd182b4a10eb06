// When one window is to be looked at again, and how much of it. Pure: time comes in as a number.
//
// Three ways of looking, each with a price of its own:
// - focus: the small place where input shows first (caret, pointer, the place that changed last), every few
//   milliseconds after input;
// - whole: everything, at once, so that what is shown together arrives together; soon after input, each frame while
//   it keeps changing, less and less often when it does not, then not at all: the idle sweep takes over;
// - watch: the small place that changed last, now and then, so that a blinking caret does not keep the whole
//   window busy.
#pragma once

#include <cstdint>

namespace xpane {

using Micros = int64_t;  // of a clock that never goes back
constexpr Micros never = INT64_MAX;

enum class LookKind { none, focus, whole, watch };

class LookSchedule {
public:
    // It appeared, changed its size, or the host lost its pixels.
    void needWhole(Micros now);
    // Input went to it.
    void inputArrived(Micros now);
    // Something says that it painted, not where.
    void painted(Micros now);
    void setActive(bool active) { active_ = active; }

    // What is due now; `none`: nothing before `dueAt`.
    LookKind due(Micros now) const;
    Micros dueAt() const;
    // A look came back. `elsewhere`: something changed outside of the watched place. `costUs`: what it took.
    void looked(LookKind kind, Micros now, Micros costUs, bool changed, bool elsewhere);
    // The idle sweep or a focus look found a change outside of the watched place.
    void foundElsewhere(Micros now);

private:
    Micros baseDelay() const;

    bool active_ = false;
    Micros wholeDue_ = never, wholeDelay_ = 0;
    Micros focusDue_ = never, focusUntil_ = 0;
    Micros watchDue_ = never, watchUntil_ = 0;
};

}  // namespace xpane
