// Icons as the host gets them: pixels, named by their hash, so that the same icon is sent and kept once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace xpane {

constexpr int mostIconEdgePx = 256;  // src/guest-bridge/protocol/limits.ts

// Straight-alpha BGRA, top-down.
struct IconImage {
    int width = 0, height = 0;
    std::vector<uint32_t> pixels;
};

// FNV-1a, 64 bits, over width and height (u16 little-endian each) and the pixels' bytes.
uint64_t iconHash(const IconImage& icon);
std::string iconIdOf(uint64_t hash);  // 16 lower-case hex digits

// The binary message of kind 2 (src/guest-bridge/protocol/BINARY.md).
std::vector<uint8_t> encodeIcon(uint64_t hash, const IconImage& icon);

}  // namespace xpane
