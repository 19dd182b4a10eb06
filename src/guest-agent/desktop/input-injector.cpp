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

size_t send(std::vector<INPUT>& inputs) {
    return inputs.empty() ? 0 : SendInput(static_cast<UINT>(inputs.size()), inputs.data(), sizeof(INPUT));
}

constexpr uint16_t pauseScancode = 0x46, ctrlScancode = 0x1d;  // Pause with the E0 prefix

constexpr uint16_t shiftScancode = 0x2a, rightShiftScancode = 0x36, altScancode = 0x38;
constexpr uint16_t windowsScancode = 0x5b, rightWindowsScancode = 0x5c;  // with the E0 prefix
// No key has it and no program knows it: between Alt's going down and up it keeps the menu bar closed.
constexpr WORD nobodysKey = 0xe8;

constexpr HeldKey sharedModifiers[] = {{ctrlScancode, false}, {ctrlScancode, true}, {shiftScancode, false},
                                       {rightShiftScancode, false}, {altScancode, false}, {altScancode, true}};

bool actsAlone(uint16_t scancode, bool extended) {
    return scancode == altScancode || (extended && (scancode == windowsScancode || scancode == rightWindowsScancode));
}

bool isOn(int lock) { return (GetKeyState(lock) & 1) != 0; }

// By the virtual key: with Ctrl held the scan code of Num Lock would be Pause's.
void tap(std::vector<INPUT>& inputs, WORD virtualKey, bool extended = false) {
    INPUT input = {};
    input.type = INPUT_KEYBOARD;
    input.ki.wVk = virtualKey;
    input.ki.wScan = static_cast<WORD>(MapVirtualKeyW(virtualKey, MAPVK_VK_TO_VSC));
    if (extended) input.ki.dwFlags = KEYEVENTF_EXTENDEDKEY;
    inputs.push_back(input);
    input.ki.dwFlags |= KEYEVENTF_KEYUP;
    inputs.push_back(input);
}

// The middle of the pixel in Windows' 65536ths of the whole screen, so that neither rounding misses it.
LONG normalised(int at, int from, int extent) {
    extent = std::max(1, extent);
    int inside = std::clamp(at - from, 0, extent - 1);
    return static_cast<LONG>((static_cast<long long>(inside) * 65536 + 32768) / extent);
}

INPUT pointerInput(int x, int y) {
    Rect desktop = desktopRect();
    INPUT input = {};
    input.type = INPUT_MOUSE;
    input.mi.dx = normalised(x, desktop.x, desktop.width);
    input.mi.dy = normalised(y, desktop.y, desktop.height);
    input.mi.dwFlags = MOUSEEVENTF_MOVE | MOUSEEVENTF_ABSOLUTE | MOUSEEVENTF_VIRTUALDESK;
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

INPUT buttonInput(uint8_t button, bool down) {
    ButtonFlags flags = flagsOf(button);
    INPUT input = {};
    input.type = INPUT_MOUSE;
    input.mi.mouseData = flags.data;
    input.mi.dwFlags = down ? flags.down : flags.up;
    return input;
}

void postWheel(HWND window, UINT message, int amount, int x, int y) {
    PostMessageW(window, message, MAKEWPARAM(0, static_cast<WORD>(amount)),
                 MAKELPARAM(static_cast<WORD>(x), static_cast<WORD>(y)));
}

}  // namespace

size_t InputInjector::key(const Key& key) {
    std::vector<INPUT> inputs;
    if (key.down) addLostModifiers(inputs);
    if (!held_.key(key.scancode, key.extended, key.down)) return 0;
    inputs.push_back(keyInput(key.scancode, key.extended, key.down));
    return send(inputs);
}

void InputInjector::cancel(const KeyCancel& key) {
    if (!held_.key(key.scancode, key.extended, false)) return;
    std::vector<INPUT> inputs;
    addRelease(inputs, {key.scancode, key.extended});
    send(inputs);
}

void InputInjector::setLocks(const LockState& wanted) {
    std::vector<INPUT> inputs;
    if (isOn(VK_CAPITAL) != wanted.caps) tap(inputs, VK_CAPITAL);
    if (isOn(VK_NUMLOCK) != wanted.num) tap(inputs, VK_NUMLOCK, true);
    if (isOn(VK_SCROLL) != wanted.scroll) tap(inputs, VK_SCROLL);
    send(inputs);
}

