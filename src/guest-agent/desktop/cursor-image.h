// A program's own pointer as the host gets it: pixels and the place in them that points, named by their hash.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "icon/icon-image.h"

namespace xpane {

// What graphics cards draw by themselves; X servers draw larger ones slowly or not at all. Windows' have 32.
constexpr int mostCursorEdgePx = 64;  // src/guest-bridge/protocol/limits.ts

// As GetIconInfo and GetDIBits have it.
struct CursorBits {
    int width = 0, height = 0, hotX = 0, hotY = 0;
    // 1 bit a pixel, rows of whole 4 bytes, top-down: set where the screen stays. Without colours it is twice as
    // high, and its lower half says what is done to the screen.
    std::vector<uint8_t> mask;
    std::vector<uint32_t> colours;  // BGRX or straight-alpha BGRA, top-down; empty: black and white
};

struct CursorImage {
    IconImage image;
    int hotX = 0, hotY = 0;  // within the image
};

// Nothing if it has no size, too much of it, or bits are missing. What inverts the screen becomes black with a white
// edge, so that it shows on any ground. A hot spot beside the image is brought to its edge.
std::optional<CursorImage> cursorImageOf(const CursorBits& bits);

// FNV-1a, 64 bits, over width, height, hot spot (u16 little-endian each) and the pixels' bytes.
uint64_t cursorHash(const CursorImage& cursor);

// The binary message of kind 3 (src/guest-bridge/protocol/BINARY.md).
std::vector<uint8_t> encodeCursor(uint64_t hash, const CursorImage& cursor);

}  // namespace xpane
