// Which top-level windows the host gets to see, and as what. A table, first match wins.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/commands.h"

namespace xpane {

enum class WindowKind { normal, dialog, utility, menu, tooltip };
const char* nameOf(WindowKind kind);  // as in the protocol

// What the table looks at. Styles are those of winuser.h.
struct WindowLook {
    uint32_t style = 0;
    uint32_t exStyle = 0;
    uint32_t classStyle = 0;  // GCL_STYLE
    std::string className;    // UTF-8, as registered
    bool owned = false;
    bool ofAgent = false;     // belongs to this process
    Rect frame;
};

// Nothing: not shown. Alpha is not asked for: menus fade in from nothing and are shown all the same.
std::optional<WindowKind> classify(const WindowLook& look);

}  // namespace xpane
