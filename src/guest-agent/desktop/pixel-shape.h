// Windows whose pixels say what of them is there: by their alpha, or by a colour that means "nothing here".
#pragma once

#include <cstdint>

#include "desktop/shape-rects.h"

namespace xpane {

// 32-bit pixels as the window system gives them, the fourth byte included; rows from top to bottom without padding.
struct RawPixels {
    const uint32_t* pixels = nullptr;
    int width = 0, height = 0;
};

// What is at least half opaque. Nothing: pixels have colours but no alpha, so the window system does not tell it.
std::optional<Shape> shapeByAlpha(const RawPixels& window);
// All but `key` (0x00RRGGBB). `blackOutside`: the window system leaves out what has that colour and gives black
// instead, so black that is joined to the window's edge counts as well; black inside is the application's.
Shape shapeByKey(const RawPixels& window, uint32_t key, bool blackOutside);

}  // namespace xpane
