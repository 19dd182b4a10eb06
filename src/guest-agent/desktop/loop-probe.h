// Tells when a window's thread is back at its message loop: what it was doing, painting included, is done then, and
// under Wine on its way to the screen. Sends the window a WM_NULL, which every program ignores, and does not wait.
#pragma once

#include <map>
#include <vector>

#include "desktop/look-schedule.h"
#include "win/windows.h"

namespace xpane {

class LoopProbe {
public:
    // One instance at a time. Answers come in while the owner's thread pumps messages.
    LoopProbe();
    ~LoopProbe();
    LoopProbe(const LoopProbe&) = delete;
    LoopProbe& operator=(const LoopProbe&) = delete;

    // Asks for the window with this id, unless an answer for it is still to come.
    void ask(uint32_t windowId, HWND window, Micros now);
    // Whose threads have answered since the last call.
    std::vector<uint32_t> take();

private:
    static void CALLBACK onAnswer(HWND window, UINT message, ULONG_PTR windowId, LRESULT result);

    std::map<uint32_t, Micros> asked_;  // since when
    std::vector<uint32_t> answered_;
};

}  // namespace xpane
