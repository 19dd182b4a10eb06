#include "desktop/rects.h"
#include "desktop/surface-rect.h"
#include "desktop/window-ids.h"
#include "tests/check.h"

using namespace xpane;

namespace {
const Rect desktop{0, 0, 1024, 768};
const FrameMargins sizing{4, 23, 4, 4};
}  // namespace

TEST("surface: caption and sizing border are cut off") {
    WindowShape shape{{100, 50, 400, 300}, {104, 92, 392, 254}, sizing, true, false};
    Surface surface = surfaceOf(shape, FrameMode::host, desktop);
    CHECK(surface.decorated);
    CHECK(surface.rect == (Rect{104, 73, 392, 273}));  // the menu bar (73 to 92) stays
}

TEST("surface: the whole window on request and without a caption") {
    WindowShape shape{{100, 50, 400, 300}, {104, 92, 392, 254}, sizing, true, false};
    Surface whole = surfaceOf(shape, FrameMode::guest, desktop);
    CHECK(!whole.decorated && whole.rect == shape.frame);
    shape.caption = false;
    Surface bare = surfaceOf(shape, FrameMode::host, desktop);
    CHECK(!bare.decorated && bare.rect == shape.frame);
}

TEST("surface: a maximised window's edges beyond the screen are not part of it") {
    WindowShape shape{{-4, -4, 1032, 776}, {0, 38, 1024, 730}, sizing, true, true};
    CHECK(surfaceOf(shape, FrameMode::host, desktop).rect == (Rect{0, 19, 1024, 749}));
    CHECK(surfaceOf(shape, FrameMode::guest, desktop).rect == desktop);
    // NT 5.2 clones: starts at 0,0 and reaches past the screen instead.
    WindowShape other{{0, 0, 1032, 776}, {4, 42, 1024, 730}, sizing, true, true};
    CHECK(surfaceOf(other, FrameMode::host, desktop).rect == (Rect{4, 23, 1020, 745}));
}

TEST("surface: who draws the own frame stays whole") {
    WindowShape shape{{100, 50, 400, 300}, {100, 50, 400, 300}, sizing, true, false};
    Surface surface = surfaceOf(shape, FrameMode::host, desktop);
    CHECK(!surface.decorated && surface.rect == shape.frame);
}

TEST("surface: full screen is what leaves nothing of the screen beside it, and has no caption") {
    WindowShape shape{desktop, desktop, {}, false, false};
    CHECK(isFullScreen(shape, desktop));
    shape.caption = true;
    CHECK(!isFullScreen(shape, desktop));
    CHECK(!isFullScreen({{0, 0, 1024, 767}, {}, {}, false, false}, desktop));
    CHECK(isFullScreen({{-1, -1, 1026, 770}, {}, {}, false, false}, desktop));
}

TEST("surface: a window smaller than its frame stays whole") {
    WindowShape shape{{0, 0, 6, 20}, {}, sizing, true, false};
    CHECK(!surfaceOf(shape, FrameMode::host, desktop).decorated);
}

TEST("rects: intersect, unite, contain") {
    CHECK(intersect({0, 0, 10, 10}, {5, 5, 10, 10}) == (Rect{5, 5, 5, 5}));
    CHECK(isEmpty(intersect({0, 0, 10, 10}, {10, 0, 5, 5})));
    CHECK(unite({0, 0, 2, 2}, {8, 9, 2, 1}) == (Rect{0, 0, 10, 10}));
    CHECK(unite({}, {8, 9, 2, 1}) == (Rect{8, 9, 2, 1}));
    CHECK(contains({0, 0, 10, 10}, {0, 0, 10, 10}) && !contains({0, 0, 10, 10}, {1, 0, 10, 10}));
}

TEST("rects: subtraction covers exactly what is left") {
    Rect from{0, 0, 20, 20};
    std::vector<Rect> covers{{5, 5, 5, 5}, {8, 8, 20, 4}, {-5, 15, 7, 20}};
    std::vector<Rect> left = subtract(from, covers);
    for (int y = 0; y < 20; ++y) {
        for (int x = 0; x < 20; ++x) {
            bool covered = false;
            for (const Rect& cover : covers) covered = covered || holds(cover, x, y);
            int times = 0;
            for (const Rect& part : left) times += holds(part, x, y);
            CHECK_EQUAL(times, covered ? 0 : 1);
        }
    }
    CHECK(subtract(from, {{-1, -1, 30, 30}}).empty());
}

TEST("window ids: never used twice, bounded until acknowledged") {
    WindowIds ids(2);
    uint32_t first = *ids.open(), second = *ids.open();
    CHECK(first != second && first != 0);
    CHECK(!ids.open());
    ids.destroy(first);
    CHECK(!ids.isAlive(first) && !ids.open());  // the host still holds it
    CHECK(ids.acknowledge(first) && !ids.acknowledge(first));
    CHECK(!ids.acknowledge(second));            // alive: nothing to acknowledge
    uint32_t third = *ids.open();
    CHECK(third != first && third != second);
}
