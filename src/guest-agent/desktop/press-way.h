// Whether a press reaches the window it is meant for, or what else lies over it at that point.
#pragma once

namespace xpane {

enum class Cover { none, own, foreign };  // own: what the window owns, which belongs above it

enum class PressWay {
    clear,
    raise,  // the window has to come up first
    pass,   // the press is not for it: what keeps the window disabled comes up instead, as Windows has it
};

// A window's own palettes and menus are shaped or let presses through where the host shows the window itself; the
// dialog that keeps it disabled must not get a press that was never meant for one of its buttons.
constexpr PressWay pressWay(Cover cover, bool enabled) {
    if (cover == Cover::none) return PressWay::clear;
    if (!enabled) return PressWay::pass;
    return cover == Cover::own ? PressWay::clear : PressWay::raise;
}

// Whether `owner` owns `window`, directly or through windows it owns. `ownerOf` gives a window's direct owner, or a
// null handle. Chains are short; one that bites its tail ends here all the same.
template <typename Handle, typename OwnerOf>
bool isOwnedBy(Handle window, Handle owner, OwnerOf ownerOf) {
    constexpr int deepest = 16;
    Handle at = window;
    for (int depth = 0; depth < deepest && at; ++depth) {
        at = ownerOf(at);
        if (at == owner) return at != Handle();
    }
    return false;
}

}  // namespace xpane
