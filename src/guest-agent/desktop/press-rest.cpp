#include "desktop/press-rest.h"

#include <algorithm>

namespace xpane {
namespace {

constexpr Micros longAgo = 500000;  // no program has anything left to do of a change by then
constexpr Micros quiet = 20000;     // after the last change, before its program is asked
constexpr int enough = 2;           // answers

}  // namespace

bool PressRest::reached(const std::vector<Window>& stack, Micros restackedAt, Micros now,
                        const std::function<bool()>& ask) {
    if (stack != stack_) {
        changedAt_ = stack_.empty() ? restackedAt : now;
        stack_ = stack;
    }
    changedAt_ = std::max(changedAt_, restackedAt);
    if (now - changedAt_ >= longAgo) return true;
    if (now - changedAt_ < quiet) return false;
    if (!askedAt_ || *askedAt_ < changedAt_) answers_ = 0;
    // A program that waits for messages handles what its display has for it before it answers: had that changed
    // anything, it would show. The first answer may come from the midst of something else.
    if (answers_ >= enough) return true;
    if (answers_ == 0 ? !askedAt_ || *askedAt_ < changedAt_ : asked_ == answers_) {
        askedAt_ = now;
        asked_ = answers_ + 1;
        if (!ask()) return true;
    }
    return false;
}

void PressRest::answered(Window window) {
    if (askedAt_ && !stack_.empty() && stack_.back() == window && answers_ < asked_) ++answers_;
}

void PressRest::forget() {
    stack_.clear();
    askedAt_.reset();
    asked_ = answers_ = 0;
}

}  // namespace xpane
