#include "desktop/input-queue.h"

#include "desktop/clock.h"
#include "desktop/rects.h"
#include "desktop/window-actions.h"
#include "desktop/window-query.h"

namespace xpane {
namespace {

constexpr Micros raiseLimit = 500000;
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
        Way way = wayTo(first.item, now - first.since);
        if (way == Way::wait) break;
        if (way == Way::clear) {
            done.push_back(inject(first.item));
        } else {
            log_.write(LogLevel::warn, "input: a press was dropped, its window stays covered by another");
        }
        raising_ = 0;
        waiting_.pop_front();
    }
    return done;
}

// Presses and the wheel need their window on top at that point; moves only as long as no button is down, and they
// do not wait. A release always goes through.
InputQueue::Way InputQueue::wayTo(const Item& item, Micros waited) {
    uint32_t id = 0;
    int x = 0, y = 0;
    bool press = true;
    if (auto button = std::get_if<PointerButton>(&item)) {
        if (!button->down || injector_.buttonHeld()) return Way::clear;
        id = button->windowId, x = button->x, y = button->y;
    } else if (auto wheel = std::get_if<Wheel>(&item)) {
        id = wheel->windowId, x = wheel->x, y = wheel->y;
    } else if (auto move = std::get_if<PointerMove>(&item)) {
        if (injector_.buttonHeld()) return Way::clear;
        id = move->windowId, x = move->x, y = move->y;
        press = false;
    } else {
        return Way::clear;
    }
    TrackedWindow* target = tracker_.find(id);
    if (!target) return press ? Way::blocked : Way::clear;
    if (!isCovered(*target, x, y)) return Way::clear;
    // Merely passing over a window does not bring it up.
    if (!press) return Way::clear;
    // The press would activate it anyway; raising alone is not always granted to who is not in front.
    if (raising_ != id) {
        raising_ = id;
        activate(target->handle);
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

InputQueue::Injected InputQueue::inject(const Item& item) {
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
                              injector_.move(move.x, move.y);
                              return {move.windowId, Rect{move.x, move.y, 1, 1}};
                          },
                          [&](const PointerButton& button) -> Injected {
                              injector_.button(button.x, button.y, button.button, button.down);
                              return {button.windowId, Rect{button.x, button.y, 1, 1}};
                          },
                          [&](const Wheel& wheel) -> Injected {
                              injector_.wheel(wheel.x, wheel.y, wheel.vertical, wheel.horizontal);
                              return {wheel.windowId, std::nullopt};
                          },
                      },
                      item);
}

void InputQueue::releaseAll() {
    waiting_.clear();
    raising_ = 0;
    injector_.releaseAll();
}

Micros InputQueue::dueAt() const { return waiting_.empty() ? never : nowMicros() + raiseLook; }

}  // namespace xpane
