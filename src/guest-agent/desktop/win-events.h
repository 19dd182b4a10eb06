// What the window system reports by itself, collected until the next tick. Wine 8 delivers CREATE and FOCUS only,
// NT everything but changes of the z-order; so this says where to look first, and never replaces looking.
#pragma once

#include <vector>

#include "win/handles.h"

namespace xpane {

class WinEvents {
public:
    // One instance at a time. Events come in while the owner's thread pumps messages.
    WinEvents();
    ~WinEvents();
    WinEvents(const WinEvents&) = delete;
    WinEvents& operator=(const WinEvents&) = delete;

    struct Batch {
        bool windows = false;         // something opened, closed, moved, or changed its activation
        std::vector<HWND> titles;     // whose title changed
        std::vector<HWND> painted;    // where a caret moved or something was drawn, any depth
    };
    // What came in since the last call.
    Batch take();

private:
    static void CALLBACK onEvent(HWINEVENTHOOK, DWORD event, HWND window, LONG object, LONG child, DWORD, DWORD);
    void add(DWORD event, HWND window, LONG object, LONG child);

    Batch batch_;
    UniqueEventHook systemHook_, objectHook_;
};

}  // namespace xpane
