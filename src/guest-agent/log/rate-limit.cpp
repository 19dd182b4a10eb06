#include "log/rate-limit.h"

#include <algorithm>

namespace xpane {

bool RateLimit::allow(uint64_t nowMs) {
    if (!started_) filledMs_ = nowMs;
    started_ = true;
    tokens_ = std::min<uint64_t>(burst_ * 1000ull, tokens_ + (nowMs - filledMs_) * perSecond_);
    filledMs_ = nowMs;
    if (tokens_ < 1000) return false;
    tokens_ -= 1000;
    return true;
}

}  // namespace xpane
