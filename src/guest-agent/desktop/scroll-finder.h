// Finds out whether a large part of a surface moved up or down, as a list or a page does that is scrolled. It may be
// wrong: what a scroll does not explain is found to differ afterwards, and sent.
#pragma once

#include <optional>

#include "desktop/surface-image.h"

namespace xpane {

class ScrollFinder {
public:
    // Whether it is worth to look for one: after failures, which a film brings with every picture, more and more
    // rarely.
    bool mayTry();
    // How the rows of `changed` (the smallest rectangle around all that differs) moved from the image to the newer
    // pixels. Reads some columns of both, whatever the size: at most a few tenths of a millisecond.
    std::optional<Scroll> find(const SurfaceImage& image, const PixelView& now, const Rect& changed);

private:
    int failures_ = 0, skips_ = 0;
};

}  // namespace xpane
