// A clock for intervals in milliseconds: never goes back, counts from an unknown moment. Any thread.
#pragma once

#include <cstdint>

#include "win/windows.h"

namespace xpane {

inline uint64_t nowMs() {
    static const uint64_t perSecond = [] {
        LARGE_INTEGER frequency;
        QueryPerformanceFrequency(&frequency);
        return static_cast<uint64_t>(frequency.QuadPart);
    }();
    LARGE_INTEGER counter;
    QueryPerformanceCounter(&counter);
    const auto count = static_cast<uint64_t>(counter.QuadPart);
    return count / perSecond * 1000 + count % perSecond * 1000 / perSecond;
}

}  // namespace xpane
