// What the hook DLL, inside every program of the session, tells the agent: a ring in shared memory and an event, and
// a few places for pictures of pointers. The reader takes nothing in it for granted, since any program of the guest
// can write to it: a wrong hint costs a look, a wrong picture is a picture.
#pragma once

#include "win/windows.h"

namespace xpane {

constexpr wchar_t hintSectionName[] = L"Local\\XPaneHints.3";
constexpr wchar_t hintEventName[] = L"Local\\XPaneHintsCame.3";
constexpr LONG hintSlots = 256;  // a power of two; a reader that lags further behind has lost some

enum HintKind : LONG {
    hintPaint = 1,     // the window is about to paint this rectangle of the screen
    hintInput = 2,     // it is about to handle input, or a command that may draw at once
    hintTimer = 3,     // it is about to handle a timer of its own
    hintCaret = 4,     // a blink of its caret
    hintArranged = 5,  // a top-level window came, went, moved, or changed what is known of it
    hintFlash = 6,     // a window of an application that is not in front flashes
    hintCursor = 7,    // the pointer looks like this over the window; without a window: what a handle stands for
    hintRestacked = 8,  // a top-level window came, went or changed its level
};

struct HintSlot {
    volatile LONG ticket;  // number of the hint that is in it, from 1 on; 0 while it is written
    LONG kind;
    LONG window;    // HWND; handles have 32 bits everywhere
    RECT area;      // on the screen; only of hintPaint
    LONG cursor;    // HCURSOR, 0: no pointer is shown; only of hintCursor
    LONG standard;  // its place in standardCursors, from 1 on; 0: it is one of the program's own
};

// Resource numbers of the pointers that every Windows has. Their names for the host are in desktop/cursor-shape.h.
constexpr LONG standardCursors[] = {32512, 32513, 32514, 32515, 32516, 32642, 32643,
                                    32644, 32645, 32646, 32648, 32649, 32650, 32651};
constexpr LONG standardCursorCount = sizeof standardCursors / sizeof *standardCursors;

constexpr LONG cursorEdgePx = 64;  // src/guest-bridge/protocol/limits.ts
constexpr LONG cursorSlots = 4;

enum CursorSlotState : LONG { cursorSlotFree = 0, cursorSlotWriting = 1, cursorSlotFull = 2 };

// A pointer of a program's own, as GetIconInfo has it.
struct CursorSlot {
    volatile LONG state;
    LONG cursor;  // HCURSOR
    LONG width, height, hotX, hotY;
    LONG coloured;  // 0: `mask` is twice as high, AND above XOR, and there are no colours
    BYTE mask[cursorEdgePx * cursorEdgePx * 2 / 8];  // 1 bit a pixel, rows of whole 4 bytes, top-down
    DWORD colours[cursorEdgePx * cursorEdgePx];      // BGRX or BGRA, rows of `width`, top-down
};

struct HintChannel {
    volatile LONG agentProcess;  // whose own windows are of no interest
    volatile LONG tickets;       // hints given out
    volatile LONG signalled;     // the event is set and the agent has not begun to read since
    volatile LONG listening;     // another number than before: the agent knows nothing of pointers (any more)
    volatile LONG keysTaken;     // presses and releases that programs took from their queues
    HintSlot slots[hintSlots];
    CursorSlot cursors[cursorSlots];
};

}  // namespace xpane
