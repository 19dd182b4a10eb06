#include "desktop/change-merge.h"

#include <algorithm>

#include "desktop/rects.h"

namespace xpane {
namespace {

// What one more rectangle costs on the way, in pixels: header, call, drawing.
constexpr long long rectPricePx = 512;

bool worthJoining(const Change& a, const Change& b, const Rect& both) {
    long long waste = areaOf(both) - areaOf(a.rect) - areaOf(b.rect);
    if (a.colour && b.colour && *a.colour == *b.colour) return waste == 0;
    // A fill costs next to nothing whatever its size; swallowed by a raw rectangle it costs its area.
    if (a.colour) waste += areaOf(a.rect);
    if (b.colour) waste += areaOf(b.rect);
    return waste <= rectPricePx;
}

Change joined(const Change& a, const Change& b, const Rect& both) {
    bool same = a.colour && b.colour && *a.colour == *b.colour &&
                areaOf(both) == areaOf(a.rect) + areaOf(b.rect);
    return {both, same ? a.colour : std::nullopt};
}

// One pass: each change joins the newest of the last few results that it fits.
std::vector<Change> pass(const std::vector<Change>& changes, size_t lookBack) {
    std::vector<Change> out;
    for (const Change& change : changes) {
        bool taken = false;
        size_t from = out.size() > lookBack ? out.size() - lookBack : 0;
        for (size_t i = out.size(); i > from && !taken; --i) {
            Rect both = unite(out[i - 1].rect, change.rect);
            if (!worthJoining(out[i - 1], change, both)) continue;
            out[i - 1] = joined(out[i - 1], change, both);
            taken = true;
        }
        if (!taken) out.push_back(change);
    }
    return out;
}

// Too many all the same: neighbours in reading order are joined, whatever lies between.
std::vector<Change> halve(const std::vector<Change>& changes) {
    std::vector<Change> out;
    for (size_t i = 0; i < changes.size(); i += 2) {
        if (i + 1 == changes.size()) {
            out.push_back(changes[i]);
        } else {
            out.push_back({unite(changes[i].rect, changes[i + 1].rect), std::nullopt});
        }
    }
    return out;
}

}  // namespace

std::vector<Change> mergeChanges(std::vector<Change> changes, size_t most) {
    constexpr size_t rowOfTiles = 128;  // tiles in a row of the widest surface
    // First along the rows of tiles, then the rows with each other, and once more for what grew together.
    changes = pass(changes, 1);
    changes = pass(changes, rowOfTiles);
    changes = pass(changes, rowOfTiles);
    while (changes.size() > std::max<size_t>(most, 1)) changes = halve(changes);
    return changes;
}

}  // namespace xpane
