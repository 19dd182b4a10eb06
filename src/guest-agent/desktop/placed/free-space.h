// What is left of a desktop between windows, as the largest rectangles that fit in, which overlap one another.
#pragma once

#include <optional>
#include <vector>

#include "desktop/rects.h"

namespace xpane {

class FreeSpace {
public:
    explicit FreeSpace(const Rect& desktop);
    // Nothing may be put here any more.
    void take(const Rect& taken);
    // The tightest gap for something of this size, so that large ones stay for large windows; nothing: it fits in
    // none.
    std::optional<Point> gapFor(int width, int height) const;
    const std::vector<Rect>& gaps() const { return gaps_; }

private:
    std::vector<Rect> gaps_;
};

}  // namespace xpane
