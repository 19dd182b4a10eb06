// Keys, text and pointer, put in where a keyboard and a mouse would. Windows decides who gets them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "desktop/click-times.h"
#include "desktop/held-keys.h"
#include "desktop/rects.h"
#include "protocol/commands.h"
#include "win/windows.h"

namespace xpane {

class InputInjector {
public:
    // How many presses and releases that made.
    size_t key(const Key& key);
    // Up, without what Alt and the Windows key do when pressed alone.
    void cancel(const KeyCancel& key);
    void setLocks(const LockState& wanted);
    size_t text(const std::u16string& text);  // as `key`
    void move(int x, int y);
    // As a mouse reports it: Windows makes a way on the screen of it.
    void moveBy(int dx, int dy);
    // Where the pointer is: `moveTo` first brings it there.
    void button(const PointerButton& button, std::optional<Point> moveTo);
    // Units of 120 a notch. Windows sends the wheel to whoever has the focus; another window under the pointer
    // gets it as a message.
    void wheel(int x, int y, int vertical, int horizontal);
    void releaseAll();
    bool buttonHeld() const { return held_.anyButton(); }

private:
    INPUT keyInput(uint16_t scancode, bool extended, bool down);
    void addRelease(std::vector<INPUT>& inputs, const HeldKey& key);
    void addLostModifiers(std::vector<INPUT>& inputs);

    HeldKeys held_;
    std::array<WORD, 256> pressedAs_{};  // the virtual key each held key went down as
    ClickTimes clicks_;
};

}  // namespace xpane
