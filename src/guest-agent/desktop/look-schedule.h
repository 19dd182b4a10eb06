// When one window is to be looked at again, and how much of it. Pure: time comes in as a number.
//
// Five ways of looking, each with a price of its own:
// - hint: the place that is said to be painted, as soon as its thread is done with it;
// - focus: the small place where input shows first (caret, pointer, the place that changed last), at growing
//   distances after input;
// - whole: everything, at once, so that what is shown together arrives together; some time after input, each frame
//   while it keeps changing, less and less often when it does not, then not at all: the idle sweep takes over;
// - pulse: a few pixels that change with each picture of a film, often, so that the whole is read just after a picture
//   was drawn and each picture once;
// - watch: the small place that changed last, now and then, so that a blinking caret does not keep the whole
//   window busy.
#pragma once

#include <cstdint>

namespace xpane {

using Micros = int64_t;  // of a clock that never goes back
constexpr Micros never = INT64_MAX;

constexpr Micros filmGap = 120000;  // pictures further apart are no film

enum class LookKind { none, hint, focus, whole, pulse, watch };

class LookSchedule {
public:
    // It appeared or changed its size: it may take its time to draw itself.
    void appeared(Micros now);
    // The host lost its pixels, or never had them.
    void needWhole(Micros now);
    // Input went to it.
    void inputArrived(Micros now);
    // Something says that it painted, not where.
    void painted(Micros now);
    // It paints just now, and where is known.
    void paints(Micros now);
    // It does something that may draw: worth a look if such looks found something lately.
    void mayPaint(Micros now);
    // It does something that shows where input shows, if at all.
    void inputShows(Micros now);
    // Its thread is done with what it did.
    void settled(Micros now);
    // Word from its thread that it is done would be of use.
    bool wantsSettled() const { return wantsSettled_; }
    // What was said to be painted is still looked for.
    bool hintOpen() const { return hintDue_ != never; }
    // Large parts of it change again and again: a small look would show a piece of one picture in another.
    bool inPictures(Micros now) const { return pictures_ > 0 && now - pictureAt_ <= filmGap; }
    // It paints just now: anything else had better wait these few milliseconds.
    bool paintsNow() const { return paintsNow_; }
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
    void lookedAtHint(Micros now, Micros costUs, bool changed);
    void lookedAtWhole(Micros now, Micros costUs, bool elsewhere);
    void lookedAtPulse(Micros now, Micros costUs, bool changed);
    void countPictures(Micros now);

    bool active_ = false;
    Micros wholeDue_ = never, wholeDelay_ = 0;
    Micros freshUntil_ = 0;   // of a window that appeared: it is looked at often till then
    Micros answerUntil_ = 0;  // to input, however slow its program is: it is not left to the sweep before
    Micros focusDue_ = never, focusDelay_ = 0;
    Micros watchDue_ = never, watchUntil_ = 0;
    Micros hintDue_ = never;
    int hintTries_ = 0;          // looks since the hint that found nothing
    bool wantsSettled_ = false;
    bool paintsNow_ = false;
    bool guided_ = false;        // its program says when it paints: looking for that by itself is a mere net
    bool guessing_ = false;      // the whole look that is due is a guess, made better by `settled`
    Micros guessDelay_ = 0, guessedAt_ = 0;
    Micros pulseDue_ = never, pictureAt_ = 0, pictureEach_ = 0;  // of a film: its newest picture, and how far apart
    int pictures_ = 0;
    Micros pulseCost_ = 0;  // as the quick ones of late
};

}  // namespace xpane
