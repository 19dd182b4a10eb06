#include "process/back-off.h"

#include <algorithm>

namespace xpane {
namespace {
constexpr uint32_t firstMs = 100, mostMs = 10000;
constexpr uint64_t soundMs = 30000;
}  // namespace

uint32_t BackOff::delayMs(uint64_t livedMs) {
    if (livedMs >= soundMs) next_ = firstMs;
    const uint32_t delay = next_;
    next_ = std::min(next_ * 2, mostMs);
    return delay;
}

}  // namespace xpane
