// What files of shares are, found out cheaply: there may be thousands, and each look at them would open all.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "files/settling.h"
#include "win/windows.h"

namespace xpane {

class KnownStates {
public:
    // As `stateAt`. A file that has size and time of before is taken for what it was, for a minute at most: one that has
    // taken its place has these too only if somebody sets them.
    std::optional<FileState> at(const FileName& file, const std::wstring& path, uint64_t nowMs);
    // All others are forgotten.
    void keepOnly(const SeenFiles& seen);

private:
    struct Known {
        int64_t sizeBytes = 0;
        FILETIME written{};
        FileState state;
        uint64_t openedMs = 0;
    };

    std::map<FileName, Known> known_;
};

}  // namespace xpane
