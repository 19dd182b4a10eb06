#include "shares/known-states.h"

#include "files/disk.h"

namespace xpane {
namespace {

constexpr uint64_t openAgainMs = 60000;

int64_t sizeIn(const WIN32_FILE_ATTRIBUTE_DATA& facts) {
    return static_cast<int64_t>(static_cast<uint64_t>(facts.nFileSizeHigh) << 32 | facts.nFileSizeLow);
}

bool isSame(const FILETIME& one, const FILETIME& other) {
    return one.dwLowDateTime == other.dwLowDateTime && one.dwHighDateTime == other.dwHighDateTime;
}

}  // namespace

std::optional<FileState> KnownStates::at(const FileName& file, const std::wstring& path, uint64_t nowMs) {
    WIN32_FILE_ATTRIBUTE_DATA facts{};
    if (!GetFileAttributesExW(path.c_str(), GetFileExInfoStandard, &facts)) return std::nullopt;
    const auto found = known_.find(file);
    if (found != known_.end()) {
        const Known& known = found->second;
        const bool same = known.sizeBytes == sizeIn(facts) && isSame(known.written, facts.ftLastWriteTime);
        if (same && nowMs < known.openedMs + openAgainMs) return known.state;
    }
    const auto state = stateAt(path);
    if (!state) return std::nullopt;
    known_[file] = {sizeIn(facts), facts.ftLastWriteTime, *state, nowMs};
    return state;
}

void KnownStates::keepOnly(const SeenFiles& seen) {
    for (auto entry = known_.begin(); entry != known_.end();) {
        entry = seen.count(entry->first) == 0 ? known_.erase(entry) : std::next(entry);
    }
}

}  // namespace xpane
