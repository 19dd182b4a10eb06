#include <algorithm>
#include <random>

#include "desktop/placed/exposure.h"
#include "tests/check.h"

using namespace xpane;

namespace {

const Rect desktop{0, 0, 1024, 768};
const Rect lower{100, 100, 400, 300}, upper{300, 200, 400, 300};
constexpr Exposure::Key low = 11, high = 22;

long long area(const std::vector<Rect>& parts) {
    long long sum = 0;
    for (const Rect& part : parts) sum += areaOf(part);
    return sum;
}

}  // namespace

TEST("exposure: a new window has drawn nothing") {
    Exposure exposure;
    CHECK((exposure.arrange({{low, lower}}, desktop) == std::vector<Exposure::Key>{low}));
    CHECK(exposure.undrawn(low) == std::vector<Rect>{lower});
    exposure.drawn(low);
    CHECK(exposure.undrawn(low).empty());
    CHECK(exposure.arrange({{low, lower}}, desktop).empty());
}

TEST("exposure: what a cover leaves behind is undrawn, wherever it goes") {
    Exposure exposure;
    exposure.arrange({{high, upper}, {low, lower}}, desktop);
    exposure.drawn(low);
    exposure.drawn(high);
    const Rect covered = intersect(lower, upper);
    // It goes away, moves a little, goes below: each time what came into view may still show it.
    CHECK((exposure.arrange({{low, lower}}, desktop) == std::vector<Exposure::Key>{low}));
    CHECK(exposure.undrawn(low) == std::vector<Rect>{covered});
    exposure.arrange({{high, upper}, {low, lower}}, desktop);
    CHECK(exposure.undrawn(low) == std::vector<Rect>{covered});  // covered again, still not drawn
    exposure.drawn(low);
    exposure.drawn(high);
    exposure.arrange({{high, moved(upper, 10, 0)}, {low, lower}}, desktop);
    CHECK(area(exposure.undrawn(low)) == 10LL * covered.height);
    exposure.drawn(low);
    exposure.arrange({{low, lower}, {high, moved(upper, 10, 0)}}, desktop);
    CHECK(area(exposure.undrawn(low)) == areaOf(intersect(lower, moved(upper, 10, 0))));
    CHECK(exposure.undrawn(high).empty());
}

TEST("exposure: where a smaller window had its border, a larger one has not drawn its content") {
    Exposure exposure;
    exposure.arrange({{low, lower}}, desktop);
    exposure.drawn(low);
    const Rect border{rightOf(lower) - 4, lower.y, 4, lower.height};
    const Rect content{lower.x, lower.y, 50, 50};
    const Rect larger{lower.x, lower.y, lower.width + 100, lower.height};
    CHECK((exposure.arrange({{low, larger}}, desktop) == std::vector<Exposure::Key>{low}));
    CHECK(exposure.readable(low, border, {}, desktop).empty());
    CHECK(exposure.readable(low, content, {}, desktop) == std::vector<Rect>{content});
    exposure.drawn(low);
    CHECK(exposure.arrange({{low, lower}}, desktop).empty());  // smaller again: its border is told by its frame
}

TEST("exposure: a window that moves takes along what was in view") {
    Exposure exposure;
    exposure.arrange({{high, upper}, {low, lower}}, desktop);
    exposure.drawn(low);
    const Rect covered = intersect(lower, upper);
    const Rect there = moved(lower, -100, -50);
    exposure.arrange({{high, upper}, {low, there}}, desktop);
    const Rect stillCovered = intersect(there, upper);
    std::vector<Rect> undrawn = exposure.undrawn(low);
    CHECK(area(undrawn) == areaOf(covered) - areaOf(stillCovered));
    for (const Rect& part : undrawn) CHECK(contains(moved(covered, -100, -50), part));
}

TEST("exposure: what comes in from beyond the edge, and what a window grows by, is undrawn") {
    Exposure exposure;
    exposure.arrange({{low, {900, 100, 400, 300}}}, desktop);
    exposure.drawn(low);
    exposure.arrange({{low, {600, 100, 400, 300}}}, desktop);
    CHECK((exposure.undrawn(low) == std::vector<Rect>{{724, 100, 276, 300}}));
    exposure.drawn(low);
    exposure.arrange({{low, {600, 100, 400, 350}}}, desktop);
    CHECK((exposure.undrawn(low) == std::vector<Rect>{{600, 368, 400, 82}}));  // and its old border
}

