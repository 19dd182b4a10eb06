#include "desktop/look-schedule.h"

#include <algorithm>

namespace xpane {
namespace {

constexpr Micros ms = 1000;
constexpr Micros focusFirst = 1 * ms, focusLast = 32 * ms;     // most programs have painted after 2 to 20 ms
constexpr Micros wholeAfterInput = 12 * ms;                    // the focus looks come first
constexpr Micros guidedFirst = 4 * ms, guidedWhole = 250 * ms;  // the same of a program that says when it paints
constexpr Micros activeDelay = 16 * ms, otherDelay = 33 * ms;  // while it keeps changing
constexpr Micros longestDelay = 150 * ms;                      // beyond it the sweep is enough
constexpr Micros freshFor = 1500 * ms;                          // hints may come before the hook is in its program
constexpr Micros answerWithin = 10000 * ms, answerLongest = 2000 * ms;  // without an accelerator a program takes seconds
constexpr Micros watchEach = 50 * ms, watchFor = 1500 * ms;    // a caret blinks about twice a second
constexpr Micros unsettled = 4 * ms;    // a thread that does not answer by then is still busy: look anyway
constexpr int probedTries = 4;          // its answer may come just before its picture is on the screen
constexpr int mostHintTries = 9;        // 1, 2, 4, 8, 16 ms after the last probed one
constexpr Micros confirmAfter = 3 * ms; // more of it may have been painted since
constexpr Micros guessLongest = 2000 * ms;
constexpr int filmFrom = 4;             // pictures in a row make a film
constexpr Micros pulseEach = 2 * ms;    // of a quick film; of a slower one a twelfth of the time between pictures

}  // namespace

Micros LookSchedule::baseDelay() const { return active_ ? activeDelay : otherDelay; }

void LookSchedule::appeared(Micros now) {
    needWhole(now);
    freshUntil_ = now + freshFor;
    answerUntil_ = now + answerWithin;
}

void LookSchedule::needWhole(Micros now) {
    wholeDue_ = now;
    wholeDelay_ = baseDelay();
    guessing_ = false;
}

void LookSchedule::inputArrived(Micros now) {
    answerUntil_ = now + answerWithin;
    focusDelay_ = guided_ ? guidedFirst : focusFirst;
    focusDue_ = std::min(focusDue_, now + focusDelay_);
    wholeDue_ = std::min(wholeDue_, now + (guided_ ? guidedWhole : wholeAfterInput));
    wholeDelay_ = baseDelay();
}

void LookSchedule::painted(Micros now) { needWhole(now); }

void LookSchedule::paints(Micros now) {
    hintDue_ = std::min(hintDue_, now + unsettled);
    hintTries_ = 0;
    wantsSettled_ = paintsNow_ = guided_ = true;
}

void LookSchedule::mayPaint(Micros now) {
    if (wholeDue_ != never || now < guessedAt_ + guessDelay_) return;
    guessing_ = wantsSettled_ = true;
    wholeDue_ = now + unsettled;
}

void LookSchedule::inputShows(Micros now) {
    focusDelay_ = focusDue_ == never ? focusLast / 2 : focusDelay_;
    focusDue_ = std::min(focusDue_, now + unsettled);
}

void LookSchedule::settled(Micros now) {
    wantsSettled_ = false;
    if (hintDue_ != never) hintDue_ = now;
    if (focusDue_ != never) focusDue_ = now;
    if (guessing_) wholeDue_ = now;
}

void LookSchedule::foundElsewhere(Micros now) {
    wholeDue_ = std::min(wholeDue_, now);
    wholeDelay_ = baseDelay();
}

LookKind LookSchedule::due(Micros now) const {
    const Micros earliest = dueAt();
    if (earliest > now) return LookKind::none;
    if (hintDue_ <= now) return LookKind::hint;
    if (focusDue_ == earliest) return LookKind::focus;
    if (wholeDue_ == earliest) return LookKind::whole;
    return pulseDue_ == earliest ? LookKind::pulse : LookKind::watch;
}

Micros LookSchedule::dueAt() const {
    return paintsNow_ ? hintDue_ : std::min({hintDue_, focusDue_, wholeDue_, pulseDue_, watchDue_});
}

void LookSchedule::looked(LookKind kind, Micros now, Micros costUs, bool changed, bool elsewhere) {
    if (kind == LookKind::hint) lookedAtHint(now, costUs, changed);
    if (kind == LookKind::focus) {
        const bool over = focusDelay_ == 0 || focusDelay_ > focusLast;
        focusDue_ = over ? never : now + std::max(focusDelay_, 2 * costUs);
        focusDelay_ *= 2;
    }
    if (kind == LookKind::whole) lookedAtWhole(now, costUs, elsewhere);
    if (kind == LookKind::pulse) return lookedAtPulse(now, costUs, changed);
    if (changed && kind != LookKind::hint) watchUntil_ = now + watchFor;
    watchDue_ = now < watchUntil_ ? now + watchEach : never;
}

void LookSchedule::lookedAtHint(Micros now, Micros costUs, bool changed) {
    paintsNow_ = false;
    if (changed) {
        // Done, but for one look that makes sure.
        hintTries_ = mostHintTries;
        hintDue_ = now + std::max(confirmAfter, 4 * costUs);
        // What was found is on its way now, and the processor is the host's.
        if (focusDue_ != never) focusDue_ = std::max(focusDue_, hintDue_);
        return;
    }
    if (hintTries_ >= mostHintTries) {
        hintDue_ = never;
        return;
    }
    ++hintTries_;
    wantsSettled_ = hintTries_ < probedTries;
    const Micros delay = hintTries_ <= probedTries ? ms : ms << (hintTries_ - probedTries);
    hintDue_ = now + std::max(delay, costUs);
}

void LookSchedule::lookedAtWhole(Micros now, Micros costUs, bool elsewhere) {
    if (elsewhere) countPictures(now);
    if (guessing_) {
        guessing_ = false;
        guessedAt_ = now;
        guessDelay_ = elsewhere ? 0 : std::clamp(guessDelay_ * 2, otherDelay, guessLongest);
        wholeDue_ = never;
        return;
    }
    wholeDelay_ = elsewhere ? baseDelay() : std::max(wholeDelay_, baseDelay()) * (guided_ ? 4 : 2);
    const bool leave = now >= answerUntil_;
    if (!leave) wholeDelay_ = std::min(wholeDelay_, now < freshUntil_ ? longestDelay : answerLongest);
    // Never more than half of the time, however slow reading is here.
    wholeDue_ = leave && wholeDelay_ > longestDelay ? never : now + std::max(wholeDelay_ - costUs, costUs);
    if (pictures_ < filmFrom) return;
    if (elsewhere) {
        // None comes much sooner than the ones before it.
        pulseDue_ = now + std::max({baseDelay() * 5 / 8, pictureEach_ * 5 / 8, 2 * costUs}) - costUs;
        wholeDue_ = now + filmGap;
    }
}

// A picture that was missed makes one distance too large, and none too small.
void LookSchedule::countPictures(Micros now) {
    const Micros gap = now - pictureAt_;
    pictureAt_ = now;
    pictures_ = gap <= filmGap ? pictures_ + 1 : 0;
    pictureEach_ = pictures_ <= 1 ? gap : std::min(gap, pictureEach_ + pictureEach_ / 8);
}

void LookSchedule::lookedAtPulse(Micros now, Micros costUs, bool changed) {
    // One that had to wait for others, as while the window is dragged, says nothing of the next: a picture between.
    pulseCost_ = std::min(costUs, pulseCost_ + pulseCost_ / 4 + pulseEach / 16);
    pulseDue_ = now + std::max({pulseEach, pictureEach_ / 12, 4 * pulseCost_});
    if (changed) {
        pulseDue_ = never;
        wholeDue_ = now;
    } else if (now - pictureAt_ > filmGap) {
        pulseDue_ = never;  // the end of the film: the whole looks find what comes
        pictures_ = 0;
    }
}

}  // namespace xpane
