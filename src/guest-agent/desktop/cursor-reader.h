// A pointer's bits, from the hook or from the window system.
#pragma once

#include <optional>

#include "desktop/cursor-image.h"
#include "hook/hint-channel.h"
#include "win/windows.h"

namespace xpane {

// Of any program where there is one table of pointers, as on NT; only of this one under Wine.
std::optional<CursorBits> readCursor(HCURSOR cursor);

// What a program wrote, which may be anything: bits without a size are nobody's cursor.
CursorBits bitsOf(const CursorSlot& slot);

}  // namespace xpane
