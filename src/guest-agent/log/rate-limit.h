// A token bucket: so many at once, so many a second on average.
#pragma once

#include <cstdint>

namespace xpane {

class RateLimit {
public:
    RateLimit(uint32_t perSecond, uint32_t burst) : perSecond_(perSecond), burst_(burst), tokens_(burst * 1000ull) {}
    bool allow(uint64_t nowMs);

private:
    uint32_t perSecond_, burst_;
    uint64_t tokens_;  // in thousandths
    uint64_t filledMs_ = 0;
    bool started_ = false;
};

}  // namespace xpane
