// What only the application itself can say: its icon and the sizes it allows. Asked with a short time-out, once and
// after changes, never of a window that hangs.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "desktop/window-tracker.h"
#include "icon/icon-image.h"

namespace xpane {

class WindowDetails {
public:
    // Asks, and notes the answers in the window. True: something changed. Takes some 20 ms at worst.
    bool query(TrackedWindow& window, Micros now);
    // Null: no such icon.
    const IconImage* icon(uint64_t hash) const;

private:
    bool ask(HWND window, UINT message, WPARAM wide, LPARAM other, DWORD_PTR& answer);
    std::optional<uint64_t> iconOf(const TrackedWindow& window);
    std::optional<uint64_t> iconOfExecutable(const std::string& path);
    std::optional<uint64_t> keep(std::optional<IconImage> image);
    void sizeLimits(TrackedWindow& window);

    std::map<uint64_t, IconImage> icons_;
    std::map<std::string, std::optional<uint64_t>> byExecutable_;
    bool timedOut_ = false;
};

}  // namespace xpane
