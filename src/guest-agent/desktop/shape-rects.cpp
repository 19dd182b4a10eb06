#include "desktop/shape-rects.h"

#include <algorithm>
#include <map>

#include "desktop/rects.h"

namespace xpane {
namespace {

constexpr size_t manyRects = 8192;

struct Span {
    int left, right;
};
bool operator==(const Span& a, const Span& b) { return a.left == b.left && a.right == b.right; }

long long areaOf(const Shape& shape) {
    long long area = 0;
    for (const Rect& rect : shape) area += xpane::areaOf(rect);
    return area;
}

Rect boundsOf(const Shape& shape) {
    Rect bounds;
    for (const Rect& rect : shape) bounds = unite(bounds, rect);
    return bounds;
}

// Sorted, and joined where they touch.
std::vector<Span> joined(std::vector<Span> spans) {
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.left < b.left; });
    std::vector<Span> out;
    for (const Span& span : spans) {
        if (!out.empty() && span.left <= out.back().right) out.back().right = std::max(out.back().right, span.right);
        else out.push_back(span);
    }
    return out;
}

// Each `rows` rows become as wide as the widest of them; bands with equal spans become one.
Shape coarser(const Shape& shape, const Rect& bounds, int rows) {
    std::map<int, std::vector<Span>> bands;
    for (const Rect& rect : shape) {
        const int first = (rect.y - bounds.y) / rows, last = (bottomOf(rect) - 1 - bounds.y) / rows;
        for (int band = first; band <= last; ++band) bands[band].push_back({rect.x, rightOf(rect)});
    }
    Shape out;
    std::vector<Span> before;
    size_t sameFrom = 0;
    int lastBand = -2;
    for (auto& [band, raw] : bands) {
        const std::vector<Span> spans = joined(std::move(raw));
        const int top = bounds.y + band * rows, bottom = std::min(top + rows, bottomOf(bounds));
        if (band == lastBand + 1 && spans == before) {
            for (size_t i = sameFrom; i < out.size(); ++i) out[i].height = bottom - out[i].y;
        } else {
            sameFrom = out.size();
            for (const Span& span : spans) out.push_back({span.left, top, span.right - span.left, bottom - top});
            before = spans;
        }
        lastBand = band;
    }
    return out;
}

}  // namespace

Shape fewer(const Shape& shape, size_t most) {
    if (shape.size() <= most) return shape;
    const Rect bounds = boundsOf(shape);
    // Noise is not worth a closer look.
    for (int rows = shape.size() > manyRects ? 16 : 1; rows < bounds.height; rows *= 2) {
        Shape simpler = coarser(shape, bounds, rows);
        if (simpler.size() <= most) return simpler;
    }
    return {bounds};
}

std::optional<Shape> shapeOfSurface(const Shape& region, const Rect& frame, const Rect& surface) {
    const Rect whole{0, 0, surface.width, surface.height};
    Shape shape;
    for (const Rect& rect : region) {
        const Rect inside = intersect(moved(rect, frame.x - surface.x, frame.y - surface.y), whole);
        if (!isEmpty(inside)) shape.push_back(inside);
    }
    if (areaOf(shape) == xpane::areaOf(whole)) return std::nullopt;
    return fewer(shape, mostShapeRects);
}

bool hidesCaption(const Shape& region, const Rect& frame, const FrameMargins& margins) {
    const Rect caption{0, 0, frame.width, margins.top};
    long long left = 0;
    for (const Rect& rect : region) left += xpane::areaOf(intersect(rect, caption));
    return left * 2 < xpane::areaOf(caption);
}

}  // namespace xpane
