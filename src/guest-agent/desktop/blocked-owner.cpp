#include "desktop/blocked-owner.h"

namespace xpane {

uint32_t blockedOwnerOf(bool dialogEnabled, const std::vector<OwnerCandidate>& topmostFirst) {
    // One that is blocked itself is not what blocks.
    if (!dialogEnabled) return 0;
    uint32_t blocked = 0;
    for (const OwnerCandidate& other : topmostFirst) {
        if (!other.sameThread) continue;
        // A modal dialog of such a program disables all: while another can be used, this one is beside it.
        if (other.enabled) return 0;
        if (blocked == 0) blocked = other.windowId;
    }
    return blocked;
}

}  // namespace xpane
