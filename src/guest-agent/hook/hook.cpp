// xpane-hook.dll: loaded by the window system into every program that has windows, while the agent's hooks are set.
// Says which window is about to paint, so that the agent knows where and when to look, which one flashes, and what the
// pointer looks like. It changes nothing, waits for nobody and has no C runtime: a fault here would be a fault of the
// user's program.
#include "hook/cursor-teller.h"
#include "hook/hint-writer.h"

#ifndef WM_SYSTIMER
#define WM_SYSTIMER 0x0118  // undocumented; the caret's blinking in every Windows
#endif

namespace {

using namespace xpane;

void sayUpdateArea(HWND window) {
    RECT area;
    if (!GetUpdateRect(window, &area, FALSE)) return;
    MapWindowPoints(window, nullptr, reinterpret_cast<POINT*>(&area), 2);
    say(hintPaint, window, area);
}

void sayFrame(HWND window) {
    RECT area;
    if (GetWindowRect(window, &area)) say(hintPaint, window, area);
}

bool isTopLevel(HWND window) { return !(GetWindowLongW(window, GWL_STYLE) & WS_CHILD); }

// FlashWindow draws the caption of a window active that is not. A program that keeps its main window's caption lit
// while a palette of it has the keyboard does so too, but only while it is in front.
bool isFlash(HWND window) {
    if (!isTopLevel(window) || GetActiveWindow() == window) return false;
    // Nobody is in front for a moment while another window comes there.
    const HWND front = GetForegroundWindow();
    DWORD inFront = 0;
    return front && GetWindowThreadProcessId(front, &inFront) && inFront != GetCurrentProcessId();
}

bool isRestacked(LPARAM details) {
    const UINT flags = reinterpret_cast<const WINDOWPOS*>(details)->flags;
    return !(flags & SWP_NOZORDER) || (flags & (SWP_SHOWWINDOW | SWP_HIDEWINDOW));
}

// A message that is sent, before its window gets it.
void sent(HWND window, UINT message, WPARAM wide, LPARAM details) {
    const RECT nowhere = {0, 0, 0, 0};
    switch (message) {
        case WM_NCACTIVATE:
            if (wide && isFlash(window)) say(hintFlash, window, nowhere);
            return;
        case WM_PAINT:
            return sayUpdateArea(window);
        case WM_NCPAINT:
            return sayFrame(window);
        case WM_COMMAND:
        case WM_VSCROLL:
        case WM_HSCROLL:
            return say(hintInput, window, nowhere);
        case WM_WINDOWPOSCHANGED:
            if (isTopLevel(window)) say(isRestacked(details) ? hintRestacked : hintArranged, window, nowhere);
            return;
        case WM_SETTEXT:
            say(hintInput, window, nowhere);
            [[fallthrough]];
        case WM_SHOWWINDOW:
        case WM_STYLECHANGED:
        case WM_ENABLE:
        case WM_ACTIVATE:
        case WM_DESTROY:
            if (isTopLevel(window)) say(hintArranged, window, nowhere);
            return;
        default:
            return;
    }
}

bool isOfPointer(UINT message) {
    return (message >= WM_MOUSEFIRST && message <= WM_XBUTTONDBLCLK) ||
           (message >= WM_NCMOUSEMOVE && message <= WM_NCXBUTTONDBLCLK);
}

// A message that a program took from its queue, before it handles it.
void retrieved(HintChannel& channel, HWND window, UINT message) {
    const RECT nowhere = {0, 0, 0, 0};
    if (isOfPointer(message)) tellCursor(channel, window);
    switch (message) {
        case WM_PAINT:
            return sayUpdateArea(window);
        case WM_TIMER:
            return say(hintTimer, window, nowhere);
        case WM_SYSTIMER:
            return say(hintCaret, window, nowhere);
        case WM_KEYUP:
        case WM_SYSKEYUP:
            InterlockedIncrement(&channel.keysTaken);
            return;
        case WM_KEYDOWN:
        case WM_SYSKEYDOWN:
            InterlockedIncrement(&channel.keysTaken);
            return say(hintInput, window, nowhere);
        case WM_CHAR:
        case WM_LBUTTONDOWN:
        case WM_LBUTTONUP:
        case WM_RBUTTONDOWN:
        case WM_RBUTTONUP:
        case WM_MOUSEWHEEL:
        case WM_COMMAND:
            return say(hintInput, window, nowhere);
        default:
            return;
    }
}

// Where to tell of the window; null: nobody wants to hear of it.
HintChannel* listenerFor(HWND window) {
    HintChannel* channel = window ? hintChannel() : nullptr;
    return channel && channel->agentProcess != static_cast<LONG>(GetCurrentProcessId()) ? channel : nullptr;
}

}  // namespace

extern "C" {

__declspec(dllexport) LRESULT CALLBACK xpaneSent(int code, WPARAM wide, LPARAM details) {
    const auto* message = reinterpret_cast<const CWPSTRUCT*>(details);
    if (code == HC_ACTION && listenerFor(message->hwnd)) {
        sent(message->hwnd, message->message, message->wParam, message->lParam);
    }
    return CallNextHookEx(nullptr, code, wide, details);
}

__declspec(dllexport) LRESULT CALLBACK xpaneRetrieved(int code, WPARAM removed, LPARAM details) {
    const auto* message = reinterpret_cast<const MSG*>(details);
    HintChannel* channel = code == HC_ACTION && removed == PM_REMOVE ? listenerFor(message->hwnd) : nullptr;
    if (channel) retrieved(*channel, message->hwnd, message->message);
    return CallNextHookEx(nullptr, code, removed, details);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void* endOfProcess) {
    if (reason == DLL_PROCESS_ATTACH) DisableThreadLibraryCalls(module);
    if (reason == DLL_PROCESS_DETACH && !endOfProcess) closeHintChannel();
    return TRUE;
}

}  // extern "C"
