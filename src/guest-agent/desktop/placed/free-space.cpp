#include "desktop/placed/free-space.h"

#include <algorithm>

namespace xpane {
namespace {

// The up to four largest rectangles of `gap` beside `taken`.
void split(const Rect& gap, const Rect& taken, std::vector<Rect>& parts) {
    Rect cut = intersect(gap, taken);
    Rect beside[] = {
        {gap.x, gap.y, cut.x - gap.x, gap.height},
        {rightOf(cut), gap.y, rightOf(gap) - rightOf(cut), gap.height},
        {gap.x, gap.y, gap.width, cut.y - gap.y},
        {gap.x, bottomOf(cut), gap.width, bottomOf(gap) - bottomOf(cut)},
    };
    for (const Rect& part : beside) {
        if (!isEmpty(part)) parts.push_back(part);
    }
}

}  // namespace

FreeSpace::FreeSpace(const Rect& desktop) {
    if (!isEmpty(desktop)) gaps_.push_back(desktop);
}

void FreeSpace::take(const Rect& taken) {
    std::vector<Rect> untouched, parts;
    for (const Rect& gap : gaps_) {
        if (isEmpty(intersect(gap, taken))) untouched.push_back(gap);
        else split(gap, taken, parts);
    }
    // Only parts can lie within another: what was untouched was the largest before.
    for (size_t i = 0; i < parts.size(); ++i) {
        bool within = std::any_of(untouched.begin(), untouched.end(),
                                  [&](const Rect& other) { return contains(other, parts[i]); });
        for (size_t j = 0; j < parts.size() && !within; ++j) {
            within = j != i && contains(parts[j], parts[i]) && (parts[j] != parts[i] || j < i);
        }
        if (!within) untouched.push_back(parts[i]);
    }
    gaps_ = std::move(untouched);
}

std::optional<Point> FreeSpace::gapFor(int width, int height) const {
    const Rect* best = nullptr;
    int bestSlack = 0;
    for (const Rect& gap : gaps_) {
        if (gap.width < width || gap.height < height) continue;
        int slack = std::min(gap.width - width, gap.height - height);
        bool better = !best || slack < bestSlack ||
                      (slack == bestSlack && (gap.y < best->y || (gap.y == best->y && gap.x < best->x)));
        if (!better) continue;
        best = &gap;
        bestSlack = slack;
    }
    if (!best) return std::nullopt;
    return Point{best->x, best->y};
}

}  // namespace xpane
