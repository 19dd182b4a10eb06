#include "desktop/surface-rect.h"

#include "desktop/rects.h"

namespace xpane {
namespace {

// An application that answers WM_NCCALCSIZE itself has the caption's style but draws there: the client area
// reaches into what would be cut off.
bool drawsOwnFrame(const WindowShape& shape, const Rect& inside) {
    return !isEmpty(shape.client) && !contains(inside, shape.client);
}

Rect inside(const Rect& frame, const FrameMargins& margins) {
    return {frame.x + margins.left, frame.y + margins.top, frame.width - margins.left - margins.right,
            frame.height - margins.top - margins.bottom};
}

}  // namespace

bool isFullScreen(const WindowShape& shape, const Rect& desktop) {
    return !shape.caption && !isEmpty(desktop) && contains(shape.frame, desktop);
}

Surface surfaceOf(const WindowShape& shape, FrameMode mode, const Rect& desktop) {
    Surface whole{shape.frame, false};
    if (shape.maximised) {
        Rect shown = intersect(shape.frame, desktop);
        if (!isEmpty(shown)) whole.rect = shown;
    }
    if (mode == FrameMode::guest || !shape.caption || shape.captionHidden) return whole;
    Rect cut = inside(shape.frame, shape.margins);
    if (drawsOwnFrame(shape, cut)) return whole;
    if (shape.maximised) cut = intersect(cut, desktop);
    if (isEmpty(cut)) return whole;
    return {cut, true};
}

}  // namespace xpane
