// What the pointer looks like, as the host is told.
#pragma once

#include <cstdint>

namespace xpane {

// First those of standardCursors (hook/hint-channel.h), in its order. src/guest-bridge/protocol/from-guest.ts has the
// same names.
constexpr const char* cursorNames[] = {"arrow",     "text",    "wait",    "cross",    "up-arrow",
                                       "size-nwse", "size-nesw", "size-we", "size-ns", "size-all",
                                       "no",        "hand",    "app-starting", "help",  "hidden", "custom"};
constexpr int arrowCursor = 0, hiddenCursor = 14, customCursor = 15;

struct CursorShape {
    int which = arrowCursor;  // in cursorNames
    uint64_t hash = 0;        // of its picture; only of customCursor
};
inline bool operator==(const CursorShape& a, const CursorShape& b) { return a.which == b.which && a.hash == b.hash; }

}  // namespace xpane
