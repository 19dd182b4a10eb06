// What the hook DLL, inside every program of the session, tells the agent: a ring in shared memory and an event. The
// reader takes nothing in it for granted, since any program of the guest can write to it: a wrong hint costs a look.
#pragma once

#include "win/windows.h"

namespace xpane {

constexpr wchar_t hintSectionName[] = L"Local\\XPaneHints.1";
constexpr wchar_t hintEventName[] = L"Local\\XPaneHintsCame.1";
constexpr LONG hintSlots = 256;  // a power of two; a reader that lags further behind has lost some

enum HintKind : LONG {
    hintPaint = 1,     // the window is about to paint this rectangle of the screen
    hintInput = 2,     // it is about to handle input, or a command that may draw at once
    hintTimer = 3,     // it is about to handle a timer of its own
    hintCaret = 4,     // a blink of its caret
    hintArranged = 5,  // a top-level window came, went, moved, or changed what is known of it
};

struct HintSlot {
    volatile LONG ticket;  // number of the hint that is in it, from 1 on; 0 while it is written
    LONG kind;
    LONG window;  // HWND; handles have 32 bits everywhere
    RECT area;    // on the screen; only of hintPaint
};

struct HintChannel {
    volatile LONG agentProcess;  // whose own windows are of no interest
    volatile LONG tickets;       // hints given out
    volatile LONG signalled;     // the event is set and the agent has not begun to read since
    HintSlot slots[hintSlots];
};

}  // namespace xpane
