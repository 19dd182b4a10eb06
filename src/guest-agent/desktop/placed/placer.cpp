#include "desktop/placed/placer.h"

namespace xpane {
namespace {

constexpr Micros quietFor = 60000;     // applications place a new window in several steps
constexpr Micros lookAgain = 20000;
constexpr Micros raiseEach = 100000;   // a program that insists on lying above wins nothing, and costs little
constexpr int deepestOwner = 16;

bool floats(const TrackedWindow& window) {
    return window.info.kind == WindowKind::menu || window.info.kind == WindowKind::tooltip;
}

bool anyButtonDown() {
    for (int button : {VK_LBUTTON, VK_RBUTTON, VK_MBUTTON, VK_XBUTTON1, VK_XBUTTON2}) {
        if (GetAsyncKeyState(button) < 0) return true;
    }
    return false;
}

// Windows that are always above the host's and that it does not know, such as the task bar; not what lies over
// everything and lets clicks fall through.
std::vector<Rect> furnitureOf(WindowTracker& tracker) {
    std::vector<Rect> frames;
    for (const VisibleWindow& visible : tracker.visible()) {
        DWORD exStyle = static_cast<DWORD>(GetWindowLongW(visible.handle, GWL_EXSTYLE));
        bool covers = (exStyle & WS_EX_TOPMOST) && !(exStyle & WS_EX_TRANSPARENT) && !isEmpty(visible.frame);
        bool large = areaOf(visible.frame) * 2 > areaOf(tracker.desktop());
        if (covers && !large && !tracker.find(visible.handle)) frames.push_back(visible.frame);
    }
    return frames;
}

}  // namespace

void Placer::follow(WindowTracker& tracker, Micros now) {
    seeAll(tracker);
    raiseActive(tracker, now);
    if (laidOutFor_ != tracker.arrangedAt() && toMove_.empty() && isQuiet(tracker, now)) {
        laidOutFor_ = tracker.arrangedAt();
        layOutAll(tracker);
    }
    moveNext(tracker, now);
    bool more = laidOutFor_ != tracker.arrangedAt() || !toMove_.empty();
    due_ = more ? now + lookAgain : never;
}

void Placer::seeAll(WindowTracker& tracker) {
    ++round_;
    for (const auto& [id, window] : tracker.all()) see(tracker, window, 0);
    for (auto at = seen_.begin(); at != seen_.end();) {
        if (at->second == round_) {
            ++at;
            continue;
        }
        places_.forget(at->first);
        at = seen_.erase(at);
    }
}

void Placer::see(WindowTracker& tracker, const TrackedWindow& window, int depth) {
    const WindowInfo& info = window.info;
    uint64_t& round = seen_[info.windowId];
    if (round == round_) return;
    round = round_;
    uint32_t ownerId = info.ownerId;
    if (ownerId == 0 && floats(window)) ownerId = tracker.activeId();  // as the host sees it
    if (TrackedWindow* owner = tracker.find(ownerId); owner && depth < deepestOwner) see(tracker, *owner, depth + 1);
    ShowState state = (window.style & WS_MINIMIZE) ? ShowState::minimised : info.state;
    places_.see({info.windowId, ownerId, state == ShowState::minimised ? info.frame : window.frame, state});
}

// Nothing moves under a menu or under a pressed button, nor while something moves anyway.
bool Placer::isQuiet(WindowTracker& tracker, Micros now) {
    if (now - tracker.arrangedAt() < quietFor || places_.anyMoving(now) || anyButtonDown()) return false;
    for (const auto& [id, window] : tracker.all()) {
        if (window.info.kind == WindowKind::menu) return false;
        if (window.move.serial != 0 || window.nextMove.serial != 0) return false;
    }
    return true;
}

// The window the user works with is whole, so nothing but its own dialogs and what is always on top lies above it.
// Wine needs this too: its server's order at times differs from the screen's after several windows have moved.
void Placer::raiseActive(WindowTracker& tracker, Micros now) {
    TrackedWindow* active = tracker.find(tracker.activeId());
    if (!active || active->info.topmost || floats(*active) || now - raisedAt_ < raiseEach) return;
    for (uint32_t id : tracker.order()) {
        if (id == tracker.activeId()) return;
        TrackedWindow* above = tracker.find(id);
        bool belongs = GetAncestor(above->handle, GA_ROOTOWNER) == GetAncestor(active->handle, GA_ROOTOWNER);
        if (!above->info.topmost && !floats(*above) && !belongs) break;
    }
    raisedAt_ = now;
    SetWindowPos(active->handle, HWND_TOP, 0, 0, 0, 0,
                 SWP_ASYNCWINDOWPOS | SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE | SWP_NOOWNERZORDER);
}

void Placer::layOutAll(WindowTracker& tracker) {
    std::vector<LayoutItem> items;
    for (uint32_t id : tracker.order()) {
        TrackedWindow* window = tracker.find(id);
        if (!window || floats(*window) || (window->style & WS_MINIMIZE)) continue;
        LayoutItem item{id, window->frame, window->info.surface};
        item.fixed = window->info.state == ShowState::maximised || places_.refuses(id);
        item.settled = places_.isSettled(id);
        items.push_back(item);
    }
    for (const LaidOut& one : layOut(items, furnitureOf(tracker), tracker.desktop())) {
        if (one.frame == tracker.find(one.id)->frame) places_.settle(one.id);
        else toMove_.push_back(one);
    }
}

// One at a time: each sees what the one before has uncovered.
void Placer::moveNext(WindowTracker& tracker, Micros now) {
    if (toMove_.empty() || places_.anyMoving(now)) return;
    LaidOut next = toMove_.front();
    toMove_.pop_front();
    TrackedWindow* window = tracker.find(next.id);
    bool asBefore = window && window->frame.width == next.frame.width && window->frame.height == next.frame.height &&
                    window->move.serial == 0 && !(window->style & WS_MINIMIZE);
    if (!asBefore) {
        toMove_.clear();  // it will be laid out anew
        laidOutFor_ = -1;
        return;
    }
    places_.layoutPut(next.id, {next.frame.x, next.frame.y}, now);
    SetWindowPos(window->handle, nullptr, next.frame.x, next.frame.y, 0, 0,
                 SWP_ASYNCWINDOWPOS | SWP_NOSIZE | SWP_NOZORDER | SWP_NOACTIVATE | SWP_NOOWNERZORDER);
}

WindowInfo Placer::toHost(const WindowInfo& info) const {
    Point shift = places_.shiftOf(info.windowId);
    WindowInfo told = info;
    told.frame = moved(info.frame, shift.x, shift.y);
    told.surface = moved(info.surface, shift.x, shift.y);
    return told;
}

Rect Placer::fromHost(const TrackedWindow& window, const Rect& surface) {
    uint32_t id = window.info.windowId;
    int insetX = window.info.surface.x - window.info.frame.x, insetY = window.info.surface.y - window.info.frame.y;
    places_.hostPut(id, {surface.x - insetX, surface.y - insetY});
    Point frame = places_.heading(id);
    return {frame.x + insetX, frame.y + insetY, surface.width, surface.height};
}

}  // namespace xpane
