// Binary messages for the host, as src/guest-bridge/protocol/BINARY.md lays them out (little-endian).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "desktop/change-merge.h"
#include "desktop/surface-image.h"

namespace xpane {

// The protocol's maxima (src/guest-bridge/protocol/limits.ts).
constexpr size_t mostFrameBytes = 16 * 1024 * 1024;
constexpr size_t mostRectsPerFrame = 1024;
constexpr int mostSurfaceEdgePx = 8192;

struct FrameHeader {
    uint32_t windowId = 0;
    uint32_t sequence = 0;
    bool whole = false;
};

// One frame of as many changes as fit into `mostBytes`, taken from the front of `changes` (a rectangle that is too
// large is split); what is left stays in `changes` for the next frame. A whole surface that does not fit starts
// with a placeholder fill of the whole, so that flag 0 is true of its first frame.
std::vector<uint8_t> encodeFrame(const FrameHeader& header, const SurfaceImage& image, std::vector<Change>& changes,
                                 size_t mostBytes = mostFrameBytes);

}  // namespace xpane
