// Has a window drawn itself since it was asked to? Everything in it is declared invalid; once the window system has no
// part of it or of its children left to be drawn, the application has drawn it all. Waits for nobody.
#pragma once

#include <unordered_map>
#include <vector>

#include "desktop/look-schedule.h"
#include "win/windows.h"

namespace xpane {

class PaintProof {
public:
    // Asks, and forgets what was asked of it before.
    void ask(HWND window, Micros now);
    // The windows that have drawn themselves since they were asked; each once. Forgets those that are gone.
    std::vector<HWND> take(Micros now);
    // When to look again.
    Micros dueAt(Micros now) const;

private:
    struct Asked {
        std::vector<HWND> parts;  // not drawn yet
        Micros since = 0, drawnAt = 0;
    };
    static void look(HWND window, Asked& asked, Micros now);

    std::unordered_map<HWND, Asked> asked_;
};

}  // namespace xpane
