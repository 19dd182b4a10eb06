#include "start-menu/icon-directory.h"

#include <algorithm>
#include <cstdint>

namespace xpane {
namespace {
constexpr size_t headBytes = 6, resourceEntryBytes = 14, fileEntryBytes = 16;
constexpr int typeIcon = 1;
}  // namespace

int bestIconEdge(std::string_view directory, IconDirectory form, int mostPx) {
    const auto byte = [directory](size_t i) { return static_cast<uint8_t>(directory[i]); };
    if (directory.size() < headBytes || byte(0) != 0 || byte(1) != 0 || (byte(2) | byte(3) << 8) != typeIcon) return 0;
    const size_t count = byte(4) | byte(5) << 8;
    const size_t entryBytes = form == IconDirectory::resource ? resourceEntryBytes : fileEntryBytes;
    int best = 0;
    for (size_t i = 0; i < count && headBytes + (i + 1) * entryBytes <= directory.size(); ++i) {
        const int width = byte(headBytes + i * entryBytes);  // 0 stands for 256
        if (width != 0 && width <= mostPx) best = std::max(best, width);
    }
    return best;
}

}  // namespace xpane
