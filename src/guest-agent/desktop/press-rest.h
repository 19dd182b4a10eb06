// Whether the windows at a place have come to rest, so that a press made now reaches the one that lies there now. A
// press is given to a window only when its program takes it from its queue, and a window that has just opened or come
// up may be moved about until then: under Wine the display tells a program, late at times, which window the pointer
// has entered, and Wine puts that one on top, though the program has long opened others above it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "desktop/look-schedule.h"

namespace xpane {

class PressRest {
public:
    using Window = const void*;

    // `stack`: the windows at the place, topmost first, the one that the press is meant for last. `restackedAt`: when
    // windows anywhere were last seen to come, go or change their order. `ask` asks the last one's program for a sign of life, which
    // is to be told by `answered`; false: it cannot be asked. To be called until it says yes; the caller decides how
    // long that may take.
    bool reached(const std::vector<Window>& stack, Micros restackedAt, Micros now, const std::function<bool()>& ask);
    void answered(Window window);
    // The press is done or given up.
    void forget();

private:
    std::vector<Window> stack_;
    Micros changedAt_ = 0;
    std::optional<Micros> askedAt_;
    int asked_ = 0, answers_ = 0;  // since the last change
};

}  // namespace xpane
