// The pixels of one surface as the agent last read them, which is what the host has or is about to get. Finds what
// differs in a newer picture, tile by tile.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "protocol/commands.h"

namespace xpane {

constexpr int tilePx = 64;

// 32-bit BGRX, top-down; the X byte may be anything. Borrowed for one call.
struct PixelView {
    const uint32_t* pixels = nullptr;
    int stridePx = 0;
    Rect area;  // where in the surface these pixels are
};

// Pixels that moved up or down as a whole: `to` shows what was `byPx` rows above it (below it, if negative).
struct Scroll {
    Rect to;
    int byPx = 0;
};

// A rectangle that differs, and its one colour if it has just one.
struct Change {
    Rect rect;
    std::optional<uint32_t> colour;
};

class SurfaceImage {
public:
    int width() const { return width_; }
    int height() const { return height_; }
    Rect bounds() const { return {0, 0, width_, height_}; }
    const uint32_t* row(int y) const { return pixels_.data() + static_cast<size_t>(y) * width_; }

    // Every pixel becomes unknown.
    void resize(int width, int height);
    // Takes the newer pixels and returns what differs, at most one tight rectangle a tile, in reading order.
    // An unknown pixel differs from any other.
    std::vector<Change> update(const PixelView& now);
    // What `update` would return, without the colours. Changes nothing.
    std::vector<Rect> differing(const PixelView& now) const;
    // Moves pixels within the image, as the host will do.
    void apply(const Scroll& scroll);
    // Whether any pixel differs. Changes nothing.
    bool differs(const PixelView& now) const;
    // The whole surface as it is known, tile by tile, for a host that has none of it. What was never seen (covered
    // since it appeared) gets `placeholder`, and stays unknown to `update`.
    std::vector<Change> whole() const;
    // Writes `rect`'s rows; unknown pixels as `placeholder`.
    void copyTo(const Rect& rect, uint8_t* bytes) const;

    // The colour of a dialog's face in Windows' classic look.
    static constexpr uint32_t placeholder = 0x00d4d0c8;

private:
    // Calls `visit(y, first, last)` for each row of the tile that differs, with the columns from which to which.
    template <typename Visit>
    void eachDifference(const Rect& tile, const PixelView& now, Visit visit) const;
    std::optional<Change> updateTile(const Rect& tile, const PixelView& now);
    std::optional<uint32_t> colourOf(const Rect& rect) const;

    int width_ = 0, height_ = 0;
    std::vector<uint32_t> pixels_;  // the X byte is 0, but for those never seen
    bool seenAll_ = false;          // none of them is unknown
};

}  // namespace xpane
