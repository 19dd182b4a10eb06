#include "desktop/input-focus.h"

#include <algorithm>

#include "desktop/clock.h"
#include "desktop/window-query.h"

namespace xpane {
namespace {

constexpr Micros arrivalLimit = 2000000, readLimit = 2000000;
constexpr Micros readPause = 50000;  // between the last key and the keyboard's going elsewhere
constexpr wchar_t nobodyClass[] = L"XPaneNobody";

// A window nobody sees, to have the focus when no window of the guest is to have it.
UniqueWindow makeNobody() {
    WNDCLASSW windowClass = {};
    windowClass.lpfnWndProc = DefWindowProcW;
    windowClass.hInstance = GetModuleHandleW(nullptr);
    windowClass.lpszClassName = nobodyClass;
    RegisterClassW(&windowClass);
    return UniqueWindow(CreateWindowExW(WS_EX_TOOLWINDOW, nobodyClass, L"", WS_POPUP, 0, 0, 1, 1, nullptr, nullptr,
                                        GetModuleHandleW(nullptr), nullptr));
}

}  // namespace

InputFocus::InputFocus(Log& log) : log_(log), nobody_(makeNobody()) {}

void InputFocus::give(HWND window, Micros now) {
    if (!activate(window)) log_.write(LogLevel::warn, "window-activate was refused");
    window_ = window;
    since_ = now;
    typedInto_ = nullptr;
}

void InputFocus::takeAway() {
    window_ = nullptr;
    typedInto_ = nullptr;
    activate(nobody_.get());
}

// A foreground window alone is not enough: until its thread has handled that, no control of it takes keys.
bool InputFocus::arrived(Micros now) {
    if (!window_) return true;
    HWND foreground = GetForegroundWindow();
    GUITHREADINFO info;
    info.cbSize = sizeof info;
    const bool there = foreground && GetAncestor(foreground, GA_ROOTOWNER) == GetAncestor(window_, GA_ROOTOWNER) &&
                       GetGUIThreadInfo(GetWindowThreadProcessId(foreground, nullptr), &info) && info.hwndFocus;
    if (!there && now - since_ < arrivalLimit && frameOf(window_)) return false;
    window_ = nullptr;
    return true;
}

void InputFocus::typed(Micros now) {
    typedInto_ = GetForegroundWindow();
    typedAt_ = now;
    askedAt_.reset();
    answeredAt_.reset();
}

// There is no way to ask whether a thread has read its keys. One that answers a message reads its queue at that
// moment, and gets as long again as the answer took, up to a pause as a person makes between key and window.
bool InputFocus::mayMoveTo(HWND window, Micros now) {
    if (!typedInto_ || GetForegroundWindow() == window) return true;
    if (!askedAt_) {
        askedAt_ = now;
        if (!SendMessageCallbackW(typedInto_, WM_NULL, 0, 0, answered, reinterpret_cast<ULONG_PTR>(this))) return true;
    }
    if (now - *askedAt_ >= readLimit || !frameOf(typedInto_)) return true;
    if (!answeredAt_) return false;
    const Micros again = std::min(readPause, *answeredAt_ - *askedAt_);
    return now >= std::max(typedAt_ + readPause, *answeredAt_ + again);
}

void CALLBACK InputFocus::answered(HWND window, UINT, ULONG_PTR self, LRESULT) {
    auto& focus = *reinterpret_cast<InputFocus*>(self);
    if (focus.askedAt_ && window == focus.typedInto_) focus.answeredAt_ = std::max(*focus.askedAt_, nowMicros());
}

void InputFocus::forget() {
    window_ = nullptr;
    typedInto_ = nullptr;
}

}  // namespace xpane
