// A clock for intervals: never goes back, fine enough for fractions of a millisecond.
#pragma once

#include "desktop/look-schedule.h"
#include "win/windows.h"

#include <mmsystem.h>

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

// While it lives, waits are exact to a millisecond; NT's own grain is 10 to 16 ms. Costs power: only while needed.
class FineWaits {
public:
    FineWaits() : granted_(timeBeginPeriod(1) == TIMERR_NOERROR) {}
    ~FineWaits() {
        if (granted_) timeEndPeriod(1);
    }
    FineWaits(const FineWaits&) = delete;
    FineWaits& operator=(const FineWaits&) = delete;

private:
    bool granted_;
};

}  // namespace xpane
