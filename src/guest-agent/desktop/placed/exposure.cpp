#include "desktop/placed/exposure.h"

namespace xpane {
namespace {

constexpr size_t mostParts = 24;  // more are taken together
constexpr int widestBorder = 32;  // of a window, in pixels

void addParts(std::vector<Rect>& parts, const Rect& from, const std::vector<Rect>& without) {
    for (const Rect& part : subtract(from, without)) parts.push_back(part);
}

// What of the parts in view of a window of size `was` keeps its meaning in one of size `is`. A larger one has content
// where the smaller one's right and lower borders were, and shows those until it has drawn itself.
std::vector<Rect> kept(const std::vector<Rect>& parts, const Rect& was, const Rect& is) {
    if (is.width <= was.width && is.height <= was.height) return parts;
    const Rect inside{0, 0, is.width > was.width ? was.width - widestBorder : was.width,
                      is.height > was.height ? was.height - widestBorder : was.height};
    std::vector<Rect> all;
    for (const Rect& part : parts) all.push_back(intersect(part, inside));
    return all;
}

std::vector<Rect> bounded(std::vector<Rect> parts) {
    if (parts.size() <= mostParts) return parts;
    Rect all;
    for (const Rect& part : parts) all = unite(all, part);
    return {all};
}

}  // namespace

std::vector<Exposure::Key> Exposure::arrange(const std::vector<Standing>& windows, const Rect& desktop) {
    ++round_;
    std::vector<Key> exposed;
    std::vector<Rect> above;
    for (const Standing& standing : windows) {
        const Rect& frame = standing.frame;
        Seen& seen = windows_[standing.window];
        seen.round = round_;
        std::vector<Rect> inView;
        for (const Rect& part : subtract(intersect(frame, desktop), above)) {
            inView.push_back(moved(part, -frame.x, -frame.y));
        }
        // Moving takes along what was in view and nothing else.
        size_t before = seen.undrawn.size();
        const std::vector<Rect> drawn = kept(seen.inView, seen.frame, frame);
        for (const Rect& part : inView) addParts(seen.undrawn, part, drawn);
        if (seen.undrawn.size() > before) exposed.push_back(standing.window);
        seen.undrawn = bounded(std::move(seen.undrawn));
        seen.inView = std::move(inView);
        seen.frame = frame;
        if (!isEmpty(frame)) above.push_back(frame);
    }
    for (auto at = windows_.begin(); at != windows_.end();) {
        at = at->second.round == round_ ? std::next(at) : windows_.erase(at);
    }
    return exposed;
}

void Exposure::drawn(Key window) {
    auto at = windows_.find(window);
    if (at != windows_.end()) at->second.undrawn.clear();
}

std::vector<Rect> Exposure::readable(Key window, const Rect& area, const std::vector<Rect>& above,
                                     const Rect& desktop) const {
    std::vector<Rect> hidden = undrawn(window);
    hidden.insert(hidden.end(), above.begin(), above.end());
    return subtract(intersect(area, desktop), hidden);
}

std::vector<Rect> Exposure::undrawn(Key window) const {
    std::vector<Rect> parts;
    auto at = windows_.find(window);
    if (at == windows_.end()) return parts;
    for (const Rect& part : at->second.undrawn) parts.push_back(moved(part, at->second.frame.x, at->second.frame.y));
    return parts;
}

}  // namespace xpane