TEST("exposure: a window that comes back has drawn nothing") {
    Exposure exposure;
    exposure.arrange({{low, lower}}, desktop);
    exposure.drawn(low);
    exposure.arrange({}, desktop);
    CHECK(exposure.undrawn(low).empty());
    exposure.arrange({{low, lower}}, desktop);
    CHECK(exposure.undrawn(low) == std::vector<Rect>{lower});
}

// The rule itself, by pixels: each pixel of the screen belongs to who drew there last, and nobody redraws. Whatever
// is readable by `undrawn` and by what lies above must be the window's own.
TEST("exposure: no pixel of another window is ever readable") {
    std::mt19937 random(3);
    auto upTo = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    const Rect screen{0, 0, 40, 30};
    for (int round = 0; round < 150; ++round) {
        Exposure exposure;
        std::vector<Exposure::Standing> windows;
        std::vector<Exposure::Key> pixels(static_cast<size_t>(screen.width * screen.height), 0);
        auto pixel = [&](int x, int y) -> Exposure::Key& { return pixels[static_cast<size_t>(y * screen.width + x)]; };
        auto visible = [&](size_t i) {
            std::vector<Rect> above;
            for (size_t j = 0; j < i; ++j) above.push_back(windows[j].frame);
            return subtract(intersect(windows[i].frame, screen), above);
        };
        Exposure::Key next = 1;
        for (int step = 0; step < 25; ++step) {
            if (windows.size() < 4 && upTo(3) == 0) {
                windows.insert(windows.begin(), {next++, {upTo(50) - 10, upTo(40) - 10, 3 + upTo(20), 3 + upTo(20)}});
            } else if (!windows.empty() && upTo(6) == 0) {
                windows.erase(windows.begin() + upTo(static_cast<int>(windows.size())));
            } else if (!windows.empty() && upTo(2) == 0) {
                auto at = windows.begin() + upTo(static_cast<int>(windows.size()));
                std::rotate(windows.begin(), at, at + 1);
            } else if (!windows.empty()) {
                // Moved: the screen copies what was in view, and where that is not in view now, nothing.
                size_t i = static_cast<size_t>(upTo(static_cast<int>(windows.size())));
                const int dx = upTo(11) - 5, dy = upTo(11) - 5;
                std::vector<Rect> before = visible(i);
                std::vector<Exposure::Key> old = pixels;
                windows[i].frame = moved(windows[i].frame, dx, dy);
                for (const Rect& part : visible(i)) {
                    for (int y = part.y; y < bottomOf(part); ++y) {
                        for (int x = part.x; x < rightOf(part); ++x) {
                            for (const Rect& from : before) {
                                if (!holds(from, x - dx, y - dy)) continue;
                                pixel(x, y) = old[static_cast<size_t>((y - dy) * screen.width + x - dx)];
                            }
                        }
                    }
                }
            }
            exposure.arrange(windows, screen);
            // Some of them draw, all they have in view.
            for (size_t i = 0; i < windows.size(); ++i) {
                if (upTo(3) != 0) continue;
                for (const Rect& part : visible(i)) {
                    for (int y = part.y; y < bottomOf(part); ++y) {
                        for (int x = part.x; x < rightOf(part); ++x) pixel(x, y) = windows[i].window;
                    }
                }
                exposure.drawn(windows[i].window);
            }
            for (size_t i = 0; i < windows.size(); ++i) {
                std::vector<Rect> above;
                for (size_t j = 0; j < i; ++j) above.push_back(windows[j].frame);
                for (const Rect& part : exposure.readable(windows[i].window, windows[i].frame, above, screen)) {
                    for (int y = part.y; y < bottomOf(part); ++y) {
                        for (int x = part.x; x < rightOf(part); ++x) CHECK_EQUAL(pixel(x, y), windows[i].window);
                    }
                }
            }
        }
    }
}
