// Says where something was probably drawn, so that looking starts there. A hint may be late, wrong or missing:
// looking by itself finds every change in the end. Sources: injected input (desktop.cpp), WinEvents (here).
#pragma once

#include <vector>

#include "desktop/win-events.h"
#include "desktop/window-tracker.h"

namespace xpane {

struct DamageHint {
    uint32_t windowId = 0;
};

class DamageHints {
public:
    virtual ~DamageHints() = default;
    // Adds what was learnt since the last call.
    virtual void take(WindowTracker& tracker, std::vector<DamageHint>& hints) = 0;
};

// Carets and controls that report a change. NT reports all of them, Wine next to none.
class WinEventHints : public DamageHints {
public:
    void add(const std::vector<HWND>& painted);
    void take(WindowTracker& tracker, std::vector<DamageHint>& hints) override;

private:
    std::vector<HWND> painted_;
};

}  // namespace xpane
