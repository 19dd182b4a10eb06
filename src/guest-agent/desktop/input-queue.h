// Input in the order in which the user made it. A press meant for a window that others cover, or that is just being
// moved, waits until that window has come up and is in its place, and is dropped if it does not: it must never hit
// another window.
#pragma once

#include <deque>
#include <optional>
#include <variant>

#include "desktop/input-injector.h"
#include "desktop/look-schedule.h"
#include "desktop/window-tracker.h"
#include "log/log.h"

namespace xpane {

class InputQueue {
public:
    using Item = std::variant<Key, Text, PointerMove, PointerButton, Wheel>;

    InputQueue(WindowTracker& tracker, Log& log) : tracker_(tracker), log_(log) {}

    void add(const Item& item, Micros now);
    // Injects as much as can be; what was injected for which window is reported through `injected`.
    struct Injected {
        uint32_t windowId = 0;      // 0: whoever is active
        std::optional<Rect> place;  // of the pointer, on the screen
    };
    std::vector<Injected> drain(Micros now);
    // The host activated this window: keys that follow are meant for it, and wait for a while until it, or a dialog
    // of it, has the keyboard. A slow application would lose what is typed into its new window.
    void awaitFocus(HWND window, Micros now);
    // Keys and buttons that are down go up, at once; what waits is forgotten.
    void releaseAll();
    Micros dueAt() const;

private:
    struct Waiting {
        Item item;
        Micros since;
    };
    enum class Way { clear, wait, blocked };
    struct Target {
        TrackedWindow* window;
        int x, y;  // on the screen
    };

    std::optional<Target> targetOf(const Item& item);
    std::optional<Target> targetAt(uint32_t windowId, int x, int y);
    Way wayTo(const Item& item, const std::optional<Target>& target, Micros waited);
    bool isCovered(const TrackedWindow& target, int x, int y) const;
    bool focusArrived(Micros now);
    Injected inject(const Item& item, const std::optional<Target>& target);

    WindowTracker& tracker_;
    Log& log_;
    InputInjector injector_;
    std::deque<Waiting> waiting_;
    uint32_t raising_ = 0;
    HWND focusFor_ = nullptr;
    Micros focusSince_ = 0;
    Rect last_{0, 0, 1, 1};  // where the pointer was put last, on the screen
};

}  // namespace xpane
