#include "desktop/blocked-owner.h"
#include "tests/check.h"

using namespace xpane;

TEST("a dialog belongs to the topmost window of those that it blocks") {
    CHECK_EQUAL(blockedOwnerOf(true, {{2, true, false}, {1, true, false}}), 2u);
    CHECK_EQUAL(blockedOwnerOf(true, {{1, true, false}}), 1u);
}

TEST("one that blocks nothing, or not all, is nobody's dialog") {
    CHECK_EQUAL(blockedOwnerOf(true, {}), 0u);
    CHECK_EQUAL(blockedOwnerOf(true, {{1, true, true}}), 0u);
    CHECK_EQUAL(blockedOwnerOf(true, {{2, true, false}, {1, true, true}}), 0u);
}

TEST("one that is blocked itself blocks nothing, and other threads do not count") {
    CHECK_EQUAL(blockedOwnerOf(false, {{1, true, false}}), 0u);
    CHECK_EQUAL(blockedOwnerOf(true, {{1, false, false}}), 0u);
    CHECK_EQUAL(blockedOwnerOf(true, {{2, false, true}, {1, true, false}}), 1u);
}
