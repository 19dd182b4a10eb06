#include "desktop/scroll-finder.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "desktop/rects.h"

namespace xpane {
namespace {

constexpr int leastWidth = 48, leastHeight = 48;  // of what is worth a scroll
constexpr int stripWidth = 32;
constexpr int strips = 3;
constexpr int mostRows = 2048;      // looked at; of a higher place its top
constexpr int leastVotes = 6;
constexpr int mostSkipsLog2 = 6;
constexpr int cellEdge = 16;        // of the places that are tried out, in pixels
constexpr int cellsTried = 24;      // in a column

uint32_t used(uint32_t pixel) { return pixel & 0x00ffffff; }

const uint32_t* newRow(const PixelView& now, int x, int y) {
    return now.pixels + static_cast<size_t>(y - now.area.y) * now.stridePx + (x - now.area.x);
}

uint32_t hashOf(const uint32_t* row, int width) {
    uint32_t hash = 2166136261u;
    for (int x = 0; x < width; ++x) {
        hash = (hash ^ used(row[x])) * 16777619u;
        hash ^= hash >> 15;
    }
    return hash;
}

// The edges between two rows that differ, and where they are; -1 for those that are there more than once. Rows
// alone would not do: lists are full of equal ones.
class Edges {
public:
    void add(uint32_t rowHash, int y) {
        if (above_ && *above_ != rowHash) {
            const uint64_t edge = static_cast<uint64_t>(*above_) << 32 | rowHash;
            const auto [at, fresh] = places_.emplace(edge, y);
            if (!fresh) at->second = -1;
        }
        above_ = rowHash;
    }
    void voteWith(const Edges& before, std::unordered_map<int, int>& votes) const {
        for (const auto& [edge, y] : places_) {
            const auto at = before.places_.find(edge);
            if (y >= 0 && at != before.places_.end() && at->second >= 0) ++votes[y - at->second];
        }
    }

private:
    std::optional<uint32_t> above_;
    std::unordered_map<uint64_t, int> places_;
};

void vote(const SurfaceImage& image, const PixelView& now, const Rect& strip, std::unordered_map<int, int>& votes) {
    Edges before, after;
    for (int y = strip.y; y < bottomOf(strip); ++y) {
        before.add(hashOf(image.row(y) + strip.x, strip.width), y);
        after.add(hashOf(newRow(now, strip.x, y), strip.width), y);
    }
    after.voteWith(before, votes);
}

int mostVoted(const std::unordered_map<int, int>& votes) {
    int best = 0, most = leastVotes;
    for (const auto& [byPx, count] : votes) {
        if (byPx == 0 || count < most || (count == most && best != 0)) continue;
        best = byPx;
        most = count;
    }
    return best;
}

bool sameRow(const SurfaceImage& image, const PixelView& now, int x, int y, int width, int byPx) {
    const uint32_t* mine = image.row(y - byPx) + x;
    const uint32_t* theirs = newRow(now, x, y);
    for (int i = 0; i < width; ++i) {
        if (mine[i] != used(theirs[i])) return false;
    }
    return true;
}

// Most of the rows tried out in this column came from there.
bool moved(const SurfaceImage& image, const PixelView& now, const Rect& column, int byPx) {
    int same = 0, tried = 0;
    for (int y = column.y; y < bottomOf(column); y += std::max(1, column.height / cellsTried)) {
        ++tried;
        if (sameRow(image, now, column.x, y, column.width, byPx)) ++same;
    }
    return same * 4 >= tried * 3;
}

// The widest run of columns within `place` that moved.
Rect movedColumns(const SurfaceImage& image, const PixelView& now, const Rect& place, int byPx) {
    Rect widest, run;
    for (int x = place.x; x < rightOf(place); x += cellEdge) {
        const Rect column{x, place.y, std::min(cellEdge, rightOf(place) - x), place.height};
        run = moved(image, now, column, byPx) ? unite(run, column) : Rect{};
        if (run.width > widest.width) widest = run;
    }
    return widest;
}

}  // namespace

bool ScrollFinder::mayTry() {
    if (skips_ == 0) return true;
    --skips_;
    return false;
}

std::optional<Scroll> ScrollFinder::find(const SurfaceImage& image, const PixelView& now, const Rect& changed) {
    const Rect place = intersect(changed, intersect(now.area, image.bounds()));
    if (place.width < leastWidth || place.height < leastHeight) return std::nullopt;
    std::unordered_map<int, int> votes;
    for (int i = 0; i < strips; ++i) {
        const int x = place.x + (place.width - stripWidth) * (2 * i + 1) / (2 * strips);
        vote(image, now, {x, place.y, stripWidth, std::min(place.height, mostRows)}, votes);
    }
    const int byPx = mostVoted(votes);
    const Rect target = intersect(place, {place.x, place.y + byPx, place.width, place.height});
    const Rect to = byPx == 0 ? Rect{} : movedColumns(image, now, target, byPx);
    if (to.width < leastWidth || to.height < leastHeight / 2) {
        failures_ = std::min(failures_ + 1, mostSkipsLog2);
        skips_ = (1 << failures_) - 1;
        return std::nullopt;
    }
    failures_ = 0;
    return Scroll{to, byPx};
}

}  // namespace xpane
