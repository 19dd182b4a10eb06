#include "desktop/input-queue.h"

#include <algorithm>
#include <vector>

#include "desktop/clock.h"
#include "desktop/rects.h"
#include "desktop/window-actions.h"
#include "desktop/window-query.h"

namespace xpane {
namespace {

constexpr Micros raiseLimit = 500000;
constexpr Micros raiseAgain = 100000;
constexpr Micros moveLimit = 3000000;  // the tracker gives a move up before
constexpr Micros raiseLook = 2000;
constexpr size_t mostWaiting = 1024;

template <class... Ts>
struct Cases : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Cases(Ts...) -> Cases<Ts...>;

bool asksOfWindow(const InputQueue::Item& item) {
    return std::holds_alternative<WindowClose>(item) || std::holds_alternative<WindowState>(item) ||
           std::holds_alternative<WindowMove>(item);
}

// It takes the keyboard from its window: posted as it is, it would overtake the keys in the application's own queue.
bool endsTyping(const InputQueue::Item& item) {
    auto state = std::get_if<WindowState>(&item);
    return std::holds_alternative<WindowClose>(item) || (state && state->state == ShowState::minimised);
}

bool isInput(const InputQueue::Item& item) {
    return !std::holds_alternative<WindowActivate>(item) && !std::holds_alternative<Deactivate>(item) &&
           !std::holds_alternative<ReleaseAll>(item) && !asksOfWindow(item);
}

// What lies over a window at a point.
struct Above {
    Cover cover = Cover::none;
    std::vector<PressRest::Window> stack;  // topmost first, the window itself last
};

// Asks the window system, not the last poll: the click must not go astray by a few milliseconds.
Above aboveOf(HWND target, int x, int y) {
    Above above{Cover::none, {target}};
    auto frame = frameOf(target);
    if (!frame || !holds(*frame, x, y)) return above;
    const auto ownerOf = [](HWND window) { return GetWindow(window, GW_OWNER); };
    for (HWND at = GetTopWindow(nullptr); at && at != target; at = GetWindow(at, GW_HWNDNEXT)) {
        if (!IsWindowVisible(at)) continue;
        auto other = frameOf(at);
        if (!other || !holds(*other, x, y)) continue;
        DWORD exStyle = static_cast<DWORD>(GetWindowLongW(at, GWL_EXSTYLE));
        if ((exStyle & (WS_EX_LAYERED | WS_EX_TRANSPARENT)) == (WS_EX_LAYERED | WS_EX_TRANSPARENT)) continue;
        above.stack.insert(above.stack.end() - 1, at);
        above.cover = isOwnedBy(at, target, ownerOf) ? Cover::own : Cover::foreign;
        if (above.cover == Cover::foreign) break;
    }
    return above;
}

}  // namespace

void InputQueue::add(const Item& item) {
    if (waiting_.size() >= mostWaiting) {
        log_.write(LogLevel::warn, "input: too much is waiting for a window to come up; it was dropped");
        waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), isInput), waiting_.end());
        nextIsFirst();
        injector_.releaseAll();
    }
    waiting_.push_back(item);
}

bool InputQueue::changesState(uint32_t windowId) const {
    return std::any_of(waiting_.begin(), waiting_.end(), [&](const Item& item) {
        auto state = std::get_if<WindowState>(&item);
        return state && state->windowId == windowId;
    });
}

std::vector<InputQueue::Done> InputQueue::drain(Micros now) {
    std::vector<Done> done;
    while (!waiting_.empty()) {
        const Item& first = waiting_.front();
        if (!firstSince_) firstSince_ = now;
        std::optional<Target> target = targetOf(first);
        const Way way = wayOf(first, target, now);
        if (way == Way::wait) break;
        if (way == Way::clear) done.push_back(carryOut(first, target, now));
        nextIsFirst();
        waiting_.pop_front();
    }
    return done;
}

void InputQueue::nextIsFirst() {
    firstSince_.reset();
    raisedAt_.reset();
    rest_.forget();
}

