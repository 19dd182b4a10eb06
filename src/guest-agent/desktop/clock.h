// A clock for intervals: never goes back, fine enough for fractions of a millisecond.
#pragma once

#include "desktop/look-schedule.h"
#include "win/windows.h"

namespace xpane {

inline Micros nowMicros() {
    static const int64_t perSecond = [] {
        LARGE_INTEGER frequency;
        QueryPerformanceFrequency(&frequency);
        return frequency.QuadPart;
    }();
    LARGE_INTEGER count;
    QueryPerformanceCounter(&count);
    return count.QuadPart / perSecond * 1000000 + count.QuadPart % perSecond * 1000000 / perSecond;
}

}  // namespace xpane
