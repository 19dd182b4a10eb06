#include "desktop/press-way.h"

#include <map>

#include "tests/check.h"

using namespace xpane;

namespace {

// A main window with a dialog, which has a popup of its own; another dialog of the main window; a stranger.
enum Window { none, mainWindow, dialog, popup, sibling, siblingPopup, stranger, tail, bite };
const std::map<int, int> owners = {{dialog, mainWindow},    {popup, dialog}, {sibling, mainWindow},
                                   {siblingPopup, sibling}, {tail, bite},    {bite, tail}};

bool owned(int window, int owner) {
    return isOwnedBy(window, owner, [](int of) {
        auto at = owners.find(of);
        return at == owners.end() ? 0 : at->second;
    });
}

}  // namespace

TEST("what a window owns directly or through others is its own") {
    CHECK(owned(dialog, mainWindow));
    CHECK(owned(popup, mainWindow));
    CHECK(owned(popup, dialog));
    CHECK(owned(siblingPopup, mainWindow));
}

TEST("an owner, a sibling's popup and a stranger are not a window's own") {
    CHECK(!owned(mainWindow, dialog));
    CHECK(!owned(dialog, popup));
    CHECK(!owned(siblingPopup, dialog));
    CHECK(!owned(sibling, dialog));
    CHECK(!owned(stranger, mainWindow));
    CHECK(!owned(dialog, dialog));
    CHECK(!owned(stranger, none));
    CHECK(!owned(tail, mainWindow));
}

TEST("a press goes through what is the window's own, waits for strangers, and a disabled window's dialog is spared") {
    CHECK_EQUAL(pressWay(Cover::none, true), PressWay::clear);
    CHECK_EQUAL(pressWay(Cover::own, true), PressWay::clear);
    CHECK_EQUAL(pressWay(Cover::foreign, true), PressWay::raise);
    // Windows itself answers a press on a disabled window that lies open: it beeps and brings up its dialog.
    CHECK_EQUAL(pressWay(Cover::none, false), PressWay::clear);
    CHECK_EQUAL(pressWay(Cover::own, false), PressWay::pass);
    CHECK_EQUAL(pressWay(Cover::foreign, false), PressWay::pass);
}
