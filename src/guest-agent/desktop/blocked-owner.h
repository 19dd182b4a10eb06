// Whom a dialog belongs to whose owner is a window nobody sees. Delphi and Visual Basic give all windows of a program
// one hidden owner, and a modal dialog disables the others: the one it blocks is the one it belongs to. Pure.
#pragma once

#include <cstdint>
#include <vector>

namespace xpane {

// A shown window that has the same hidden owner.
struct OwnerCandidate {
    uint32_t windowId = 0;
    bool sameThread = false;
    bool enabled = true;
};

// `topmostFirst`: the others, in their order. 0: it blocks none of them, so it is nobody's dialog.
uint32_t blockedOwnerOf(bool dialogEnabled, const std::vector<OwnerCandidate>& topmostFirst);

}  // namespace xpane
