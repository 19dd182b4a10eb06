#include "desktop/placed/virtual-places.h"
#include "tests/check.h"

using namespace xpane;

namespace {

const Rect at{100, 80, 400, 300};

struct Places : VirtualPlaces {
    void seen(uint32_t id, const Rect& frame, ShowState state = ShowState::normal, uint32_t owner = 0) {
        see({id, owner, frame, state});
    }
    Point place(uint32_t id, const Rect& frame) const { return {frame.x + shiftOf(id).x, frame.y + shiftOf(id).y}; }
};

}  // namespace

TEST("places: a window is where its application put it") {
    Places places;
    places.seen(1, at);
    CHECK((places.place(1, at) == Point{100, 80}));
    CHECK(!places.isSettled(1));
}

TEST("places: the layout's move is not seen by the host") {
    Places places;
    places.seen(1, at);
    places.layoutPut(1, {600, 400}, 0);
    CHECK((places.heading(1) == Point{600, 400}));
    CHECK(places.anyMoving(1000));
    places.seen(1, at);  // not yet
    CHECK((places.place(1, at) == Point{100, 80}));
    Rect there{600, 400, 400, 300};
    places.seen(1, there);
    CHECK((places.place(1, there) == Point{100, 80}));
    CHECK(places.isSettled(1) && !places.anyMoving(1000));
}

TEST("places: an application that moves itself moves on the host by as much") {
    Places places;
    places.seen(1, at);
    places.layoutPut(1, {600, 400}, 0);
    places.seen(1, {600, 400, 400, 300});
    Rect there{610, 395, 400, 300};
    places.seen(1, there);
    CHECK((places.place(1, there) == Point{110, 75}));
    CHECK(!places.isSettled(1));
}

TEST("places: the host puts a window anywhere, it stays where it lies") {
    Places places;
    places.seen(1, at);
    places.hostPut(1, {-2000, 3000});
    CHECK((places.place(1, at) == Point{-2000, 3000}));
    CHECK((places.heading(1) == Point{100, 80}));
}

TEST("places: the host's move while the layout's is under way") {
    Places places;
    places.seen(1, at);
    places.layoutPut(1, {600, 400}, 0);
    places.hostPut(1, {10, 20});
    CHECK((places.heading(1) == Point{600, 400}));
    CHECK((places.place(1, at) == Point{10, 20}));
    Rect there{600, 400, 400, 300};
    places.seen(1, there);
    CHECK((places.place(1, there) == Point{10, 20}));
}

TEST("places: what opens beside a window keeps its place as seen from it") {
    Places places;
    places.seen(1, at);
    places.layoutPut(1, {600, 400}, 0);
    places.seen(1, {600, 400, 400, 300});
    Rect menu{604, 440, 120, 200};
    places.seen(2, menu, ShowState::normal, 1);
    CHECK((places.place(2, menu) == Point{104, 120}));
    places.hostPut(1, {0, 0});
    CHECK((places.place(2, menu) == Point{104, 120}));  // as in Windows, it stays
}

TEST("places: a window that does not move keeps its place and is let alone") {
    Places places;
    places.seen(1, at);
    places.layoutPut(1, {600, 400}, 0);
    CHECK(places.anyMoving(1000000) && !places.refuses(1));
    CHECK(!places.anyMoving(2000000) && places.refuses(1));
    CHECK((places.place(1, at) == Point{100, 80}));
    // It was only busy, and goes there after all.
    Rect there{600, 400, 400, 300};
    places.seen(1, there);
    CHECK((places.place(1, there) == Point{100, 80}));
    CHECK(!places.refuses(1));
}

TEST("places: a window that is stopped half-way has not moved for the host") {
    Places places;
    places.seen(1, at);
    places.layoutPut(1, {600, 400}, 0);
    Rect there{560, 400, 400, 300};
    places.seen(1, there);
    CHECK((places.place(1, there) == Point{100, 80}));
}

TEST("places: maximised it is where the work area is, and comes back to where it was") {
    Places places;
    places.seen(1, at);
    places.layoutPut(1, {600, 400}, 0);
    Rect there{600, 400, 400, 300}, full{-4, -4, 1032, 776};
    places.seen(1, there);
    places.seen(1, full, ShowState::maximised);
    CHECK((places.place(1, full) == Point{-4, -4}));
    places.hostPut(1, {50, 50});
    CHECK((places.place(1, full) == Point{50, 50}));
    places.seen(1, there);
    CHECK((places.place(1, there) == Point{100, 80}));
}

TEST("places: minimised in the middle of the layout's move it keeps its place, wherever it comes back") {
    const Rect icon{0, 740, 160, 28}, there{600, 400, 400, 300};
    for (const Rect& back : {at, there}) {
        Places places;
        places.seen(1, at);
        places.layoutPut(1, {600, 400}, 0);
        places.seen(1, icon);  // its style still says otherwise
        places.seen(1, icon, ShowState::minimised);
        places.seen(1, back);
        CHECK((places.place(1, back) == Point{100, 80}));
    }
}

TEST("places: minimised it keeps its place") {
    Places places;
    places.seen(1, at);
    places.layoutPut(1, {600, 400}, 0);
    Rect there{600, 400, 400, 300};
    places.seen(1, there);
    places.seen(1, {-32000, -32000, 160, 31}, ShowState::minimised);
    CHECK((places.place(1, there) == Point{100, 80}));
    places.seen(1, there);
    CHECK((places.place(1, there) == Point{100, 80}));
}
