#include "desktop/click-times.h"

#include "tests/check.h"

using namespace xpane;

TEST("clicks: keep the user's spacing however late the second is") {
    ClickTimes clicks;
    CHECK_EQUAL(clicks.stamp(std::nullopt, 1000), 1000u);
    CHECK_EQUAL(clicks.stamp(60, 1060), 1060u);
    CHECK_EQUAL(clicks.stamp(90, 2400), 1150u);
    CHECK_EQUAL(clicks.stamp(50, 2401), 1200u);
}

TEST("clicks: a first one that came late pulls no later one close to it") {
    ClickTimes clicks;
    clicks.stamp(std::nullopt, 1000);
    // 600 ms late, then in time again, 900 ms after it at the host.
    CHECK_EQUAL(clicks.stamp(1000, 2600), 2000u);
    CHECK_EQUAL(clicks.stamp(900, 2901), 2900u);
}

TEST("clicks: are never in the future, and the clock may wrap") {
    ClickTimes clicks;
    CHECK_EQUAL(clicks.stamp(std::nullopt, 0xffffffffu), 0xffffffffu);
    CHECK_EQUAL(clicks.stamp(500, 99), 99u);
    CHECK_EQUAL(clicks.stamp(100, 400), 199u);
}

TEST("clicks: a clock that leapt, or a host that began anew, starts from now") {
    ClickTimes clicks;
    clicks.stamp(std::nullopt, 1000);
    CHECK_EQUAL(clicks.stamp(100, 900000), 900000u);
    CHECK_EQUAL(clicks.stamp(std::nullopt, 900500), 900500u);
}
