// Which shortcuts there are: a look at folders only, cheap enough to be repeated.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace xpane {

struct ShortcutFile {
    std::wstring path;
    std::wstring relativePath;  // below the Start Menu's programs
    uint64_t written = 0;       // FILETIME
    uint32_t sizeBytes = 0;
};
bool operator==(const ShortcutFile& a, const ShortcutFile& b);

// The Start Menu's "Programs" of all users and of this one, as far as they exist, in this order.
std::vector<std::wstring> programFolders();

// Every .lnk below the folders, at most as many as the protocol has room for. Of two with the same relative path
// the later folder's: a user's own shortcut stands before that of all users.
std::vector<ShortcutFile> shortcutsIn(const std::vector<std::wstring>& folders);

}  // namespace xpane
