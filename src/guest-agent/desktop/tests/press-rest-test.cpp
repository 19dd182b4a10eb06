#include "desktop/press-rest.h"

#include "tests/check.h"

using namespace xpane;

namespace {

constexpr Micros ms = 1000;
const int windows[3] = {};
const PressRest::Window mainWindow = &windows[0], dialog = &windows[1], inner = &windows[2];

struct Press {
    PressRest rest;
    int asked = 0;
    bool reached(const std::vector<PressRest::Window>& stack, Micros arrangedAt, Micros now) {
        return rest.reached(stack, arrangedAt, now, [this] { return ++asked > 0; });
    }
};

}  // namespace

TEST("press rest: where nothing moved for long a press goes at once, without a question") {
    Press press;
    CHECK(press.reached({dialog, mainWindow}, 1000 * ms, 1500 * ms));
    CHECK_EQUAL(press.asked, 0);
}

TEST("press rest: after a change some time has to pass, and then its program has to answer twice") {
    Press press;
    CHECK(!press.reached({mainWindow}, 1000 * ms, 1001 * ms));
    CHECK(!press.reached({mainWindow}, 1000 * ms, 1019 * ms));
    CHECK_EQUAL(press.asked, 0);
    CHECK(!press.reached({mainWindow}, 1000 * ms, 1020 * ms));
    CHECK(!press.reached({mainWindow}, 1000 * ms, 1022 * ms));
    CHECK_EQUAL(press.asked, 1);
    press.rest.answered(dialog);  // somebody else
    CHECK(!press.reached({mainWindow}, 1000 * ms, 1024 * ms));
    press.rest.answered(mainWindow);
    CHECK(!press.reached({mainWindow}, 1000 * ms, 1026 * ms));
    CHECK(!press.reached({mainWindow}, 1000 * ms, 1028 * ms));
    CHECK_EQUAL(press.asked, 2);
    press.rest.answered(mainWindow);
    CHECK(press.reached({mainWindow}, 1000 * ms, 1030 * ms));
}

TEST("press rest: another order at the place, or a window elsewhere, begins it anew") {
    Press press;
    CHECK(!press.reached({mainWindow}, 1000 * ms, 1020 * ms));
    // The dialog, which was above all the time, is on top again.
    CHECK(!press.reached({dialog, mainWindow}, 1000 * ms, 1022 * ms));
    press.rest.answered(mainWindow);  // to the question of before
    CHECK(!press.reached({dialog, mainWindow}, 1000 * ms, 1041 * ms));
    CHECK(!press.reached({dialog, mainWindow}, 1000 * ms, 1042 * ms));
    CHECK_EQUAL(press.asked, 2);
    CHECK(!press.reached({dialog, mainWindow}, 1043 * ms, 1044 * ms));
    CHECK(!press.reached({dialog, mainWindow}, 1043 * ms, 1063 * ms));
    CHECK_EQUAL(press.asked, 3);
    for (int answer = 0; answer < 2; ++answer) {
        CHECK(!press.reached({dialog, mainWindow}, 1043 * ms, 1064 * ms));
        press.rest.answered(mainWindow);
    }
    CHECK(press.reached({dialog, mainWindow}, 1043 * ms, 1066 * ms));
    press.rest.forget();
    CHECK(!press.reached({inner, dialog}, 1043 * ms, 1063 * ms));
    CHECK(press.reached({inner, dialog}, 1043 * ms, 1543 * ms));
}

TEST("press rest: a program that cannot be asked is not waited for") {
    PressRest rest;
    CHECK(!rest.reached({mainWindow}, 1000 * ms, 1019 * ms, [] { return false; }));
    CHECK(rest.reached({mainWindow}, 1000 * ms, 1020 * ms, [] { return false; }));
}
