#include "desktop/shell-hook.h"

#include <algorithm>

namespace xpane {
namespace {

ShellHook* current = nullptr;            // a window procedure carries no context
constexpr WPARAM flashed = 6 | 0x8000;   // HSHELL_FLASH: HSHELL_REDRAW with HSHELL_HIGHBIT
constexpr size_t mostRemembered = 256;
const wchar_t className[] = L"XPaneShellHook";

}  // namespace

// A top-level window that is never shown: the shell's messages do not reach message-only windows.
ShellHook::ShellHook() : message_(RegisterWindowMessageW(L"SHELLHOOK")) {
    current = this;
    WNDCLASSW own = {};
    own.lpfnWndProc = onMessage;
    own.hInstance = GetModuleHandleW(nullptr);
    own.lpszClassName = className;
    RegisterClassW(&own);
    window_.reset(CreateWindowExW(WS_EX_TOOLWINDOW, className, L"", WS_POPUP, 0, 0, 0, 0, nullptr, nullptr,
                                  own.hInstance, nullptr));
    if (window_) RegisterShellHookWindow(window_.get());
}

ShellHook::~ShellHook() {
    if (window_) DeregisterShellHookWindow(window_.get());
    current = nullptr;
}

LRESULT CALLBACK ShellHook::onMessage(HWND window, UINT message, WPARAM what, LPARAM which) {
    if (!current || message != current->message_ || message == 0) return DefWindowProcW(window, message, what, which);
    auto& list = current->flashed_;
    auto flashing = reinterpret_cast<HWND>(which);
    bool known = std::find(list.begin(), list.end(), flashing) != list.end();
    if (what == flashed && !known && list.size() < mostRemembered) list.push_back(flashing);
    return 0;
}

std::vector<HWND> ShellHook::takeFlashed() {
    std::vector<HWND> taken;
    std::swap(taken, flashed_);
    return taken;
}

}  // namespace xpane
