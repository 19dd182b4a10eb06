// Keys, text and pointer, put in where a keyboard and a mouse would. Windows decides who gets them.
#pragma once

#include <string>

#include "desktop/held-keys.h"
#include "protocol/commands.h"

namespace xpane {

class InputInjector {
public:
    void key(const Key& key);
    void text(const std::u16string& text);
    void move(int x, int y);
    void button(int x, int y, uint8_t button, bool down);
    // Units of 120 a notch. Windows sends the wheel to whoever has the focus; another window under the pointer
    // gets it as a message.
    void wheel(int x, int y, int vertical, int horizontal);
    void releaseAll();
    bool buttonHeld() const { return held_.anyButton(); }

private:
    HeldKeys held_;
};

}  // namespace xpane
