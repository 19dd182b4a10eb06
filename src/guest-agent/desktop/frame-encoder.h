// Binary messages for the host, as src/guest-bridge/protocol/BINARY.md lays them out (little-endian).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "desktop/change-merge.h"
#include "desktop/surface-image.h"

namespace xpane {

class PixelPacker;

// The protocol's maxima (src/guest-bridge/protocol/limits.ts).
constexpr size_t mostFrameBytes = 16 * 1024 * 1024;
constexpr size_t mostRectsPerFrame = 1024;
constexpr int mostSurfaceEdgePx = 8192;

struct FrameHeader {
    uint32_t windowId = 0;
    uint32_t sequence = 0;
    bool whole = false;
};

// How a frame is to be made.
struct FrameMeans {
    size_t mostBytes = mostFrameBytes;
    std::vector<uint8_t> memory;    // to write it into; holds whatever it held before
    PixelPacker* packer = nullptr;  // deflates pixels, where that makes them smaller
};

// One frame: first the scroll, if there is one, then as many changes as fit, taken from the front of `changes` (a
// rectangle that is too large is split); what is left stays in `changes` for the next frame. A whole surface that does
// not fit starts with a placeholder fill of the whole, so that flag 0 is true of its first frame.
std::vector<uint8_t> encodeFrame(const FrameHeader& header, const SurfaceImage& image,
                                 const std::optional<Scroll>& scroll, std::vector<Change>& changes,
                                 FrameMeans means = {});

}  // namespace xpane
