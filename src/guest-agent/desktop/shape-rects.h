// Windows that are no rectangles: lists of rectangles as regions come from the window system, which do not overlap.
#pragma once

#include <optional>
#include <vector>

#include "desktop/surface-rect.h"
#include "protocol/commands.h"

namespace xpane {

using Shape = std::vector<Rect>;

constexpr size_t mostShapeRects = 512;  // src/guest-bridge/protocol/limits.ts

// What covers the same with `most` rectangles at most: rows are taken together, so it may cover more, never less.
Shape fewer(const Shape& shape, size_t most);
// What of the surface belongs to a window with this region, in the surface's coordinates; nothing: all of it. `frame`
// and `surface` are screen rectangles, `region` counts from the frame's corner.
std::optional<Shape> shapeOfSurface(const Shape& region, const Rect& frame, const Rect& surface);
// Less than half of the caption is left: the application does without, whatever its style says.
bool hidesCaption(const Shape& region, const Rect& frame, const FrameMargins& margins);

}  // namespace xpane
