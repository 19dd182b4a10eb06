#include "desktop/win-events.h"

namespace xpane {
namespace {

WinEvents* current = nullptr;  // the hook's callback carries no context
constexpr size_t mostRemembered = 256;

void remember(std::vector<HWND>& windows, HWND window) {
    if (!windows.empty() && windows.back() == window) return;
    if (windows.size() < mostRemembered) windows.push_back(window);
}

}  // namespace

WinEvents::WinEvents() {
    current = this;
    constexpr DWORD how = WINEVENT_OUTOFCONTEXT | WINEVENT_SKIPOWNPROCESS;
    systemHook_.reset(
        SetWinEventHook(EVENT_SYSTEM_FOREGROUND, EVENT_SYSTEM_MINIMIZEEND, nullptr, onEvent, 0, 0, how));
    objectHook_.reset(SetWinEventHook(EVENT_OBJECT_CREATE, EVENT_OBJECT_NAMECHANGE, nullptr, onEvent, 0, 0, how));
}

WinEvents::~WinEvents() {
    systemHook_.reset();
    objectHook_.reset();
    current = nullptr;
}

void CALLBACK WinEvents::onEvent(HWINEVENTHOOK, DWORD event, HWND window, LONG object, LONG child, DWORD, DWORD) {
    if (current && window) current->add(event, window, object, child);
}

void WinEvents::add(DWORD event, HWND window, LONG object, LONG child) {
    if (event < EVENT_OBJECT_CREATE) {
        batch_.windows = true;
        return;
    }
    if (object == OBJID_WINDOW && child == CHILDID_SELF) {
        if (event == EVENT_OBJECT_NAMECHANGE) {
            remember(batch_.titles, window);
        } else if (event != EVENT_OBJECT_REORDER) {
            batch_.windows = true;
        }
    }
    if (object != OBJID_CURSOR) remember(batch_.painted, window);
}

WinEvents::Batch WinEvents::take() {
    Batch taken;
    std::swap(taken, batch_);
    return taken;
}

}  // namespace xpane
