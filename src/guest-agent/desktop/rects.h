// Arithmetic of rectangles. An empty rectangle has no width or no height.
#pragma once

#include <vector>

#include "protocol/commands.h"

namespace xpane {

struct Point {
    int x = 0, y = 0;
};
inline bool operator==(const Point& a, const Point& b) { return a.x == b.x && a.y == b.y; }
inline bool operator!=(const Point& a, const Point& b) { return !(a == b); }

inline bool isEmpty(const Rect& r) { return r.width <= 0 || r.height <= 0; }
inline int rightOf(const Rect& r) { return r.x + r.width; }
inline int bottomOf(const Rect& r) { return r.y + r.height; }
inline long long areaOf(const Rect& r) { return isEmpty(r) ? 0 : static_cast<long long>(r.width) * r.height; }
inline Rect moved(const Rect& r, int dx, int dy) { return {r.x + dx, r.y + dy, r.width, r.height}; }
inline Rect grown(const Rect& r, int by) { return {r.x - by, r.y - by, r.width + 2 * by, r.height + 2 * by}; }
inline bool holds(const Rect& r, int x, int y) { return x >= r.x && y >= r.y && x < rightOf(r) && y < bottomOf(r); }

Rect intersect(const Rect& a, const Rect& b);
// The smallest rectangle around both; an empty one adds nothing.
Rect unite(const Rect& a, const Rect& b);
bool contains(const Rect& outer, const Rect& inner);
// What of `from` lies outside of every rectangle of `covers`, as rectangles that do not overlap.
std::vector<Rect> subtract(const Rect& from, const std::vector<Rect>& covers);

}  // namespace xpane
