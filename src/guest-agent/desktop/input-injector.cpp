#include "desktop/input-injector.h"

#include <algorithm>
#include <vector>

#include "desktop/rects.h"
#include "desktop/virtual-keys.h"
#include "desktop/window-query.h"
#include "win/windows.h"

#ifndef WM_MOUSEHWHEEL
#define WM_MOUSEHWHEEL 0x020E  // Vista's number; programs of XP's time that know it take it as a message
#endif

namespace xpane {
namespace {

void send(std::vector<INPUT>& inputs) {
    if (!inputs.empty()) SendInput(static_cast<UINT>(inputs.size()), inputs.data(), sizeof(INPUT));
}

constexpr uint16_t pauseScancode = 0x46, ctrlScancode = 0x1d;  // Pause with the E0 prefix

// Both codes: NT goes by the scan code and its layout, Wine by the virtual key alone.
INPUT keyInput(uint16_t scancode, bool extended, bool down, bool ctrl) {
    INPUT input = {};
    input.type = INPUT_KEYBOARD;
    input.ki.wScan = scancode;
    input.ki.wVk = fixedVirtualKey(scancode, extended, (GetKeyState(VK_NUMLOCK) & 1) != 0);
    if (input.ki.wVk == 0) input.ki.wVk = static_cast<WORD>(MapVirtualKeyW(scancode, MAPVK_VSC_TO_VK));
    input.ki.dwFlags = (extended ? KEYEVENTF_EXTENDEDKEY : 0) | (down ? 0 : static_cast<DWORD>(KEYEVENTF_KEYUP));
    bool pause = extended && scancode == pauseScancode;
    // NT's layouts know E0 46 as Break only; Pause has a prefix that cannot be injected.
    if (pause && ctrl) input.ki.wVk = VK_CANCEL;
    if (!pause) input.ki.dwFlags |= KEYEVENTF_SCANCODE;
    return input;
}

// The middle of the pixel in Windows' 65536ths of the whole screen, so that neither rounding misses it.
LONG normalised(int at, int from, int extent) {
    extent = std::max(1, extent);
    int inside = std::clamp(at - from, 0, extent - 1);
    return static_cast<LONG>((static_cast<long long>(inside) * 65536 + 32768) / extent);
}

INPUT pointerInput(int x, int y, DWORD flags, DWORD data) {
    Rect desktop = desktopRect();
    INPUT input = {};
    input.type = INPUT_MOUSE;
    input.mi.dx = normalised(x, desktop.x, desktop.width);
    input.mi.dy = normalised(y, desktop.y, desktop.height);
    input.mi.mouseData = data;
    input.mi.dwFlags = MOUSEEVENTF_MOVE | MOUSEEVENTF_ABSOLUTE | MOUSEEVENTF_VIRTUALDESK | flags;
    return input;
}

struct ButtonFlags {
    DWORD down, up, data;
};
ButtonFlags flagsOf(uint8_t button) {
    switch (button) {
        case 1: return {MOUSEEVENTF_LEFTDOWN, MOUSEEVENTF_LEFTUP, 0};
        case 2: return {MOUSEEVENTF_RIGHTDOWN, MOUSEEVENTF_RIGHTUP, 0};
        case 3: return {MOUSEEVENTF_MIDDLEDOWN, MOUSEEVENTF_MIDDLEUP, 0};
        case 4: return {MOUSEEVENTF_XDOWN, MOUSEEVENTF_XUP, XBUTTON1};
        default: return {MOUSEEVENTF_XDOWN, MOUSEEVENTF_XUP, XBUTTON2};
    }
}

INPUT buttonUp(uint8_t button) {
    ButtonFlags flags = flagsOf(button);
    INPUT input = {};
    input.type = INPUT_MOUSE;
    input.mi.mouseData = flags.data;
    input.mi.dwFlags = flags.up;
    return input;
}

void postWheel(HWND window, UINT message, int amount, int x, int y) {
    PostMessageW(window, message, MAKEWPARAM(0, static_cast<WORD>(amount)),
                 MAKELPARAM(static_cast<WORD>(x), static_cast<WORD>(y)));
}

}  // namespace

void InputInjector::key(const Key& key) {
    if (!held_.key(key.scancode, key.extended, key.down)) return;
    std::vector<INPUT> inputs{keyInput(key.scancode, key.extended, key.down, held_.isDown(ctrlScancode))};
    send(inputs);
}

void InputInjector::text(const std::u16string& text) {
    std::vector<INPUT> inputs;
    for (char16_t unit : text) {
        INPUT input = {};
        input.type = INPUT_KEYBOARD;
        input.ki.wScan = unit;
        input.ki.dwFlags = KEYEVENTF_UNICODE;
        inputs.push_back(input);
        input.ki.dwFlags |= KEYEVENTF_KEYUP;
        inputs.push_back(input);
    }
    send(inputs);
}

void InputInjector::move(int x, int y) {
    std::vector<INPUT> inputs{pointerInput(x, y, 0, 0)};
    send(inputs);
}

void InputInjector::button(int x, int y, uint8_t button, bool down) {
    if (!held_.button(button, down)) return;
    ButtonFlags flags = flagsOf(button);
    // The way there first: programs look at where the pointer was before the press.
    std::vector<INPUT> inputs{pointerInput(x, y, 0, 0), pointerInput(x, y, down ? flags.down : flags.up, flags.data)};
    inputs[1].mi.dwFlags &= ~static_cast<DWORD>(MOUSEEVENTF_MOVE | MOUSEEVENTF_ABSOLUTE | MOUSEEVENTF_VIRTUALDESK);
    inputs[1].mi.dx = inputs[1].mi.dy = 0;
    send(inputs);
}

void InputInjector::wheel(int x, int y, int vertical, int horizontal) {
    std::vector<INPUT> inputs{pointerInput(x, y, 0, 0)};
    HWND under = WindowFromPoint({x, y});
    bool foreground = under && GetAncestor(under, GA_ROOT) == GetForegroundWindow();
    if (vertical != 0 && foreground) {
        inputs.push_back(pointerInput(x, y, MOUSEEVENTF_WHEEL, static_cast<DWORD>(vertical)));
        inputs.back().mi.dwFlags = MOUSEEVENTF_WHEEL;
        inputs.back().mi.dx = inputs.back().mi.dy = 0;
    }
    send(inputs);
    if (vertical != 0 && under && !foreground) postWheel(under, WM_MOUSEWHEEL, vertical, x, y);
    // Injecting the horizontal wheel came with Vista.
    if (horizontal != 0 && under) postWheel(under, WM_MOUSEHWHEEL, horizontal, x, y);
}

void InputInjector::releaseAll() {
    std::vector<INPUT> inputs;
    for (const HeldKey& key : held_.takeKeys()) {
        inputs.push_back(keyInput(key.scancode, key.extended, false, false));
    }
    for (uint8_t button : held_.takeButtons()) inputs.push_back(buttonUp(button));
    send(inputs);
}

}  // namespace xpane
