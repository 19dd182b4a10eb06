#include "desktop/window-tracker.h"

#include <algorithm>

#include "desktop/blocked-owner.h"
#include "desktop/frame-encoder.h"
#include "desktop/rects.h"
#include "desktop/surface-rect.h"
#include "desktop/window-query.h"

namespace xpane {
namespace {

constexpr size_t mostWindows = 1024;         // src/guest-bridge/protocol/limits.ts
constexpr size_t mostOpenedAtOnce = 64;      // the rest at the next poll
constexpr int deepestOwner = 16;
constexpr Micros turnEach = 100000;          // one window looked at in full, by turns
constexpr Micros alphaShownAfter = 300000;   // the X server shows what the window system calls visible
constexpr int widestBorder = 16;             // pixels
constexpr Micros restateLimit = 300000;
constexpr Micros restatedWithin = 1000000;   // between an application's new style and its new place
constexpr Micros moveLimit = 2000000;        // a window that did not move at all by then will not
constexpr Micros restoreLimit = 5000000;     // a busy application takes its time to come back

bool sameInfo(const WindowInfo& a, const WindowInfo& b) {
    return a.ownerId == b.ownerId && a.kind == b.kind && a.title == b.title && a.frame == b.frame &&
           a.surface == b.surface && a.shape == b.shape && a.opacity == b.opacity && a.decorated == b.decorated &&
           a.resizable == b.resizable && a.state == b.state && a.enabled == b.enabled &&
           a.topmost == b.topmost && a.geometrySerial == b.geometrySerial;
}

ShowState stateOf(DWORD style) {
    if (style & WS_MINIMIZE) return ShowState::minimised;
    return style & WS_MAXIMIZE ? ShowState::maximised : ShowState::normal;
}

bool hasIconSize(const Rect& frame) {
    return frame.width == GetSystemMetrics(SM_CXMINIMIZED) && frame.height == GetSystemMetrics(SM_CYMINIMIZED);
}

Rect clamped(Rect surface) {
    surface.width = std::clamp(surface.width, 1, mostSurfaceEdgePx);
    surface.height = std::clamp(surface.height, 1, mostSurfaceEdgePx);
    return surface;
}

BOOL CALLBACK collect(HWND window, LPARAM list) {
    reinterpret_cast<std::vector<HWND>*>(list)->push_back(window);
    return TRUE;
}

}  // namespace

WindowTracker::WindowTracker(Log& log) : log_(log), ids_(mostWindows), desktop_(desktopRect()) {}

std::vector<WindowTracker::Seen> WindowTracker::look() const {
    std::vector<HWND> handles;
    EnumWindows(collect, reinterpret_cast<LPARAM>(&handles));
    std::vector<Seen> visible;
    for (HWND handle : handles) {
        DWORD style = static_cast<DWORD>(GetWindowLongW(handle, GWL_STYLE));
        if (!(style & WS_VISIBLE)) continue;
        auto frame = frameOf(handle);
        // Nobody sees a window of no size. Delphi's owner of everything has one while it is minimised.
        if (frame && (!isEmpty(*frame) || style & WS_MINIMIZE)) visible.push_back({handle, style, *frame});
    }
    return visible;
}

TrackerChanges WindowTracker::poll(Micros now) {
    ++polls_;
    TrackerChanges changes;
    std::vector<Seen> visible = look();
    if (!(visible == visible_)) arrangedAt_ = now;
    const auto sameWindow = [](const Seen& a, const Seen& b) { return a.handle == b.handle; };
    if (!std::equal(visible.begin(), visible.end(), visible_.begin(), visible_.end(), sameWindow)) restackedAt_ = now;
    for (const Seen& seen : visible) identify(seen).seen = polls_;
    for (auto at = known_.begin(); at != known_.end();) {
        auto next = std::next(at);
        if (at->second.seen != polls_) close(at, changes);
        at = next;
    }
    for (const Seen& seen : visible) {
        Known& known = known_[seen.handle];
        if (known.id == 0) {
            admit(seen, known, visible, 0, now, changes);
            continue;
        }
        TrackedWindow& window = windows_.at(known.id);
        if (update(window, seen, refreshAll_ || isTurn(window, now), now)) changes.changed.push_back(known.id);
    }
    refreshAll_ = false;
    retitled_.clear();

    std::vector<uint32_t> order;
    for (const Seen& seen : visible) {
        if (uint32_t id = known_[seen.handle].id) order.push_back(id);
    }
    TrackedWindow* active = find(GetForegroundWindow());
    uint32_t activeId = active ? active->info.windowId : 0;
    Rect desktop = desktopRect();
    if (desktop != desktop_) refreshAll_ = true;  // what is maximised is cut to it: at the next poll
    changes.order = order != order_ || activeId != activeId_ || desktop != desktop_;
    order_ = std::move(order);
    activeId_ = activeId;
    desktop_ = desktop;
    visible_ = std::move(visible);
    return changes;
}

// A handle that is used again for another window belongs to another thread or process, or was not there for a poll.
WindowTracker::Known& WindowTracker::identify(const Seen& seen) {
    auto [at, isNew] = known_.try_emplace(seen.handle);
    Known& known = at->second;
    if (!isNew) return known;
    known.threadId = GetWindowThreadProcessId(seen.handle, &known.processId);
    known.className = classNameOf(seen.handle);
    known.classStyle = static_cast<DWORD>(GetClassLongW(seen.handle, GCL_STYLE));
    known.judgedStyle = ~seen.style;
    return known;
}

bool WindowTracker::admit(const Seen& seen, Known& known, const std::vector<Seen>& all, int depth, Micros now,
                          TrackerChanges& changes) {
    bool judged = known.judgedStyle == seen.style && known.judgedFrame == seen.frame;
    if (judged || changes.opened.size() >= mostOpenedAtOnce) return false;
    DWORD exStyle = static_cast<DWORD>(GetWindowLongW(seen.handle, GWL_EXSTYLE));
    HWND owner = GetWindow(seen.handle, GW_OWNER);
    WindowLook look{seen.style, exStyle, known.classStyle, known.className, owner != nullptr,
                    known.processId == GetCurrentProcessId(), seen.frame};
    auto kind = classify(look);
    known.judgedStyle = seen.style;
    known.judgedFrame = seen.frame;
    if (!kind) return false;
    // Owners first: the host is told of them before.
    for (const Seen& other : all) {
        if (other.handle != owner || depth >= deepestOwner) continue;
        Known& ownerKnown = known_[owner];
        if (ownerKnown.id == 0) admit(other, ownerKnown, all, depth + 1, now, changes);
    }
    auto id = ids_.open();
    if (!id) {
        if (!saidFull_) log_.write(LogLevel::warn, "more windows than the protocol allows; further ones stay hidden");
        saidFull_ = true;
        known.judgedStyle = ~seen.style;  // again at the next poll
        return false;
    }
    if (known.executable.empty()) known.executable = executableOf(known.processId);
    known.id = *id;
    TrackedWindow& window = windows_[*id];
    window.handle = seen.handle;
    window.threadId = known.threadId;
    window.classStyle = known.classStyle;
    window.info.windowId = *id;
    window.info.kind = *kind;
    window.info.className = known.className;
    window.info.processId = known.processId;
    window.info.executable = known.executable;
    window.style = ~seen.style;
    update(window, seen, true, now);
    changes.opened.push_back(*id);
    return true;
}

// The host would take the place of before for the new state's.
bool WindowTracker::isHalfRestated(TrackedWindow& window, const Seen& seen, Micros now) {
    const bool byStyleAlone = ((seen.style ^ window.style) & WS_MAXIMIZE) && seen.frame == window.frame &&
                              !((seen.style | window.style) & WS_MINIMIZE);
    if (!byStyleAlone) window.restatedSince = 0;
    else if (window.restatedSince == 0) window.restatedSince = now;
    return byStyleAlone && now - window.restatedSince < restatedWithin;
}

bool WindowTracker::update(TrackedWindow& window, const Seen& seen, bool everything, Micros now) {
    if (isHalfRestated(window, seen, now)) return false;
    WindowInfo before = window.info;
    bool moved = seen.frame != window.frame || seen.style != window.style;
    window.frame = seen.frame;
    if (seen.style & WS_MINIMIZE) {
        window.restoringUntil = now + restoreLimit;
    } else if (now < window.restoringUntil && hasIconSize(seen.frame)) {
        // On its way back: the style says restored, the frame is still the icon's.
        window.style |= WS_MINIMIZE;
        return false;
    }
    if (seen.style != window.style && (seen.style ^ window.style) & WS_THICKFRAME) window.detailsDue = now;
    window.style = seen.style;
    if (moved || everything) {
        refresh(window, now);
    } else if (std::find(retitled_.begin(), retitled_.end(), window.handle) != retitled_.end()) {
        window.info.title = titleOf(window.handle);
    }
    if (moved || everything) place(window);
    settleMove(window, now);
    if (before.title != window.info.title && window.detailsDue == never) {
        window.detailsDue = now + 1000000;  // applications change their icon with their document
        window.detailsTries = 0;
    }
    return !sameInfo(before, window.info);
}

void WindowTracker::refresh(TrackedWindow& window, Micros now) {
    window.exStyle = static_cast<DWORD>(GetWindowLongW(window.handle, GWL_EXSTYLE));
    WindowInfo& info = window.info;
    info.title = titleOf(window.handle);
    info.ownerId = ownerIdOf(window);
    info.resizable = (window.style & WS_THICKFRAME) != 0;
    info.state = stateOf(window.style);
    info.enabled = !(window.style & WS_DISABLED);
    info.topmost = (window.exStyle & WS_EX_TOPMOST) != 0;
    WindowLook look{window.style, window.exStyle, window.classStyle, info.className,
                    GetWindow(window.handle, GW_OWNER) != nullptr, false, window.frame};
    if (auto kind = classify(look)) info.kind = *kind;
    const bool isNew = !window.layering.byPixels();
    const bool hadAlpha = window.layering.byAlpha;
    window.region = regionOf(window.handle);
    window.layering = layeringOf(window.handle, window.exStyle);
    info.opacity = window.layering.opacity;
    if (window.layering.byAlpha && !hadAlpha) window.readableAt = now + alphaShownAfter;
    // Until its pixels were looked at it shows nothing: a black rectangle would flash up.
    if (!window.layering.byPixels()) window.pixelShape.reset();
    else if (isNew) window.pixelShape.emplace();
}

// A minimised window keeps the place it had: the host shows its last pixels, if any.
void WindowTracker::place(TrackedWindow& window) {
    WindowInfo& info = window.info;
    Rect frame = window.frame, client;
    if (info.state == ShowState::minimised) {
        if (!isEmpty(info.surface)) return;
        frame = restoredFrameOf(window.handle).value_or(frame);
    } else {
        client = clientOf(window.handle);
    }
    WindowShape shape{frame, client, marginsOf(window.style & ~WS_MINIMIZE, window.exStyle),
                      (window.style & WS_CAPTION) == WS_CAPTION, info.state == ShowState::maximised};
    shape.captionHidden = window.region && hidesCaption(*window.region, frame, shape.margins);
    Surface surface = surfaceOf(shape, mode_, desktop_);
    info.frame = frame;
    info.surface = clamped(surface.rect);
    info.decorated = surface.decorated;
    reshape(window);
    // What shows the screen below it does not cover it.
    const bool covers = !info.shape && info.opacity == 255 && isFullScreen(shape, desktop_);
    if (info.state != ShowState::minimised && info.kind == WindowKind::normal && covers) {
        info.state = ShowState::fullScreen;
    }
}

WindowShape WindowTracker::shapeOf(const TrackedWindow& window) const {
    const DWORD style = static_cast<DWORD>(GetWindowLongW(window.handle, GWL_STYLE));
    const bool minimised = (style & WS_MINIMIZE) != 0;
    const Rect frame = minimised ? window.info.frame : frameOf(window.handle).value_or(window.info.frame);
    return {frame, minimised ? Rect{} : clientOf(window.handle), marginsOf(style & ~WS_MINIMIZE, window.exStyle),
            (style & WS_CAPTION) == WS_CAPTION, !minimised && (style & WS_MAXIMIZE) != 0};
}

void WindowTracker::reshape(TrackedWindow& window) {
    const std::optional<Shape>& shape = window.pixelShape ? window.pixelShape : window.region;
    WindowInfo& info = window.info;
    info.shape = shape ? shapeOfSurface(*shape, info.frame, info.surface) : std::nullopt;
}

void WindowTracker::move(TrackedWindow& window, const Rect& surface, uint32_t serial, Micros now) {
    window.nextMove = {serial, surface};
    if (window.move.serial == 0) startMove(window, window.nextMove, now);
}

void WindowTracker::startMove(TrackedWindow& window, const Move& move, Micros now) {
    // By how the window is now: one that was restored since the last look has other edges than the host was told.
    WindowShape shape = shapeOf(window);
    const Rect& frameNow = shape.frame;
    // A maximised window's border lies beyond the desktop's edge and is cut off. One that was moved since and hangs
    // over by more would seem to have a border as wide as that.
    if (!contains(grown(desktop_, widestBorder), frameNow)) shape.maximised = false;
    const Rect surfaceNow = clamped(surfaceOf(shape, mode_, desktop_).rect);
    Rect wanted{move.surface.x - (surfaceNow.x - frameNow.x), move.surface.y - (surfaceNow.y - frameNow.y),
                move.surface.width + (frameNow.width - surfaceNow.width),
                move.surface.height + (frameNow.height - surfaceNow.height)};
    window.move = {move, wanted, window.frame, now, window.style};
    window.nextMove = {};
    if (window.style & WS_MINIMIZE) return;  // settled when the limit is over, unmoved
    SetWindowPos(window.handle, nullptr, wanted.x, wanted.y, wanted.width, wanted.height,
                 SWP_ASYNCWINDOWPOS | SWP_NOZORDER | SWP_NOACTIVATE | SWP_NOOWNERZORDER);
}

void WindowTracker::settleMove(TrackedWindow& window, Micros now) {
    MoveUnderWay& move = window.move;
    if (move.serial == 0) return;
    const Micros waited = now - move.since;
    // A window that was to be maximised or restored before it moved has another place by that alone, for a moment.
    const bool restated = ((window.style ^ move.styleBefore) & (WS_MAXIMIZE | WS_MINIMIZE)) != 0;
    // Another place than the wanted one: the application has limits of its own.
    const bool elsewhere = window.frame != move.before && (!restated || waited >= restateLimit);
    if (window.frame != move.wanted && !elsewhere && waited < moveLimit) return;
    window.info.geometrySerial = move.serial;
    move = {};
    if (window.nextMove.serial != 0) startMove(window, Move(window.nextMove), now);
}

uint32_t WindowTracker::ownerIdOf(const TrackedWindow& window) {
    HWND at = window.handle;
    for (int depth = 0; depth < deepestOwner; ++depth) {
        at = GetWindow(at, GW_OWNER);
        if (!at) break;
        TrackedWindow* owner = find(at);
        if (owner && owner->info.windowId != window.info.windowId) return owner->info.windowId;
    }
    const bool isDialog = window.info.kind == WindowKind::dialog;
    bool floats = window.info.kind == WindowKind::menu || window.info.kind == WindowKind::tooltip;
    if (!floats && !isDialog) return 0;
    if (window.info.ownerId != 0 && ids_.isAlive(window.info.ownerId)) return window.info.ownerId;
    if (isDialog) return ownerBehindHidden(window);
    // The window system names no owner, as for combo boxes: whoever has the menu or the focus in that thread.
    GUITHREADINFO info;
    info.cbSize = sizeof info;
    if (!GetGUIThreadInfo(window.threadId, &info)) return 0;
    for (HWND candidate : {info.hwndMenuOwner, info.hwndActive, info.hwndFocus}) {
        TrackedWindow* owner = candidate ? find(GetAncestor(candidate, GA_ROOT)) : nullptr;
        if (owner && owner->info.windowId != window.info.windowId) return owner->info.windowId;
    }
    return 0;
}

uint32_t WindowTracker::ownerBehindHidden(const TrackedWindow& dialog) {
    const HWND hidden = GetWindow(dialog.handle, GW_OWNER);
    if (!hidden) return 0;
    std::vector<OwnerCandidate> others;
    for (uint32_t id : order_) {
        const TrackedWindow* other = find(id);
        if (!other || id == dialog.info.windowId || GetWindow(other->handle, GW_OWNER) != hidden) continue;
        if (other->info.kind != WindowKind::normal && other->info.kind != WindowKind::dialog) continue;
        others.push_back({id, other->threadId == dialog.threadId, IsWindowEnabled(other->handle) != 0});
    }
    return blockedOwnerOf(IsWindowEnabled(dialog.handle) != 0, others);
}

void WindowTracker::close(std::unordered_map<HWND, Known>::iterator at, TrackerChanges& changes) {
    if (uint32_t id = at->second.id) {
        windows_.erase(id);
        ids_.destroy(id);
        changes.closed.push_back(id);
    }
    known_.erase(at);
}

// The active window and one other are looked at in full ten times a second at most.
bool WindowTracker::isTurn(const TrackedWindow& window, Micros now) {
    uint32_t id = window.info.windowId;
    if (id == activeId_ && now >= activeTurnDue_) {
        activeTurnDue_ = now + turnEach;
        return true;
    }
    if (now < turnDue_) return false;
    auto next = windows_.upper_bound(turn_);
    if (next == windows_.end()) next = windows_.begin();
    if (next->first != id) return false;
    turn_ = id;
    turnDue_ = now + turnEach;
    return true;
}

void WindowTracker::setFrameMode(FrameMode mode) {
    mode_ = mode;
    refreshAll_ = true;
}

void WindowTracker::titleChanged(HWND handle) { retitled_.push_back(handle); }

TrackedWindow* WindowTracker::find(uint32_t id) {
    auto at = windows_.find(id);
    return at == windows_.end() ? nullptr : &at->second;
}

TrackedWindow* WindowTracker::find(HWND handle) {
    auto at = known_.find(handle);
    return at == known_.end() || at->second.id == 0 ? nullptr : find(at->second.id);
}

std::vector<Rect> WindowTracker::above(const TrackedWindow& window) const {
    std::vector<Rect> frames;
    for (const Seen& seen : visible_) {
        if (seen.handle == window.handle) break;
        if (!isEmpty(seen.frame)) frames.push_back(seen.frame);
    }
    return frames;
}

std::vector<VisibleWindow> WindowTracker::visible() const {
    std::vector<VisibleWindow> windows;
    for (const Seen& seen : visible_) windows.push_back({seen.handle, seen.frame});
    return windows;
}

}  // namespace xpane
