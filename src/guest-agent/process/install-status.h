// Tells the host how the agent's installer fares: it may still be at work when the host comes, as it starts the agent
// it puts in.
#pragma once

#include <cstdint>

#include "channel/outbox.h"

namespace xpane {

class InstallStatus {
public:
    explicit InstallStatus(Outbox& host) : host_(host) {}

    void connected();
    void disconnected() { watches_ = false; }

    // Looks again if it is time. Returns the milliseconds until then.
    uint32_t tick();

private:
    void tellEnd();

    Outbox& host_;
    bool watches_ = false;  // the host was told that the installer is at work
    uint64_t dueMs_ = 0;
};

}  // namespace xpane
