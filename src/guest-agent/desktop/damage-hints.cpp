#include "desktop/damage-hints.h"

namespace xpane {

void WinEventHints::add(const std::vector<HWND>& painted) {
    painted_.insert(painted_.end(), painted.begin(), painted.end());
}

void WinEventHints::take(WindowTracker& tracker, std::vector<DamageHint>& hints) {
    for (HWND handle : painted_) {
        HWND root = GetAncestor(handle, GA_ROOT);
        if (TrackedWindow* window = root ? tracker.find(root) : nullptr) hints.push_back({window->info.windowId});
    }
    painted_.clear();
}

}  // namespace xpane
