#include "desktop/rects.h"

#include <algorithm>

namespace xpane {

Rect intersect(const Rect& a, const Rect& b) {
    int left = std::max(a.x, b.x), top = std::max(a.y, b.y);
    int right = std::min(rightOf(a), rightOf(b)), bottom = std::min(bottomOf(a), bottomOf(b));
    if (right <= left || bottom <= top) return {};
    return {left, top, right - left, bottom - top};
}

Rect unite(const Rect& a, const Rect& b) {
    if (isEmpty(a)) return b;
    if (isEmpty(b)) return a;
    int left = std::min(a.x, b.x), top = std::min(a.y, b.y);
    int right = std::max(rightOf(a), rightOf(b)), bottom = std::max(bottomOf(a), bottomOf(b));
    return {left, top, right - left, bottom - top};
}

bool contains(const Rect& outer, const Rect& inner) {
    return isEmpty(inner) || (inner.x >= outer.x && inner.y >= outer.y && rightOf(inner) <= rightOf(outer) &&
                              bottomOf(inner) <= bottomOf(outer));
}

namespace {

// The up to four parts of `from` around `hole`: above, left, right, below.
void cutOut(const Rect& from, const Rect& hole, std::vector<Rect>& parts) {
    Rect cut = intersect(from, hole);
    if (isEmpty(cut)) {
        parts.push_back(from);
        return;
    }
    Rect around[] = {
        {from.x, from.y, from.width, cut.y - from.y},
        {from.x, cut.y, cut.x - from.x, cut.height},
        {rightOf(cut), cut.y, rightOf(from) - rightOf(cut), cut.height},
        {from.x, bottomOf(cut), from.width, bottomOf(from) - bottomOf(cut)},
    };
    for (const Rect& part : around) {
        if (!isEmpty(part)) parts.push_back(part);
    }
}

}  // namespace

std::vector<Rect> subtract(const Rect& from, const std::vector<Rect>& covers) {
    std::vector<Rect> left;
    if (!isEmpty(from)) left.push_back(from);
    for (const Rect& cover : covers) {
        std::vector<Rect> parts;
        for (const Rect& piece : left) cutOut(piece, cover, parts);
        left.swap(parts);
        if (left.empty()) break;
    }
    return left;
}

}  // namespace xpane
