// Sets the guest's clock to the host's: it stood still while the guest was suspended.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "log/log.h"

namespace xpane {

class GuestClock {
public:
    // `program` sets the clock when run with the seconds since 1970, UTC; empty: Windows does. The built-in guest has
    // one, as Wine leaves the clock to the system below.
    GuestClock(std::string program, Log& log) : program_(std::move(program)), log_(log) {}

    // Milliseconds since 1970, UTC. A clock that is right to half a second stays as it is.
    void set(int64_t unixMs);

private:
    void setByProgram(int64_t unixMs);
    void setBySystem(int64_t unixMs);

    const std::string program_;
    Log& log_;
};

}  // namespace xpane
