// The hook DLL's end of the hint channel. Waits for nobody, allocates nothing.
#pragma once

#include "hook/hint-channel.h"

namespace xpane {

// Opens the channel, once in a process; null where that is not possible. The objects outlive an agent that starts
// again, and are the same ones then.
HintChannel* hintChannel();
void closeHintChannel();

// Only once hintChannel() gave one.
void say(HintKind kind, HWND window, const RECT& area);
void sayCursor(HWND window, LONG cursor, LONG standard);

}  // namespace xpane
