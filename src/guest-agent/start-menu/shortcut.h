// What a shortcut (.lnk) says. Reads it as it is: never searches for a lost target, never shows a dialog.
#pragma once

#include <optional>
#include <string>

namespace xpane {

struct Shortcut {
    std::wstring target;  // a file; empty for one of the shell's own places
    std::wstring arguments;
    std::wstring workingFolder;
    int showCommand = 1;  // SW_…
    // Only Windows' shell can follow it: it installs on demand, runs as another user, or names no file.
    bool forShellOnly = false;
    std::wstring iconFile;  // empty: the target's own
    int iconIndex = 0;      // negative: resource -iconIndex
};

// The thread needs its ComApartment. Nothing if the file is no readable shortcut.
std::optional<Shortcut> shortcutAt(const std::wstring& path);

}  // namespace xpane
