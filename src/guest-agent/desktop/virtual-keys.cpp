#include "desktop/virtual-keys.h"

namespace xpane {
namespace {

struct KeyName {
    uint16_t scancode;
    bool extended;
    uint16_t virtualKey;  // winuser.h's numbers: this file also builds where there is no winuser.h
};

const KeyName fixedKeys[] = {
    {0x01, false, 0x1b},  // Escape
    {0x0e, false, 0x08},  // Backspace
    {0x0f, false, 0x09},  // Tab
    {0x1c, false, 0x0d}, {0x1c, true, 0x0d},  // Enter
    {0x1d, false, 0xa2}, {0x1d, true, 0xa3},  // Ctrl, left and right
    {0x2a, false, 0xa0}, {0x36, false, 0xa1}, // Shift, left and right
    {0x35, true, 0x6f},   // divide
    {0x37, false, 0x6a},  // multiply
    {0x37, true, 0x2c},   // Print Screen
    {0x38, false, 0xa4}, {0x38, true, 0xa5},  // Alt, left and right
    {0x39, false, 0x20},  // space
    {0x3a, false, 0x14},  // Caps Lock
    {0x45, false, 0x90},  // Num Lock
    {0x46, false, 0x91},  // Scroll Lock
    {0x46, true, 0x13},   // Pause; with Ctrl Break, which the injector knows
    {0x4a, false, 0x6d},  // subtract
    {0x4e, false, 0x6b},  // add
    {0x57, false, 0x7a}, {0x58, false, 0x7b},  // F11, F12
    {0x5b, true, 0x5b}, {0x5c, true, 0x5c},    // Windows, left and right
    {0x5d, true, 0x5d},   // context menu
};

struct PadKey {
    uint16_t scancode, navigation, number;
};

// Extended or without Num Lock: navigation.
const PadKey padKeys[] = {
    {0x47, 0x24, 0x67}, {0x48, 0x26, 0x68}, {0x49, 0x21, 0x69},  // Home 7, Up 8, Page Up 9
    {0x4b, 0x25, 0x64}, {0x4c, 0x0c, 0x65}, {0x4d, 0x27, 0x66},  // Left 4, Clear 5, Right 6
    {0x4f, 0x23, 0x61}, {0x50, 0x28, 0x62}, {0x51, 0x22, 0x63},  // End 1, Down 2, Page Down 3
    {0x52, 0x2d, 0x60}, {0x53, 0x2e, 0x6e},                      // Insert 0, Delete .
};

}  // namespace

uint16_t fixedVirtualKey(uint16_t scancode, bool extended, bool numLock) {
    if (!extended && scancode >= 0x3b && scancode <= 0x44) return 0x70 + (scancode - 0x3b);  // F1 to F10
    for (const KeyName& key : fixedKeys) {
        if (key.scancode == scancode && key.extended == extended) return key.virtualKey;
    }
    for (const PadKey& key : padKeys) {
        if (key.scancode == scancode) return numLock && !extended ? key.number : key.navigation;
    }
    return 0;
}

}  // namespace xpane
