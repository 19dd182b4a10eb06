#include "desktop/surface-relay.h"

#include <algorithm>
#include <set>

#include "desktop/clock.h"
#include "desktop/rects.h"
#include "desktop/window-query.h"

namespace xpane {
namespace {

constexpr Micros workLimit = 10000;
constexpr Micros retryAfter = 5000;
constexpr Micros drawnAfter = 40000;  // a window that moved is drawn at its new place by then
constexpr size_t mostQueuedBytes = 8 * 1024 * 1024;  // beyond it frames wait for the socket
constexpr Micros queueLook = 2000;
// The idle sweep reads a band of about this size, then rests so many times as long as that took: half a percent of
// a core, and as much of the X server's; a Notepad is seen through once in a second.
constexpr int sweepPixels = 48 * 1024;
constexpr Micros sweepSoonest = 60000, sweepLatest = 500000, sweepShare = 200;
constexpr int toldSlower = 3;
constexpr int watchWidth = 192, watchHeight = 96;    // larger changes are no caret
constexpr int caretMargin = 64, pointerMargin = 48;
constexpr int pulseWidth = 64, pulseHeight = 8;
constexpr int focusWidth = 320, focusHeight = 128;   // a focus look is small or it is not quick

Rect pulseOf(const Rect& changed) {
    return {changed.x, changed.y, std::min(changed.width, pulseWidth), std::min(changed.height, pulseHeight)};
}

// What changed goes on beyond the part that was looked at, as it seems.
bool goesOn(const Rect& changed, const Rect& part, const Rect& whole) {
    return (changed.x == part.x && part.x > whole.x) || (changed.y == part.y && part.y > whole.y) ||
           (rightOf(changed) == rightOf(part) && rightOf(part) < rightOf(whole)) ||
           (bottomOf(changed) == bottomOf(part) && bottomOf(part) < bottomOf(whole));
}

// What a program paints anew when it has scrolled: a strip across the window. The rest moved without a word.
bool mayHaveScrolled(const Rect& painted, const Rect& surface) {
    return painted.width * 2 >= surface.width && painted.height * 2 < surface.height;
}

bool small(const Rect& r) { return r.width <= watchWidth && r.height <= watchHeight; }

}  // namespace

SurfaceRelay::SurfaceRelay(Outbox& outbox, CaptureBackend& backend, WindowTracker& tracker)
    : outbox_(outbox), backend_(backend), tracker_(tracker), line_(nowMicros) {}

void SurfaceRelay::start(uint32_t frameWindow, bool told) {
    told_ = told;
    frameWindow_ = std::max<uint32_t>(1, frameWindow);
    line_.forget();
    entries_.clear();
}

void SurfaceRelay::stop() { entries_.clear(); }

void SurfaceRelay::follow(const TrackerChanges& changes, Micros now) {
    for (uint32_t id : changes.closed) entries_.erase(id);
    std::set<uint32_t> onlyMoved;
    for (auto& [id, window] : tracker_.all()) {
        Entry& entry = entries_.try_emplace(id, id).first->second;
        const Rect& surface = window.info.surface;
        if (entry.stream.image().width() != surface.width || entry.stream.image().height() != surface.height) {
            entry.stream.resize(surface.width, surface.height);
            entry.seenWhole = false;
            entry.watch = {};
            entry.retryAt = 0;
            entry.schedule.appeared(now);
        }
        // A move alone changes no pixel where covered windows can be read, and the user's hand makes one each frame.
        const bool moved = entry.state == window.info.state && entry.surface != surface;
        if (moved && !backend_.dependsOnOrder()) onlyMoved.insert(id);
        entry.surface = surface;
        entry.state = window.info.state;
        entry.schedule.setActive(id == tracker_.activeId() || window.info.kind == WindowKind::menu);
    }
    for (uint32_t id : changes.changed) {
        auto at = entries_.find(id);
        if (at != entries_.end() && onlyMoved.count(id) == 0) at->second.schedule.painted(now);
    }
    if (changes.order) {
        auto active = entries_.find(tracker_.activeId());
        if (active != entries_.end()) active->second.schedule.painted(now);
    }
}

void SurfaceRelay::inputArrived(uint32_t windowId, std::optional<Rect> place, Micros now) {
    for (uint32_t id : {windowId, tracker_.activeId()}) {
        auto at = entries_.find(id);
        if (at == entries_.end()) continue;
        at->second.pointerPlace = place;
        at->second.schedule.inputArrived(now);
    }
    for (auto& [id, entry] : entries_) {
        TrackedWindow* window = tracker_.find(id);
        if (window && window->info.kind == WindowKind::menu) entry.schedule.inputArrived(now);
    }
}

void SurfaceRelay::painted(uint32_t windowId, Micros now) {
    auto at = entries_.find(windowId);
    if (at != entries_.end()) at->second.schedule.painted(now);
}

void SurfaceRelay::paints(uint32_t windowId, const Rect& area, Micros now) {
    auto at = entries_.find(windowId);
    TrackedWindow* window = tracker_.find(windowId);
    if (at == entries_.end() || !window) return;
    const Rect& surface = window->info.surface;
    const Rect inside = intersect(area, surface);
    if (isEmpty(inside)) return;
    Entry& entry = at->second;
    entry.hinted = unite(entry.hinted, moved(inside, -surface.x, -surface.y));
    entry.schedule.paints(now);
    probe_.ask(windowId, window->handle, now);
}

void SurfaceRelay::mayPaint(uint32_t windowId, bool small, Micros now) {
    auto at = entries_.find(windowId);
    TrackedWindow* window = tracker_.find(windowId);
    if (at == entries_.end() || !window) return;
    if (small) return at->second.schedule.inputShows(now);
    at->second.schedule.mayPaint(now);
    if (at->second.schedule.wantsSettled()) probe_.ask(windowId, window->handle, now);
}

void SurfaceRelay::acknowledged(uint32_t windowId, uint32_t sequence) {
    auto at = entries_.find(windowId);
    if (at == entries_.end()) return;
    at->second.stream.acknowledge(sequence, line_);
    if (at->second.seenWhole) at->second.stream.flush(outbox_, frameWindow_, line_);
}

void SurfaceRelay::refresh(uint32_t windowId, Micros now) {
    auto at = entries_.find(windowId);
    if (at == entries_.end()) return;
    at->second.stream.refresh();
    at->second.schedule.needWhole(now);
    // A minimised window is not looked at: the host gets its last pixels again.
    if (at->second.seenWhole) at->second.stream.flush(outbox_, frameWindow_, line_);
}

bool SurfaceRelay::mayLook(const TrackedWindow& window, const Entry& entry) const {
    return window.info.state != ShowState::minimised && !(window.style & WS_MINIMIZE) &&
           nowMicros() >= window.readableAt && entry.stream.mayLook(frameWindow_);
}

std::map<uint32_t, SurfaceRelay::Entry>::iterator SurfaceRelay::mostUrgent(Micros now) {
    auto best = entries_.end();
    Micros bestDue = now;
    for (auto at = entries_.begin(); at != entries_.end(); ++at) {
        Micros due = std::max(at->second.schedule.dueAt(), at->second.retryAt);
        TrackedWindow* window = tracker_.find(at->first);
        if (due > now || !window || !mayLook(*window, at->second)) continue;
        // Whoever has the user's attention goes first.
        if (at->first == tracker_.activeId()) return at;
        if (due > bestDue) continue;
        best = at;
        bestDue = due;
    }
    return best;
}

void SurfaceRelay::work(Micros now) {
    Micros begun = now;
    for (uint32_t id : probe_.take()) {
        auto at = entries_.find(id);
        if (at != entries_.end()) at->second.schedule.settled(now);
    }
    while (outbox_.queuedBytes() <= mostQueuedBytes && now - begun < workLimit && !outdated_) {
        auto at = mostUrgent(now);
        if (at == entries_.end()) {
            if (now >= sweepDue_) sweep(now);
            return;
        }
        look(*tracker_.find(at->first), at->second, at->second.schedule.due(now), now);
        now = nowMicros();
    }
}

// Looks without taking over what it sees. True also when it cannot be seen now.
bool SurfaceRelay::showsNew(TrackedWindow& window, const Entry& entry, const Rect& area) {
    const Rect& surface = window.info.surface;
    const PixelView* view = isEmpty(area) ? nullptr : backend_.capture(window.handle, window.frame, area);
    if (!view) return true;
    PixelView inSurface = *view;
    inSurface.area = moved(view->area, -surface.x, -surface.y);
    return entry.stream.image().differs(inSurface);
}

// A few pixels of a picture sent by themselves would tear it.
void SurfaceRelay::takePulse(TrackedWindow& window, Entry& entry, Micros now) {
    const Rect& surface = window.info.surface;
    const bool differs = showsNew(window, entry, intersect(moved(entry.pulse, surface.x, surface.y), surface));
    const Micros after = nowMicros();
    entry.schedule.looked(LookKind::pulse, after, after - now, differs, false);
}

void SurfaceRelay::look(TrackedWindow& window, Entry& entry, LookKind kind, Micros now) {
    if (kind == LookKind::pulse) return takePulse(window, entry, now);
    Rect surface = window.info.surface;
    Rect area = placeFor(window, entry, kind);
    if (entry.seenWhole && kind == LookKind::watch && (isEmpty(area) || entry.schedule.inPictures(now))) {
        entry.schedule.looked(kind, now, 0, false, false);  // the last change was no small one
        return;
    }
    const LookKind asked = kind;
    const bool scrolled = kind == LookKind::hint && mayHaveScrolled(area, surface) && !backend_.dependsOnOrder() &&
                          showsNew(window, entry, area);
    if (!entry.seenWhole || isEmpty(area) || entry.schedule.inPictures(now) || scrolled) {
        kind = LookKind::whole;
        area = surface;
    }
    auto outcome = read(window, entry, area);
    // A piece of a larger change is not sent by itself.
    const bool guess = kind == LookKind::focus || kind == LookKind::watch;
    if (guess && outcome && outcome->changed &&
        goesOn(moved(outcome->place, surface.x, surface.y), area, surface)) {
        kind = LookKind::whole;
        outcome = read(window, entry, surface);
        if (outcome) outcome->changed = outcome->elsewhere = true;
    }
    Micros after = nowMicros();
    if (!outcome) {
        entry.retryAt = after + retryAfter;
        outdated_ = true;
        return;
    }
    entry.retryAt = 0;
    if (kind == LookKind::whole) entry.seenWhole = true;
    entry.schedule.looked(kind, after, after - now, outcome->changed, outcome->elsewhere);
    // What was asked for is done too; else it stays due for ever, and no other window gets its turn.
    if (asked != kind) entry.schedule.looked(asked, after, after - now, outcome->changed, outcome->elsewhere);
    if (kind == LookKind::watch && outcome->elsewhere) entry.schedule.foundElsewhere(after);
    if (!entry.schedule.hintOpen()) entry.hinted = {};
    if (entry.schedule.wantsSettled()) probe_.ask(window.info.windowId, window.handle, after);
    if (entry.seenWhole) entry.stream.flush(outbox_, frameWindow_, line_);
}

Rect SurfaceRelay::placeFor(const TrackedWindow& window, Entry& entry, LookKind kind) const {
    const Rect& surface = window.info.surface;
    if (kind == LookKind::whole) return surface;
    if (kind == LookKind::hint) return intersect(moved(entry.hinted, surface.x, surface.y), surface);
    Rect watch = isEmpty(entry.watch) ? Rect{} : moved(entry.watch, surface.x, surface.y);
    if (kind == LookKind::watch) return intersect(watch, surface);
    if (entry.pointerPlace) return intersect(grown(*entry.pointerPlace, pointerMargin), surface);
    auto place = inputPlaceOf(window.threadId);
    if (place && place->width <= focusWidth && place->height <= focusHeight) {
        Rect around = grown(*place, caretMargin / 4);
        return intersect({around.x - caretMargin, around.y, around.width + 2 * caretMargin, around.height}, surface);
    }
    return intersect(watch, surface);
}

// `area` is in screen coordinates, as the backend wants it; what is read goes into the stream.
std::optional<SurfaceRelay::Outcome> SurfaceRelay::read(TrackedWindow& window, Entry& entry, const Rect& area) {
    const Rect surface = window.info.surface;
    Outcome outcome;
    Rect changedPlace;
    std::vector<Rect> above;
    if (backend_.dependsOnOrder()) {
        above = coversOf(window.handle);
        if (above != tracker_.above(window)) return std::nullopt;
        if (!above.empty() && nowMicros() - tracker_.arrangedAt() < drawnAfter) return std::nullopt;
    }
    const Rect wanted = window.layering.byAlpha ? intersect(area, tracker_.desktop()) : area;
    for (const Rect& part : backend_.readable(window.handle, wanted, above, tracker_.desktop())) {
        if (isEmpty(part)) continue;
        const PixelView* view = backend_.capture(window.handle, window.frame, part);
        if (!view || (backend_.dependsOnOrder() && coversOf(window.handle) != above)) return std::nullopt;
        PixelView inSurface = *view;
        inSurface.area = moved(view->area, -surface.x, -surface.y);
        const std::vector<Change> changes = entry.stream.take(inSurface);
        for (const Change& change : changes) changedPlace = unite(changedPlace, change.rect);
        if (!changes.empty()) entry.pulse = pulseOf(changes.front().rect);
    }
    outcome.place = changedPlace;
    outcome.changed = !isEmpty(changedPlace);
    outcome.elsewhere = outcome.changed && !contains(entry.watch, changedPlace);
    if (outcome.changed && small(changedPlace)) {
        Rect both = unite(entry.watch, changedPlace);
        entry.watch = small(both) ? both : changedPlace;
    }
    return outcome;
}

// Windows that were found to change nothing take turns, a band at a time.
void SurfaceRelay::sweep(Micros now) {
    sweepDue_ = now + sweepLatest;
    for (size_t tries = 0; tries < entries_.size(); ++tries) {
        auto at = entries_.upper_bound(sweepAt_);
        if (at == entries_.end()) at = entries_.begin();
        TrackedWindow* window = tracker_.find(at->first);
        bool idle = window && mayLook(*window, at->second) && at->second.seenWhole &&
                    !at->second.schedule.inPictures(now);
        if (!idle || sweepBand(*window, at->second, now)) sweepAt_ = at->first;  // next time the next window
        if (idle) break;
    }
    Micros after = nowMicros();
    const int slower = told_ ? toldSlower : 1;
    sweepDue_ = after + std::clamp((after - now) * sweepShare * slower, sweepSoonest * slower, sweepLatest);
}

// True: that was the last band of this window.
bool SurfaceRelay::sweepBand(TrackedWindow& window, Entry& entry, Micros now) {
    const Rect& surface = window.info.surface;
    int rows = std::max(16, sweepPixels / std::max(1, surface.width));
    if (entry.sweepRow >= surface.height) entry.sweepRow = 0;
    Rect band{surface.x, surface.y + entry.sweepRow, surface.width, std::min(rows, surface.height - entry.sweepRow)};
    auto outcome = read(window, entry, band);
    if (!outcome) {
        outdated_ = true;
        return true;
    }
    entry.sweepRow += rows;
    if (outcome->elsewhere) {
        entry.schedule.foundElsewhere(now);  // sent with all that changed together with it
        return entry.sweepRow >= surface.height;
    }
    if (outcome->changed) {
        entry.schedule.looked(LookKind::watch, now, 0, true, false);
    }
    entry.stream.flush(outbox_, frameWindow_, line_);
    return entry.sweepRow >= surface.height;
}

Micros SurfaceRelay::dueAt(Micros now) const {
    if (outbox_.queuedBytes() > mostQueuedBytes) return now + queueLook;
    Micros due = entries_.empty() ? never : sweepDue_;
    for (const auto& [id, entry] : entries_) {
        const TrackedWindow* window = tracker_.find(id);
        if (window && window->readableAt > now) due = std::min(due, window->readableAt);
        if (!window || !mayLook(*window, entry)) continue;
        due = std::min(due, std::max(entry.schedule.dueAt(), entry.retryAt));
    }
    return due;
}

uint32_t SurfaceRelay::framesOf(uint32_t windowId) const {
    auto at = entries_.find(windowId);
    return at == entries_.end() ? 0 : at->second.stream.sent();
}

bool SurfaceRelay::paintsNow() const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [](const auto& one) { return one.second.schedule.paintsNow(); });
}

bool SurfaceRelay::takeTrackerOutdated() {
    bool outdated = outdated_;
    outdated_ = false;
    return outdated;
}

}  // namespace xpane