// Where the pointer is meant to be now: the host names a point of a window's surface, and the window may have moved
// since. Nothing: the item has no place, or its window is gone.
std::optional<InputQueue::Target> InputQueue::targetOf(const Item& item) {
    return std::visit(
        Cases{
            [&](const PointerMove& move) { return targetAt(move.windowId, move.x, move.y); },
            [&](const PointerButton& button) {
                return relative_ ? targetHere(button.windowId) : targetAt(button.windowId, button.x, button.y);
            },
            [&](const Wheel& wheel) {
                return relative_ ? targetHere(wheel.windowId) : targetAt(wheel.windowId, wheel.x, wheel.y);
            },
            [](const auto&) -> std::optional<Target> { return std::nullopt; },
        },
        item);
}

std::optional<InputQueue::Target> InputQueue::targetAt(uint32_t windowId, int x, int y) {
    TrackedWindow* window = tracker_.find(windowId);
    if (!window) return std::nullopt;
    // A window that follows the pointer, dragged by its caption, must not chase its own moves: during a drag the host
    // counts from where the surface was when it began.
    if (injector_.buttonHeld() && hold_.windowId == windowId) return Target{window, hold_.x + x, hold_.y + y};
    const POINT at = onScreen(*window, x, y);
    return Target{window, static_cast<int>(at.x), static_cast<int>(at.y)};
}

// Where the guest has its pointer.
std::optional<InputQueue::Target> InputQueue::targetHere(uint32_t windowId) {
    TrackedWindow* window = tracker_.find(windowId);
    POINT at;
    if (!window || !GetCursorPos(&at)) return std::nullopt;
    return Target{window, static_cast<int>(at.x), static_cast<int>(at.y)};
}

// Presses and the wheel need their window in its place and on top at that point, keys need it to have the keyboard;
// what moves the keyboard needs them to be read. Moves and releases only wait for what is before them.
InputQueue::Way InputQueue::wayOf(const Item& item, const std::optional<Target>& target, Micros now) {
    if (std::holds_alternative<Key>(item) || std::holds_alternative<Text>(item) ||
        std::holds_alternative<LockState>(item)) {
        return focus_.arrived(now) ? Way::clear : Way::wait;
    }
    if (auto one = std::get_if<WindowActivate>(&item)) {
        TrackedWindow* window = tracker_.find(one->windowId);
        return !window || focus_.mayMoveTo(window->handle, now) ? Way::clear : Way::wait;
    }
    if (endsTyping(item)) return focus_.keysRead(now) ? Way::clear : Way::wait;
    if (std::holds_alternative<Deactivate>(item)) return focus_.mayBeTakenAway(now) ? Way::clear : Way::wait;
    auto button = std::get_if<PointerButton>(&item);
    const bool press = button ? button->down && !injector_.buttonHeld() : std::holds_alternative<Wheel>(item);
    // Merely passing over a window does not bring it up.
    if (!press) return Way::clear;
    if (!target) return dropped("its window is gone");
    return wayToPress(*target, now - firstSince_.value_or(now), now);
}

InputQueue::Way InputQueue::wayToPress(const Target& target, Micros waited, Micros now) {
    if (target.window->move.serial != 0) {
        return waited < moveLimit ? Way::wait : dropped("its window did not come to its place");
    }
    // The pointer stops at the desktop's edge: the press would hit another place.
    if (!holds(desktopRect(), target.x, target.y)) return dropped("it is off the guest's desktop");
    const HWND handle = target.window->handle;
    // What was typed is read before another window gets the keyboard; the press has its own time after that.
    if (!raisedAt_ && !focus_.mayMoveTo(handle, now)) {
        firstSince_ = now;
        return Way::wait;
    }
    const Above above = aboveOf(handle, target.x, target.y);
    // Each look counts: an order that comes and goes is not at rest.
    const bool atRest = isAtRest(handle, above.stack, now);
    switch (pressWay(above.cover, IsWindowEnabled(handle) != FALSE)) {
        case PressWay::clear:
            return atRest || waited >= raiseLimit ? Way::clear : Way::wait;
        case PressWay::pass:
            activate(handle);
            return Way::dropped;
        case PressWay::raise: break;
    }
    // Once is not always enough: a program that has just opened its windows may put another on top after it.
    if (!raisedAt_ || now - *raisedAt_ >= raiseAgain) {
        raise(*target.window);
        raisedAt_ = now;
    }
    return waited < raiseLimit ? Way::wait : dropped("its window stays covered");
}

