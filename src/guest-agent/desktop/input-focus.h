// Who has the keyboard in the guest, as the host asked for it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "desktop/look-schedule.h"
#include "desktop/window-actions.h"
#include "log/log.h"
#include "win/handles.h"

namespace xpane {

class InputFocus {
public:
    // Lives as long as the agent's message loop. `keysTaken`: see HookHints.
    InputFocus(Log& log, std::function<std::optional<uint32_t>()> keysTaken);
    InputFocus(const InputFocus&) = delete;
    InputFocus& operator=(const InputFocus&) = delete;

    // Keys that follow are meant for this window, or for a dialog of it.
    void give(HWND window, Micros now);
    // No window of the guest is to have it.
    void takeAway();
    // False while the window it was given to does not take keys yet: a slow application would lose what is typed
    // into its new window. True at the latest some seconds after it was given.
    bool arrived(Micros now);

    // Nobody has the keyboard. When a window ends, the window system may leave it so, though the host's user sees the
    // focus on another one: that gets it again.
    void nobodyHasIt(Micros now);

    // Keys are about to be injected for whoever has the keyboard.
    void typing();
    // They were: so many presses and releases, which are taken as this many messages.
    void typed(size_t keys, size_t messages, Micros now);
    // False while an application may not have read its keys yet: with the keyboard going elsewhere Wine throws away
    // what is unread. True at the latest some seconds after the first question, and for a window that is in front.
    bool mayMoveTo(HWND window, Micros now);
    // As that, whoever is in front: nothing that was typed is unread.
    bool keysRead(Micros now);
    bool mayBeTakenAway(Micros now) { return mayMoveTo(nobody_.get(), now); }
    // Nobody waits for anything any more.
    void forget();

private:
    static void CALLBACK answered(HWND window, UINT message, ULONG_PTR self, LRESULT result);
    void bring(HWND window, Micros now);
    bool ask();
    size_t mostUnread() const;
    bool countedUnread() const;

    Log& log_;
    UniqueWindow nobody_;
    HWND window_ = nullptr;  // it was given to, and has not arrived at
    HWND holder_ = nullptr;  // it was given to, and not taken from
    std::optional<Micros> nobodySince_;
    int givenAgain_ = 0;
    Micros since_ = 0;
    HWND typedInto_ = nullptr;  // may have unread keys
    Micros typedAt_ = 0;
    std::deque<std::pair<Micros, size_t>> lately_;  // when how many messages were made
    std::optional<Micros> askedAt_, answeredAt_;
    size_t answersDue_ = 0;
    HWND asked_ = nullptr;  // owes an answer: one question at a time
    std::function<std::optional<uint32_t>()> keysTaken_;
    uint32_t keysUntaken_ = 0;  // of what was made, when `takenBefore_` was counted
    uint32_t takenBefore_ = 0;
};

}  // namespace xpane
