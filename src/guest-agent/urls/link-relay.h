// Links that programs of the guest open, on their way to the host. They arrive from the processes that Windows starts for
// them (`--open-url`), as a copy of the text.
#pragma once

#include <string>

#include "channel/outbox.h"
#include "log/log.h"
#include "process/hand-over.h"
#include "protocol/commands.h"

namespace xpane {

class LinkRelay {
public:
    LinkRelay(Outbox& host, Log& log);
    LinkRelay(const LinkRelay&) = delete;
    LinkRelay& operator=(const LinkRelay&) = delete;

    void handle(const LinkHandling& handling);
    // Until the next host says that it wants links, they stay in the guest.
    void disconnected() { wanted_ = false; }

private:
    // False: it is for whoever asked to open it.
    bool take(const std::string& url);

    Outbox& host_;
    Log& log_;
    bool wanted_ = false;
    HandOver handOver_;
};

// What `--open-url` does: the agent takes the link, or else it opens here. Returns the process's exit code.
unsigned handLinkOver(const std::string& asked);

}  // namespace xpane