bool InputQueue::isAtRest(HWND window, const std::vector<PressRest::Window>& stack, Micros now) {
    const auto ask = [&] {
        return SendMessageCallbackW(window, WM_NULL, 0, 0, answered, reinterpret_cast<ULONG_PTR>(this)) != FALSE;
    };
    return rest_.reached(stack, std::max(restackedAt_, tracker_.restackedAt()), now, ask);
}

void CALLBACK InputQueue::answered(HWND window, UINT, ULONG_PTR self, LRESULT) {
    reinterpret_cast<InputQueue*>(self)->rest_.answered(window);
}

InputQueue::Way InputQueue::dropped(const char* why) {
    log_.write(LogLevel::warn, std::string("input: a press was dropped: ") + why);
    return Way::dropped;
}

// The press would activate it anyway, and raising alone is not always granted to who is not in front; Wine does not
// raise what becomes active. A menu would end if it became active.
void InputQueue::raise(const TrackedWindow& window) {
    const bool floats = window.info.kind == WindowKind::menu || window.info.kind == WindowKind::tooltip;
    if (!floats) activate(window.handle);
    SetWindowPos(window.handle, window.info.topmost ? HWND_TOPMOST : HWND_TOP, 0, 0, 0, 0,
                 SWP_ASYNCWINDOWPOS | SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE);
}

InputQueue::Done InputQueue::carryOut(const Item& item, const std::optional<Target>& target, Micros now) {
    // A button is let go where the pointer is, when its window is gone.
    if (target) last_ = {target->x, target->y, 1, 1};
    const Rect at = last_;
    return std::visit(Cases{
                          [&](const Key& key) -> Done {
                              focus_.typing();
                              focus_.typed(injector_.key(key), 2, now);
                              return {};
                          },
                          [&](const KeyCancel& key) -> Done {
                              injector_.cancel(key);
                              return {};
                          },
                          [&](const LockState& locks) -> Done {
                              injector_.setLocks(locks);
                              return {};
                          },
                          [&](const Text& text) -> Done {
                              focus_.typing();
                              focus_.typed(injector_.text(text.text), 3 * text.text.size(), now);
                              return {};
                          },
                          [&](const PointerMove& move) -> Done {
                              relative_ = false;
                              if (target) injector_.move(at.x, at.y);
                              return {move.windowId, at};
                          },
                          [&](const PointerRelative& move) -> Done {
                              relative_ = true;
                              injector_.moveBy(move.dx, move.dy);
                              return {move.windowId, std::nullopt};
                          },
                          [&](const PointerButton& button) -> Done {
                              const bool begins = button.down && !injector_.buttonHeld();
                              if (begins) hold_ = {relative_ ? 0 : button.windowId, at.x - button.x, at.y - button.y};
                              injector_.button(button, relative_ ? std::nullopt : std::make_optional(Point{at.x, at.y}));
                              return {button.windowId, at};
                          },
                          [&](const Wheel& wheel) -> Done {
                              injector_.wheel(at.x, at.y, wheel.vertical, wheel.horizontal);
                              return {wheel.windowId, std::nullopt};
                          },
                          [&](const WindowActivate& one) -> Done {
                              if (TrackedWindow* window = tracker_.find(one.windowId)) focus_.give(window->handle, now);
                              return {one.windowId, std::nullopt};
                          },
                          [&](const Deactivate&) -> Done {
                              focus_.takeAway();
                              return {};
                          },
                          [&](const ReleaseAll&) -> Done {
                              injector_.releaseAll();
                              return {};
                          },
                          [&](const WindowClose& one) -> Done {
                              if (TrackedWindow* window = tracker_.find(one.windowId)) {
                                  requestClose(window->handle);
                                  responsiveness_.ask(*window, now);
                              }
                              return {one.windowId, std::nullopt, true};
                          },
                          [&](const WindowState& one) -> Done {
                              if (TrackedWindow* window = tracker_.find(one.windowId)) {
                                  setState(window->handle, one.state);
                              }
                              return {one.windowId, std::nullopt, true};
                          },
                          [&](const WindowMove& one) -> Done {
                              moveWindow_(one);
                              return {one.windowId, std::nullopt, true};
                          },
                      },
                      item);
}

void InputQueue::abandon() {
    waiting_.clear();
    nextIsFirst();
    relative_ = false;
    focus_.forget();
    injector_.releaseAll();
}

Micros InputQueue::dueAt() const { return waiting_.empty() ? never : nowMicros() + raiseLook; }

}  // namespace xpane
