// What the window system tells shells and nobody else: which windows flash to get the user's attention. Wine 8 has
// no shell hook; there this hears nothing.
#pragma once

#include <vector>

#include "win/handles.h"

namespace xpane {

class ShellHook {
public:
    // One instance at a time. Its messages come in while the owner's thread pumps messages.
    ShellHook();
    ~ShellHook();
    ShellHook(const ShellHook&) = delete;
    ShellHook& operator=(const ShellHook&) = delete;

    // Windows that flashed since the last call.
    std::vector<HWND> takeFlashed();

private:
    static LRESULT CALLBACK onMessage(HWND window, UINT message, WPARAM what, LPARAM which);

    std::vector<HWND> flashed_;
    UINT message_ = 0;
    UniqueWindow window_;
};

}  // namespace xpane
