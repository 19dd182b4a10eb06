// The end of a log file, for the host.
#pragma once

#include <cstddef>
#include <string>

namespace xpane {

struct LogTail {
    bool found = false;
    bool cut = false;  // there is more before it
    std::string text;  // valid UTF-8; whole lines, unless one is longer than all of it
};

// At most `mostUnits` UTF-16 units. Whoever writes to the file goes on meanwhile.
LogTail tailOf(const std::wstring& path, size_t mostUnits);

}  // namespace xpane
