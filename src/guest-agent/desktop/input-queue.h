// Input in the order in which the user made it, and with it what moves the keyboard, what lets go of it, and what
// closes windows or changes their state: whatever was typed before goes to the window it was meant for. Only the end of
// menus overtakes the rest: a menu holds the pointer, and may be what a press waits for. A press meant for a window that
// others cover, or that is just being moved, waits until that window has come up and is in its place, and is dropped if
// it does not; after windows came, went or moved it waits until that has come to rest: it must never hit another window.
// Keys wait until their window takes them.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <variant>

#include "desktop/input-focus.h"
#include "desktop/input-injector.h"
#include "desktop/look-schedule.h"
#include "desktop/press-rest.h"
#include "desktop/press-way.h"
#include "desktop/responsiveness.h"
#include "desktop/window-tracker.h"
#include "log/log.h"

namespace xpane {

class InputQueue {
public:
    using Item = std::variant<Key, KeyCancel, LockState, Text, PointerMove, PointerButton, PointerRelative, Wheel,
                              WindowActivate, Deactivate, ReleaseAll, WindowClose, WindowState, WindowMove>;

    // Lives as long as the agent's message loop.
    InputQueue(WindowTracker& tracker, Responsiveness& responsiveness, Log& log,
               std::function<void(const WindowMove&)> moveWindow,
               std::function<std::optional<uint32_t>()> keysTaken)
        : tracker_(tracker), responsiveness_(responsiveness), log_(log), moveWindow_(std::move(moveWindow)),
          focus_(log, std::move(keysTaken)) {}
    InputQueue(const InputQueue&) = delete;
    InputQueue& operator=(const InputQueue&) = delete;

    void add(const Item& item);
    // A change of this window's state waits here: where it is to be afterwards must not overtake that.
    bool changesState(uint32_t windowId) const;
    // Does as much as can be done; what was injected for which window is told.
    struct Done {
        uint32_t windowId = 0;      // 0: whoever is active
        std::optional<Rect> place;  // of the pointer, on the screen
        bool arranges = false;      // windows come, go or change
    };
    std::vector<Done> drain(Micros now);
    // No window is active, by the last poll.
    void nobodyActive(Micros now) { focus_.nobodyHasIt(now); }
    // A program says that one of its windows came, went or changed its level.
    void restacked(Micros now) { restackedAt_ = now; }
    // Keys and buttons that are down go up, at once; what waits is forgotten.
    void abandon();
    Micros dueAt() const;

private:
    enum class Way { clear, wait, dropped };
    struct Target {
        TrackedWindow* window;
        int x, y;  // on the screen
    };

    std::optional<Target> targetOf(const Item& item);
    std::optional<Target> targetAt(uint32_t windowId, int x, int y);
    std::optional<Target> targetHere(uint32_t windowId);
    Way wayOf(const Item& item, const std::optional<Target>& target, Micros now);
    Way wayToPress(const Target& target, Micros waited, Micros now);
    bool isAtRest(HWND window, const std::vector<PressRest::Window>& stack, Micros now);
    static void CALLBACK answered(HWND window, UINT message, ULONG_PTR self, LRESULT result);
    Way dropped(const char* why);
    void nextIsFirst();
    void raise(const TrackedWindow& window);
    Done carryOut(const Item& item, const std::optional<Target>& target, Micros now);

    WindowTracker& tracker_;
    Responsiveness& responsiveness_;
    Log& log_;
    std::function<void(const WindowMove&)> moveWindow_;
    InputFocus focus_;
    InputInjector injector_;
    PressRest rest_;
    Micros restackedAt_ = 0;
    std::deque<Item> waiting_;
    std::optional<Micros> firstSince_;  // since when the first of them waits for nothing but itself
    std::optional<Micros> raisedAt_;    // when its window was last asked to come up
    Rect last_{0, 0, 1, 1};  // where the pointer was put last, on the screen
    // Where the surface of the pressed window was on the screen when the first of the buttons went down that are held.
    struct Hold {
        uint32_t windowId = 0;
        int x = 0, y = 0;
    };
    Hold hold_;
    bool relative_ = false;  // the guest has the pointer: the host knows no place of it
};

}  // namespace xpane
