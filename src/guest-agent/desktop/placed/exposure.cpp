#include "desktop/placed/exposure.h"

namespace xpane {
namespace {

constexpr size_t mostParts = 24;  // more are taken together

void addParts(std::vector<Rect>& parts, const Rect& from, const std::vector<Rect>& without) {
    for (const Rect& part : subtract(from, without)) parts.push_back(part);
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
        for (const Rect& part : inView) addParts(seen.undrawn, part, seen.inView);
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
