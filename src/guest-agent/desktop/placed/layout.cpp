#include "desktop/placed/layout.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "desktop/placed/free-space.h"

namespace xpane {
namespace {

constexpr size_t mostMoved = 64;  // the gaps between more would hold nothing

bool isClear(const Rect& rect, const std::vector<Rect>& of) {
    return std::all_of(of.begin(), of.end(), [&](const Rect& other) { return isEmpty(intersect(rect, other)); });
}

long long uncovered(const Rect& rect, const std::vector<Rect>& covers) {
    long long area = 0;
    for (const Rect& part : subtract(rect, covers)) area += areaOf(part);
    return area;
}

Rect at(const LayoutItem& item, Point point) { return {point.x, point.y, item.frame.width, item.frame.height}; }

Rect surfaceAt(const LayoutItem& item, const Rect& frame) {
    return moved(item.surface, frame.x - item.frame.x, frame.y - item.frame.y);
}

// One way through the items, each into the space that those before it left.
class Attempt {
public:
    Attempt(const std::vector<LayoutItem>& items, const std::vector<Rect>& furniture, const Rect& desktop)
        : items_(items), desktop_(desktop), taken_(furniture), placed_(items.size()) {}

    // `steady`: what lies well stays. `order`: indices of the items.
    void run(const std::vector<size_t>& order, bool steady) {
        for (size_t i = 0; i < order.size(); ++i) {
            std::vector<Rect> waiting, waitingFixed;
            for (size_t j = i + 1; j < order.size(); ++j) {
                const LayoutItem& later = items_[order[j]];
                if (later.fixed) waitingFixed.push_back(later.frame);
                if (steady || later.fixed) waiting.push_back(later.frame);
            }
            const LayoutItem& item = items_[order[i]];
            Rect frame = i < mostMoved ? placeFor(item, steady, waiting, waitingFixed) : item.frame;
            Rect surface = surfaceAt(item, frame);
            // By the frame, which may cover those that come later in this order and lie below.
            bool whole = contains(desktop_, surface) && isClear(frame, taken_);
            placed_[order[i]] = {item.id, frame, whole};
            taken_.push_back(frame);
        }
    }

    size_t whole() const {
        return static_cast<size_t>(
            std::count_if(placed_.begin(), placed_.end(), [](const LaidOut& one) { return one.whole; }));
    }
    const std::vector<LaidOut>& placed() const { return placed_; }

private:
    // `waiting`: where those that come later lie now; they may have to go, the fixed ones among them never do.
    Rect placeFor(const LayoutItem& item, bool steady, const std::vector<Rect>& waiting,
                  const std::vector<Rect>& waitingFixed) const {
        if (item.fixed) return item.frame;
        // Its border may lie outside.
        if (item.frame.width > desktop_.width || item.frame.height > desktop_.height) return cornered(item);
        bool mayStay = steady && contains(desktop_, item.surface) && isClear(item.frame, taken_);
        bool disturbs = !isClear(item.frame, item.settled ? waitingFixed : waiting);
        if (mayStay && !disturbs) return item.frame;
        if (auto gap = gapBeside(item, waiting)) return at(item, *gap);
        if (auto gap = gapBeside(item, waitingFixed)) return at(item, *gap);
        if (mayStay) return item.frame;
        if (auto gap = gapBeside(item, {})) return at(item, *gap);
        return leastCovered(item);
    }

    Rect cornered(const LayoutItem& item) const {
        return at(item, {desktop_.x - (item.surface.x - item.frame.x), desktop_.y - (item.surface.y - item.frame.y)});
    }

    std::optional<Point> gapBeside(const LayoutItem& item, const std::vector<Rect>& others) const {
        FreeSpace space(desktop_);
        for (const Rect& taken : taken_) space.take(taken);
        for (const Rect& other : others) space.take(other);
        return space.gapFor(item.frame.width, item.frame.height);
    }

    Rect leastCovered(const LayoutItem& item) const {
        int right = rightOf(desktop_) - item.frame.width, bottom = bottomOf(desktop_) - item.frame.height;
        std::vector<Point> candidates = {
            {std::clamp(item.frame.x, desktop_.x, right), std::clamp(item.frame.y, desktop_.y, bottom)},
            {desktop_.x, desktop_.y}, {right, desktop_.y}, {desktop_.x, bottom}, {right, bottom}};
        Rect best = at(item, candidates.front());
        long long bestSeen = uncovered(surfaceAt(item, best), taken_);
        for (const Point& candidate : candidates) {
            Rect frame = at(item, candidate);
            long long seen = uncovered(surfaceAt(item, frame), taken_);
            if (seen <= bestSeen) continue;
            best = frame;
            bestSeen = seen;
        }
        return best;
    }

    const std::vector<LayoutItem>& items_;
    Rect desktop_;
    std::vector<Rect> taken_;
    std::vector<LaidOut> placed_;
};

}  // namespace

std::vector<LaidOut> layOut(const std::vector<LayoutItem>& items, const std::vector<Rect>& furniture,
                            const Rect& desktop) {
    std::vector<size_t> order(items.size());
    std::iota(order.begin(), order.end(), size_t{0});
    Attempt steady(items, furniture, desktop);
    steady.run(order, true);
    if (steady.whole() == items.size() || items.size() > mostMoved) return steady.placed();
    // Everything anew, if more fits in then: the highest first packs best. It counts only if all fit, since those
    // that do not are not the lowest of the z-order.
    std::vector<size_t> byHeight = order;
    std::stable_sort(byHeight.begin(), byHeight.end(), [&](size_t a, size_t b) {
        if (items[a].fixed != items[b].fixed) return items[a].fixed;
        return items[a].frame.height > items[b].frame.height;
    });
    Attempt packed(items, furniture, desktop);
    packed.run(byHeight, false);
    if (packed.whole() == items.size()) return packed.placed();
    Attempt fresh(items, furniture, desktop);
    fresh.run(order, false);
    return fresh.whole() > steady.whole() ? fresh.placed() : steady.placed();
}

}  // namespace xpane
