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

// Without the undefined fourth byte, so that equal pixels are equal words.
uint32_t used(uint32_t pixel) { return pixel & 0x00ffffff; }

// The first pixel that differs; `width` if none does.
int firstDifference(const uint32_t* mine, const uint32_t* theirs, int width) {
    int x = 0;
    while (x < width && mine[x] == used(theirs[x])) ++x;
    return x;
}

// The last one; some pixel does differ.
int lastDifference(const uint32_t* mine, const uint32_t* theirs, int width) {
    int x = width - 1;
    while (mine[x] == used(theirs[x])) --x;
    return x;
}

const uint32_t* rowOf(const PixelView& view, int x, int y) {
    return view.pixels + static_cast<size_t>(y - view.area.y) * view.stridePx + (x - view.area.x);
}

}  // namespace

void SurfaceImage::resize(int width, int height) {
    width_ = width;
    height_ = height;
    pixels_.assign(static_cast<size_t>(width) * height, unknown);
    seenAll_ = false;
}

std::vector<Change> SurfaceImage::update(const PixelView& now) {
    std::vector<Change> changes;
    eachTile(intersect(now.area, bounds()), [&](const Rect& tile) {
        if (auto change = updateTile(tile, now)) changes.push_back(*change);
    });
    seenAll_ = seenAll_ || contains(now.area, bounds());
    return changes;
}

bool SurfaceImage::differs(const PixelView& now) const {
    const Rect area = intersect(now.area, bounds());
    for (int y = area.y; y < bottomOf(area); ++y) {
        if (firstDifference(row(y) + area.x, rowOf(now, area.x, y), area.width) < area.width) return true;
    }
    return false;
}

template <typename Visit>
void SurfaceImage::eachDifference(const Rect& tile, const PixelView& now, Visit visit) const {
    for (int y = tile.y; y < bottomOf(tile); ++y) {
        const uint32_t* mine = row(y) + tile.x;
        const uint32_t* theirs = rowOf(now, tile.x, y);
        const int first = firstDifference(mine, theirs, tile.width);
        if (first < tile.width) visit(y, tile.x + first, tile.x + lastDifference(mine, theirs, tile.width));
    }
}

std::vector<Rect> SurfaceImage::differing(const PixelView& now) const {
    std::vector<Rect> places;
    eachTile(intersect(now.area, bounds()), [&](const Rect& tile) {
        Rect place;
        eachDifference(tile, now, [&](int y, int first, int last) {
            place = unite(place, {first, y, last - first + 1, 1});
        });
        if (!isEmpty(place)) places.push_back(place);
    });
    return places;
}

std::optional<Change> SurfaceImage::updateTile(const Rect& tile, const PixelView& now) {
    Rect place;
    eachDifference(tile, now, [&](int y, int first, int last) {
        uint32_t* mine = pixels_.data() + static_cast<size_t>(y) * width_ + first;
        const uint32_t* theirs = rowOf(now, first, y);
        for (int x = 0; x <= last - first; ++x) mine[x] = used(theirs[x]);
        place = unite(place, {first, y, last - first + 1, 1});
    });
    if (isEmpty(place)) return std::nullopt;
    return Change{place, colourOf(place)};
}

void SurfaceImage::apply(const Scroll& scroll) {
    const Rect& to = scroll.to;
    const size_t rowBytes = static_cast<size_t>(to.width) * sizeof(uint32_t);
    for (int i = 0; i < to.height; ++i) {
        const int y = scroll.byPx > 0 ? bottomOf(to) - 1 - i : to.y + i;  // never reads a row already written
        std::memcpy(pixels_.data() + static_cast<size_t>(y) * width_ + to.x, row(y - scroll.byPx) + to.x, rowBytes);
    }
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
        for (int x = 0; x < rect.width && !seenAll_; ++x) {
            if (pixels[x] == unknown) std::memcpy(bytes + x * sizeof(uint32_t), &placeholder, sizeof(uint32_t));
        }
        bytes += rowBytes;
    }
}

}  // namespace xpane
