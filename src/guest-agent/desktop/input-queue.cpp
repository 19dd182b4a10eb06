#include "desktop/input-queue.h"

#include "desktop/clock.h"
#include "desktop/rects.h"
#include "desktop/window-actions.h"
#include "desktop/window-query.h"

namespace xpane {
namespace {

constexpr Micros raiseLimit = 500000;
constexpr Micros moveLimit = 3000000;  // the tracker gives a move up before
constexpr Micros focusLimit = 2000000;
constexpr Micros raiseLook = 2000;
constexpr size_t mostWaiting = 1024;

template <class... Ts>
struct Cases : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Cases(Ts...) -> Cases<Ts...>;

}  // namespace

void InputQueue::add(const Item& item, Micros now) {
    if (waiting_.size() >= mostWaiting) {
        log_.write(LogLevel::warn, "input: too much is waiting for a window to come up; it was dropped");
        releaseAll();
    }
    waiting_.push_back({item, now});
}

std::vector<InputQueue::Injected> InputQueue::drain(Micros now) {
    std::vector<Injected> done;
    while (!waiting_.empty()) {
        const Waiting& first = waiting_.front();
        std::optional<Target> target = targetOf(first.item);
        const bool typed = std::holds_alternative<Key>(first.item) || std::holds_alternative<Text>(first.item);
        if (typed && !focusArrived(now)) break;
        Way way = wayTo(first.item, target, now - first.since);
        if (way == Way::wait) break;
        if (way == Way::clear) {
            done.push_back(inject(first.item, target));
        } else {
            log_.write(LogLevel::warn, "input: a press was dropped, its window did not come to its place or stays covered");
        }
        raising_ = 0;
        waiting_.pop_front();
    }
    return done;
}

void InputQueue::awaitFocus(HWND window, Micros now) {
    focusFor_ = window;
    focusSince_ = now;
}

// A foreground window alone is not enough: until its thread has handled that, no control of it takes keys.
bool InputQueue::focusArrived(Micros now) {
    if (!focusFor_) return true;
    HWND foreground = GetForegroundWindow();
    GUITHREADINFO info;
    info.cbSize = sizeof info;
    const bool there = foreground && GetAncestor(foreground, GA_ROOTOWNER) == GetAncestor(focusFor_, GA_ROOTOWNER) &&
                       GetGUIThreadInfo(GetWindowThreadProcessId(foreground, nullptr), &info) && info.hwndFocus;
    if (!there && now - focusSince_ < focusLimit && frameOf(focusFor_)) return false;
    focusFor_ = nullptr;
    return true;
}

// Where the pointer is meant to be now: the host names a point of a window's surface, and the window may have moved
// since. Nothing: the item has no place, or its window is gone.
std::optional<InputQueue::Target> InputQueue::targetOf(const Item& item) {
    return std::visit(
        Cases{
            [&](const PointerMove& move) { return targetAt(move.windowId, move.x, move.y); },
            [&](const PointerButton& button) { return targetAt(button.windowId, button.x, button.y); },
            [&](const Wheel& wheel) { return targetAt(wheel.windowId, wheel.x, wheel.y); },
            [](const auto&) -> std::optional<Target> { return std::nullopt; },
        },
        item);
}

std::optional<InputQueue::Target> InputQueue::targetAt(uint32_t windowId, int x, int y) {
    TrackedWindow* window = tracker_.find(windowId);
    if (!window) return std::nullopt;
    Rect frame = frameOf(window->handle).value_or(window->info.frame);
    const Rect& surface = window->info.surface;
    return Target{window, frame.x + (surface.x - window->info.frame.x) + x,
                  frame.y + (surface.y - window->info.frame.y) + y};
}

// Presses and the wheel need their window in its place and on top at that point; moves do not wait. A release always
// goes through.
InputQueue::Way InputQueue::wayTo(const Item& item, const std::optional<Target>& target, Micros waited) {
    auto button = std::get_if<PointerButton>(&item);
    const bool press = button ? button->down && !injector_.buttonHeld() : std::holds_alternative<Wheel>(item);
    // Merely passing over a window does not bring it up.
    if (!press) return Way::clear;
    if (!target) return Way::blocked;
    if (target->window->move.serial != 0) return waited < moveLimit ? Way::wait : Way::blocked;
    if (!isCovered(*target->window, target->x, target->y)) return Way::clear;
    // The press would activate it anyway; raising alone is not always granted to who is not in front.
    if (raising_ != target->window->info.windowId) {
        raising_ = target->window->info.windowId;
        activate(target->window->handle);
    }
    return waited < raiseLimit ? Way::wait : Way::blocked;
}

// Asks the window system, not the last poll: the click must not go astray by a few milliseconds.
bool InputQueue::isCovered(const TrackedWindow& target, int x, int y) const {
    auto frame = frameOf(target.handle);
    if (!frame || !holds(*frame, x, y)) return false;
    for (HWND at = GetTopWindow(nullptr); at && at != target.handle; at = GetWindow(at, GW_HWNDNEXT)) {
        if (!IsWindowVisible(at)) continue;
        auto other = frameOf(at);
        if (!other || !holds(*other, x, y)) continue;
        DWORD exStyle = static_cast<DWORD>(GetWindowLongW(at, GWL_EXSTYLE));
        if ((exStyle & (WS_EX_LAYERED | WS_EX_TRANSPARENT)) == (WS_EX_LAYERED | WS_EX_TRANSPARENT)) continue;
        // Its own dialogs and menus belong above it, and topmost windows stay there: raising would not help.
        if (GetAncestor(at, GA_ROOTOWNER) == target.handle) continue;
        return true;
    }
    return false;
}

InputQueue::Injected InputQueue::inject(const Item& item, const std::optional<Target>& target) {
    // A button is let go where the pointer is, when its window is gone.
    if (target) last_ = {target->x, target->y, 1, 1};
    const Rect at = last_;
    return std::visit(Cases{
                          [&](const Key& key) -> Injected {
                              injector_.key(key);
                              return {};
                          },
                          [&](const Text& text) -> Injected {
                              injector_.text(text.text);
                              return {};
                          },
                          [&](const PointerMove& move) -> Injected {
                              if (target) injector_.move(at.x, at.y);
                              return {move.windowId, at};
                          },
                          [&](const PointerButton& button) -> Injected {
                              injector_.button(at.x, at.y, button.button, button.down);
                              return {button.windowId, at};
                          },
                          [&](const Wheel& wheel) -> Injected {
                              injector_.wheel(at.x, at.y, wheel.vertical, wheel.horizontal);
                              return {wheel.windowId, std::nullopt};
                          },
                      },
                      item);
}

void InputQueue::releaseAll() {
    waiting_.clear();
    raising_ = 0;
    focusFor_ = nullptr;
    injector_.releaseAll();
}

Micros InputQueue::dueAt() const { return waiting_.empty() ? never : nowMicros() + raiseLook; }

}  // namespace xpane
