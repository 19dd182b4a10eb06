#include "desktop/surface-image.h"

#include <algorithm>
#include <cstring>

#include "desktop/rects.h"

namespace xpane {
namespace {

// Known pixels have 0 in the fourth byte, so this one equals none of them.
constexpr uint32_t unknown = 0xff000000;

uint32_t shown(uint32_t pixel) { return pixel == unknown ? SurfaceImage::placeholder : pixel; }

template <typename Visit>
void eachTile(const Rect& area, Visit visit) {
    for (int y = area.y; y < bottomOf(area);) {
        int bottom = std::min((y / tilePx + 1) * tilePx, bottomOf(area));
        for (int x = area.x; x < rightOf(area);) {
            int right = std::min((x / tilePx + 1) * tilePx, rightOf(area));
            visit(Rect{x, y, right - x, bottom - y});
            x = right;
        }
        y = bottom;
    }
}

// Columns [first, last] of two rows that differ; the rows do differ.
void differingColumns(const uint32_t* a, const uint32_t* b, int width, int& first, int& last) {
    int left = 0, right = width - 1;
    while (a[left] == b[left]) ++left;
    while (a[right] == b[right]) --right;
    first = std::min(first, left);
    last = std::max(last, right);
}

}  // namespace

void clearUnusedByte(uint32_t* pixels, int stridePx, int width, int height) {
    for (int y = 0; y < height; ++y) {
        uint32_t* row = pixels + static_cast<size_t>(y) * stridePx;
        for (int x = 0; x < width; ++x) row[x] &= 0x00ffffff;
    }
}

void SurfaceImage::resize(int width, int height) {
    width_ = width;
    height_ = height;
    pixels_.assign(static_cast<size_t>(width) * height, unknown);
}

std::vector<Change> SurfaceImage::update(const PixelView& now) {
    std::vector<Change> changes;
    eachTile(intersect(now.area, bounds()), [&](const Rect& tile) {
        if (auto change = updateTile(tile, now)) changes.push_back(*change);
    });
    return changes;
}

bool SurfaceImage::differs(const PixelView& now) const {
    const Rect area = intersect(now.area, bounds());
    for (int y = area.y; y < bottomOf(area); ++y) {
        const uint32_t* theirs = now.pixels + static_cast<size_t>(y - now.area.y) * now.stridePx + (area.x - now.area.x);
        if (std::memcmp(row(y) + area.x, theirs, static_cast<size_t>(area.width) * sizeof(uint32_t)) != 0) return true;
    }
    return false;
}

std::optional<Change> SurfaceImage::updateTile(const Rect& tile, const PixelView& now) {
    int top = -1, bottom = -1, first = tile.width, last = -1;
    for (int y = 0; y < tile.height; ++y) {
        uint32_t* mine = pixels_.data() + static_cast<size_t>(tile.y + y) * width_ + tile.x;
        const uint32_t* theirs =
            now.pixels + static_cast<size_t>(tile.y + y - now.area.y) * now.stridePx + (tile.x - now.area.x);
        size_t bytes = static_cast<size_t>(tile.width) * sizeof(uint32_t);
        if (std::memcmp(mine, theirs, bytes) == 0) continue;
        if (top < 0) top = y;
        bottom = y;
        differingColumns(mine, theirs, tile.width, first, last);
        std::memcpy(mine, theirs, bytes);
    }
    if (top < 0) return std::nullopt;
    Rect rect{tile.x + first, tile.y + top, last - first + 1, bottom - top + 1};
    return Change{rect, colourOf(rect)};
}

std::optional<uint32_t> SurfaceImage::colourOf(const Rect& rect) const {
    uint32_t colour = row(rect.y)[rect.x];
    for (int y = rect.y; y < bottomOf(rect); ++y) {
        const uint32_t* pixels = row(y) + rect.x;
        for (int x = 0; x < rect.width; ++x) {
            if (pixels[x] != colour) return std::nullopt;
        }
    }
    return shown(colour);
}

std::vector<Change> SurfaceImage::whole() const {
    std::vector<Change> tiles;
    eachTile(bounds(), [&](const Rect& tile) { tiles.push_back({tile, colourOf(tile)}); });
    return tiles;
}

void SurfaceImage::copyTo(const Rect& rect, uint8_t* bytes) const {
    for (int y = rect.y; y < bottomOf(rect); ++y) {
        const uint32_t* pixels = row(y) + rect.x;
        size_t rowBytes = static_cast<size_t>(rect.width) * sizeof(uint32_t);
        std::memcpy(bytes, pixels, rowBytes);
        for (int x = 0; x < rect.width; ++x) {
            if (pixels[x] == unknown) std::memcpy(bytes + x * sizeof(uint32_t), &placeholder, sizeof(uint32_t));
        }
        bytes += rowBytes;
    }
}

}  // namespace xpane