// Both codes: NT goes by the scan code and its layout, Wine by the virtual key alone.
INPUT InputInjector::keyInput(uint16_t scancode, bool extended, bool down) {
    INPUT input = {};
    input.type = INPUT_KEYBOARD;
    input.ki.wScan = scancode;
    const bool digits = isOn(VK_NUMLOCK) && !held_.isDown(shiftScancode) && !held_.isDown(rightShiftScancode);
    input.ki.wVk = fixedVirtualKey(scancode, extended, digits);
    if (input.ki.wVk == 0) input.ki.wVk = static_cast<WORD>(MapVirtualKeyW(scancode, MAPVK_VSC_TO_VK));
    input.ki.dwFlags = (extended ? KEYEVENTF_EXTENDEDKEY : 0) | (down ? 0 : static_cast<DWORD>(KEYEVENTF_KEYUP));
    bool pause = extended && scancode == pauseScancode;
    // NT's layouts know E0 46 as Break only; Pause has a prefix that cannot be injected.
    if (pause && held_.isDown(ctrlScancode)) input.ki.wVk = VK_CANCEL;
    if (!pause) input.ki.dwFlags |= KEYEVENTF_SCANCODE;
    // What went down goes up, whatever Shift and Num Lock have become meanwhile.
    WORD& pressedAs = pressedAs_[(scancode & 127) + (extended ? 128 : 0)];
    if (down) pressedAs = input.ki.wVk;
    else if (pressedAs != 0) input.ki.wVk = pressedAs;
    return input;
}

// The guest may have let go of them by itself: Wine does, a moment after the focus has moved, because its own display
// has no such key down; Windows does when another desktop was in front.
void InputInjector::addLostModifiers(std::vector<INPUT>& inputs) {
    for (const HeldKey& key : sharedModifiers) {
        if (!held_.isDown(key.scancode, key.extended)) continue;
        INPUT press = keyInput(key.scancode, key.extended, true);
        if ((GetAsyncKeyState(press.ki.wVk) & 0x8000) == 0) inputs.push_back(press);
    }
}

void InputInjector::addRelease(std::vector<INPUT>& inputs, const HeldKey& key) {
    if (actsAlone(key.scancode, key.extended)) tap(inputs, nobodysKey);
    inputs.push_back(keyInput(key.scancode, key.extended, false));
}

size_t InputInjector::text(const std::u16string& text) {
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
    return send(inputs);
}

void InputInjector::move(int x, int y) {
    std::vector<INPUT> inputs{pointerInput(x, y)};
    send(inputs);
}

void InputInjector::moveBy(int dx, int dy) {
    INPUT input = {};
    input.type = INPUT_MOUSE;
    input.mi.dx = dx;
    input.mi.dy = dy;
    input.mi.dwFlags = MOUSEEVENTF_MOVE;
    std::vector<INPUT> inputs{input};
    send(inputs);
}

void InputInjector::button(const PointerButton& button, std::optional<Point> moveTo) {
    const DWORD time = clicks_.stamp(button.sinceMs, GetTickCount());
    if (!held_.button(button.button, button.down)) return;
    std::vector<INPUT> inputs;
    // The way there first: programs look at where the pointer was before the press.
    if (moveTo) inputs.push_back(pointerInput(moveTo->x, moveTo->y));
    inputs.push_back(buttonInput(button.button, button.down));
    for (INPUT& input : inputs) input.mi.time = time;
    send(inputs);
}

void InputInjector::wheel(int x, int y, int vertical, int horizontal) {
    std::vector<INPUT> inputs{pointerInput(x, y)};
    HWND under = WindowFromPoint({x, y});
    bool foreground = under && GetAncestor(under, GA_ROOT) == GetForegroundWindow();
    if (vertical != 0 && foreground) {
        INPUT turn = {};
        turn.type = INPUT_MOUSE;
        turn.mi.mouseData = static_cast<DWORD>(vertical);
        turn.mi.dwFlags = MOUSEEVENTF_WHEEL;
        inputs.push_back(turn);
    }
    send(inputs);
    if (vertical != 0 && under && !foreground) postWheel(under, WM_MOUSEWHEEL, vertical, x, y);
    // Injecting the horizontal wheel came with Vista.
    if (horizontal != 0 && under) postWheel(under, WM_MOUSEHWHEEL, horizontal, x, y);
}

void InputInjector::releaseAll() {
    std::vector<INPUT> inputs;
    for (const HeldKey& key : held_.takeKeys()) addRelease(inputs, key);
    for (uint8_t button : held_.takeButtons()) inputs.push_back(buttonInput(button, false));
    send(inputs);
}

}  // namespace xpane
