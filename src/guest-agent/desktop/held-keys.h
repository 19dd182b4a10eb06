// What the host holds down in the guest, so that nothing stays down when it lets go of the guest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace xpane {

struct HeldKey {
    uint16_t scancode = 0;
    bool extended = false;
};

class HeldKeys {
public:
    // False: the event changes nothing and is not to be injected (a key goes up that was not down). A repeated
    // down is a repeat and passes.
    bool key(uint16_t scancode, bool extended, bool down) {
        bool& held = keys_[(scancode & 127) + (extended ? 128 : 0)];
        bool passes = down || held;
        held = down;
        return passes;
    }
    // False: nothing changes. Buttons do not repeat.
    bool button(uint8_t number, bool down) {
        bool& held = buttons_[number % buttons_.size()];
        bool passes = held != down;
        held = down;
        return passes;
    }
    bool isDown(uint16_t scancode) const { return keys_[scancode & 127] || keys_[(scancode & 127) + 128]; }
    bool isDown(uint16_t scancode, bool extended) const { return keys_[(scancode & 127) + (extended ? 128 : 0)]; }
    bool anyButton() const {
        for (bool held : buttons_) {
            if (held) return true;
        }
        return false;
    }

    // What is down; nothing is afterwards.
    std::vector<HeldKey> takeKeys() {
        std::vector<HeldKey> held;
        for (size_t i = 0; i < keys_.size(); ++i) {
            if (keys_[i]) held.push_back({static_cast<uint16_t>(i & 127), i >= 128});
        }
        keys_.fill(false);
        return held;
    }
    std::vector<uint8_t> takeButtons() {
        std::vector<uint8_t> held;
        for (size_t i = 0; i < buttons_.size(); ++i) {
            if (buttons_[i]) held.push_back(static_cast<uint8_t>(i));
        }
        buttons_.fill(false);
        return held;
    }

private:
    std::array<bool, 256> keys_{};
    std::array<bool, 6> buttons_{};  // 1 to 5
};

}  // namespace xpane
