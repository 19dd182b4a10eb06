// xpane-hook.dll: loaded by the window system into every program that has windows, while the agent's hooks are set.
// Says which window is about to paint, so that the agent knows where and when to look. It changes nothing, waits for
// nobody, allocates nothing and has no C runtime: a fault here would be a fault of the user's program.
#include "hook/hint-channel.h"

#ifndef WM_SYSTIMER
#define WM_SYSTIMER 0x0118  // undocumented; the caret's blinking in every Windows
#endif

namespace {

using namespace xpane;

enum : LONG { untried, trying, ready, refused };
volatile LONG state = untried;
HANDLE section, came;
HintChannel* channel;

void detach() {
    if (channel) UnmapViewOfFile(channel);
    if (section) CloseHandle(section);
    if (came) CloseHandle(came);
    channel = nullptr;
    section = came = nullptr;
}

// Once in a process; the objects outlive an agent that starts again, and are the same ones then.
bool attached() {
    if (state == ready) return true;
    if (InterlockedCompareExchange(&state, trying, untried) != untried) return false;
    section = OpenFileMappingW(FILE_MAP_WRITE, FALSE, hintSectionName);
    came = OpenEventW(EVENT_MODIFY_STATE, FALSE, hintEventName);
    if (section && came) {
        channel = static_cast<HintChannel*>(MapViewOfFile(section, FILE_MAP_WRITE, 0, 0, sizeof(HintChannel)));
    }
    if (!channel) detach();
    InterlockedExchange(&state, channel ? ready : refused);
    return channel != nullptr;
}

void say(HintKind kind, HWND window, const RECT& area) {
    const LONG ticket = InterlockedIncrement(&channel->tickets);
    HintSlot& slot = channel->slots[(ticket - 1) & (hintSlots - 1)];
    InterlockedExchange(&slot.ticket, 0);
    slot.kind = kind;
    slot.window = static_cast<LONG>(reinterpret_cast<LONG_PTR>(window));
    slot.area = area;
    InterlockedExchange(&slot.ticket, ticket);
    if (InterlockedExchange(&channel->signalled, 1) == 0) SetEvent(came);
}

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

// A message that is sent, before its window gets it.
void sent(HWND window, UINT message) {
    const RECT nowhere = {0, 0, 0, 0};
    switch (message) {
        case WM_PAINT:
            return sayUpdateArea(window);
        case WM_NCPAINT:
            return sayFrame(window);
        case WM_COMMAND:
        case WM_VSCROLL:
        case WM_HSCROLL:
        case WM_SETTEXT:
            say(hintInput, window, nowhere);
            if (message != WM_SETTEXT) return;
            [[fallthrough]];
        case WM_SHOWWINDOW:
        case WM_WINDOWPOSCHANGED:
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

// A message that a program took from its queue, before it handles it.
void retrieved(HWND window, UINT message) {
    const RECT nowhere = {0, 0, 0, 0};
    switch (message) {
        case WM_PAINT:
            return sayUpdateArea(window);
        case WM_TIMER:
            return say(hintTimer, window, nowhere);
        case WM_SYSTIMER:
            return say(hintCaret, window, nowhere);
        case WM_KEYDOWN:
        case WM_SYSKEYDOWN:
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

bool isOfInterest(HWND window) {
    return window && attached() && channel->agentProcess != static_cast<LONG>(GetCurrentProcessId());
}

}  // namespace

extern "C" {

__declspec(dllexport) LRESULT CALLBACK xpaneSent(int code, WPARAM wide, LPARAM details) {
    const auto* message = reinterpret_cast<const CWPSTRUCT*>(details);
    if (code == HC_ACTION && isOfInterest(message->hwnd)) sent(message->hwnd, message->message);
    return CallNextHookEx(nullptr, code, wide, details);
}

__declspec(dllexport) LRESULT CALLBACK xpaneRetrieved(int code, WPARAM removed, LPARAM details) {
    const auto* message = reinterpret_cast<const MSG*>(details);
    if (code == HC_ACTION && removed == PM_REMOVE && isOfInterest(message->hwnd)) {
        retrieved(message->hwnd, message->message);
    }
    return CallNextHookEx(nullptr, code, removed, details);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, void* endOfProcess) {
    if (reason == DLL_PROCESS_ATTACH) DisableThreadLibraryCalls(module);
    if (reason == DLL_PROCESS_DETACH && !endOfProcess) detach();
    return TRUE;
}

}  // extern "C"
