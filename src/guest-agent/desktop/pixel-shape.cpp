#include "desktop/pixel-shape.h"

#include <algorithm>

namespace xpane {
namespace {

constexpr uint32_t colourBits = 0x00ffffff;

// One byte a pixel: is it there?
using Mask = std::vector<uint8_t>;

size_t countOf(const RawPixels& window) { return static_cast<size_t>(window.width) * window.height; }

Shape rectsOf(const Mask& mask, int width, int height) {
    Shape out;
    size_t above = 0, aboveEnd = 0;  // rectangles that end with the row above
    for (int y = 0; y < height; ++y) {
        const uint8_t* row = mask.data() + static_cast<size_t>(y) * width;
        Shape spans;
        for (int x = 0; x < width;) {
            const auto begin = std::find(row + x, row + width, 1), end = std::find(begin, row + width, 0);
            x = static_cast<int>(end - row);
            if (begin != end) spans.push_back({static_cast<int>(begin - row), y, static_cast<int>(end - begin), 1});
        }
        const bool same = y > 0 && spans.size() == aboveEnd - above &&
                          std::equal(spans.begin(), spans.end(), out.begin() + static_cast<std::ptrdiff_t>(above),
                                     [](const Rect& a, const Rect& b) { return a.x == b.x && a.width == b.width; });
        if (same) {
            for (size_t i = above; i < aboveEnd; ++i) ++out[i].height;
            continue;
        }
        above = out.size();
        out.insert(out.end(), spans.begin(), spans.end());
        aboveEnd = out.size();
    }
    return out;
}

// Takes out what is black and joined to the edge by black or by what is out already.
void takeOutside(Mask& mask, const RawPixels& window) {
    std::vector<size_t> open;
    const auto visit = [&](int x, int y) {
        const size_t at = static_cast<size_t>(y) * window.width + x;
        const bool passes = mask[at] == 0 || (mask[at] == 1 && (window.pixels[at] & colourBits) == 0);
        if (!passes) return;
        mask[at] = 2;  // seen, and not there
        open.push_back(at);
    };
    for (int x = 0; x < window.width; ++x) {
        visit(x, 0);
        visit(x, window.height - 1);
    }
    for (int y = 0; y < window.height; ++y) {
        visit(0, y);
        visit(window.width - 1, y);
    }
    while (!open.empty()) {
        const size_t at = open.back();
        open.pop_back();
        const int x = static_cast<int>(at % window.width), y = static_cast<int>(at / window.width);
        if (x > 0) visit(x - 1, y);
        if (x + 1 < window.width) visit(x + 1, y);
        if (y > 0) visit(x, y - 1);
        if (y + 1 < window.height) visit(x, y + 1);
    }
    for (uint8_t& one : mask) one = one == 1;
}

}  // namespace

std::optional<Shape> shapeByAlpha(const RawPixels& window) {
    Mask mask(countOf(window));
    bool alpha = false, colour = false;
    for (size_t i = 0; i < mask.size(); ++i) {
        const uint32_t pixel = window.pixels[i];
        mask[i] = pixel >> 31;
        alpha = alpha || (pixel & ~colourBits) != 0;
        colour = colour || (pixel & colourBits) != 0;
    }
    if (colour && !alpha) return std::nullopt;
    return rectsOf(mask, window.width, window.height);
}

Shape shapeByKey(const RawPixels& window, uint32_t key, bool blackOutside) {
    Mask mask(countOf(window));
    for (size_t i = 0; i < mask.size(); ++i) mask[i] = (window.pixels[i] & colourBits) != key;
    if (blackOutside && !mask.empty()) takeOutside(mask, window);
    return rectsOf(mask, window.width, window.height);
}

}  // namespace xpane
