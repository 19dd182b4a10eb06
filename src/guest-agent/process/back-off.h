// How long to wait before a crashed worker is started again.
#pragma once

#include <cstdint>

namespace xpane {

class BackOff {
public:
    // `livedMs`: how long the worker that just crashed had run. Twice as long each time, from 0.1 to 10 seconds;
    // one that had run for 30 seconds starts over.
    uint32_t delayMs(uint64_t livedMs);

private:
    uint32_t next_ = 100;
};

}  // namespace xpane
