#include <random>

#include "desktop/placed/free-space.h"
#include "desktop/placed/layout.h"
#include "tests/check.h"

using namespace xpane;

namespace {

const Rect desktop{0, 0, 1024, 768};

// A window with a caption of 23 and a border of 4, settled.
LayoutItem window(uint32_t id, const Rect& frame) {
    return {id, frame, {frame.x + 4, frame.y + 23, frame.width - 8, frame.height - 27}, false, true};
}

LayoutItem arrived(uint32_t id, const Rect& frame) {
    LayoutItem item = window(id, frame);
    item.settled = false;
    return item;
}

bool apart(const std::vector<LaidOut>& laid) {
    for (size_t i = 0; i < laid.size(); ++i) {
        for (size_t j = 0; j < i; ++j) {
            if (!isEmpty(intersect(laid[i].frame, laid[j].frame))) return false;
        }
    }
    return true;
}

std::vector<LayoutItem> applied(std::vector<LayoutItem> items, const std::vector<LaidOut>& laid) {
    for (size_t i = 0; i < items.size(); ++i) {
        items[i].surface = moved(items[i].surface, laid[i].frame.x - items[i].frame.x,
                                 laid[i].frame.y - items[i].frame.y);
        items[i].frame = laid[i].frame;
        items[i].settled = true;
    }
    return items;
}

bool moves(const std::vector<LayoutItem>& items, const std::vector<LaidOut>& laid) {
    for (size_t i = 0; i < items.size(); ++i) {
        if (items[i].frame != laid[i].frame) return true;
    }
    return false;
}

}  // namespace

TEST("free space: gaps are the largest there are, and the tightest is taken") {
    FreeSpace space({0, 0, 100, 100});
    space.take({40, 0, 20, 60});
    CHECK_EQUAL(space.gaps().size(), size_t{3});  // left, right, below
    CHECK((space.gapFor(100, 40) == Point{0, 60}));
    CHECK((space.gapFor(40, 100) == Point{0, 0}));
    CHECK(!space.gapFor(60, 60));
    space.take({0, 0, 100, 100});
    CHECK(space.gaps().empty());
}

TEST("layout: what lies well stays") {
    std::vector<LayoutItem> items = {window(1, {0, 0, 400, 300}), window(2, {400, 0, 400, 300})};
    auto laid = layOut(items, {}, desktop);
    CHECK(!moves(items, laid));
    CHECK(laid[0].whole && laid[1].whole);
}

TEST("layout: who comes makes room for itself, not for itself at others' cost") {
    std::vector<LayoutItem> items = {arrived(2, {50, 50, 300, 200}), window(1, {0, 0, 600, 400})};
    auto laid = layOut(items, {}, desktop);
    CHECK(apart(laid));
    CHECK(laid[1].frame == items[1].frame);
    CHECK(laid[0].whole && laid[1].whole);
}

TEST("layout: who was there first yields where the newcomer fits nowhere else") {
    std::vector<LayoutItem> items = {arrived(2, {0, 0, 1024, 400}), window(1, {0, 250, 1024, 300})};
    auto laid = layOut(items, {}, desktop);
    CHECK(apart(laid));
    CHECK(laid[0].whole && laid[1].whole);
}

TEST("layout: everything is laid anew when all fit only then") {
    // 700 wide and high enough for no gap beside it; the small ones block the rows.
    std::vector<LayoutItem> items = {window(1, {0, 300, 300, 100}), window(2, {500, 500, 300, 100}),
                                     arrived(3, {0, 0, 1024, 600})};
    auto laid = layOut(items, {}, desktop);
    CHECK(apart(laid));
    for (const LaidOut& one : laid) CHECK(one.whole);
}

TEST("layout: the topmost is whole, the rest is covered as little as can be") {
    std::vector<LayoutItem> items;
    for (uint32_t id = 1; id <= 10; ++id) items.push_back(arrived(id, {100, 100, 700, 500}));
    auto laid = layOut(items, {}, desktop);
    CHECK(laid[0].whole);
    CHECK(contains(desktop, laid[0].frame));
    for (const LaidOut& one : laid) CHECK(contains(desktop, one.frame));
    CHECK(laid[1].frame != laid[0].frame);  // some of it is seen
    auto again = applied(items, laid);
    CHECK(!moves(again, layOut(again, {}, desktop)));
}

TEST("layout: the task bar and maximised windows stay free and where they are") {
    Rect bar{0, 740, 1024, 28};
    std::vector<LayoutItem> items = {window(1, {0, 500, 300, 260}), window(2, {0, 0, 1024, 400})};
    items[1].fixed = true;
    auto laid = layOut(items, {bar}, desktop);
    CHECK(laid[1].frame == items[1].frame);
    CHECK(isEmpty(intersect(laid[0].frame, bar)) && isEmpty(intersect(laid[0].frame, laid[1].frame)));
    CHECK(laid[0].whole && laid[1].whole);
}

TEST("layout: a window larger than the desktop shows what it can, its caption outside") {
    std::vector<LayoutItem> items = {window(1, {200, 100, 1400, 900})};
    auto laid = layOut(items, {}, desktop);
    CHECK((laid[0].frame == Rect{-4, -23, 1400, 900}));
    CHECK(!laid[0].whole);
    // One whose border alone is too large is whole.
    std::vector<LayoutItem> full = {window(1, {200, 100, 1024 + 8, 768 + 27})};
    CHECK(layOut(full, {}, desktop)[0].whole);
}

TEST("layout: what reaches over the edge comes back") {
    std::vector<LayoutItem> items = {window(1, {900, 700, 400, 300})};
    auto laid = layOut(items, {}, desktop);
    CHECK(contains(desktop, laid[0].frame) && laid[0].whole);
}

TEST("layout: any desktop at all") {
    std::mt19937 random(7);
    auto upTo = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    for (int round = 0; round < 300; ++round) {
        std::vector<LayoutItem> items;
        int count = 1 + upTo(12);
        long long area = 0;
        for (int i = 0; i < count; ++i) {
            Rect frame{upTo(1200) - 100, upTo(900) - 100, 60 + upTo(500), 60 + upTo(400)};
            items.push_back(random() % 2 ? window(i + 1, frame) : arrived(i + 1, frame));
            area += areaOf(frame);
        }
        auto laid = layOut(items, {}, desktop);
        CHECK_EQUAL(laid.size(), items.size());
        CHECK(laid[0].whole);
        bool allWhole = true;
        std::vector<Rect> above;
        for (size_t i = 0; i < laid.size(); ++i) {
            CHECK_EQUAL(laid[i].id, items[i].id);
            CHECK(laid[i].frame.width == items[i].frame.width && laid[i].frame.height == items[i].frame.height);
            Rect surface = moved(items[i].surface, laid[i].frame.x - items[i].frame.x,
                                 laid[i].frame.y - items[i].frame.y);
            CHECK(contains(desktop, surface));
            // "Whole" is what the mask would say, whatever came later in the order.
            if (laid[i].whole) CHECK_EQUAL(subtract(surface, above).size(), size_t{1});
            allWhole = allWhole && laid[i].whole;
            above.push_back(laid[i].frame);
        }
        if (area < areaOf(desktop) / 4) CHECK(allWhole);
        auto again = applied(items, laid);
        if (allWhole) CHECK(!moves(again, layOut(again, {}, desktop)));
    }
}
