// Links that programs of the guest open, on their way to the host. They arrive from the processes that Windows starts for
// them (`--open-url`), as a copy of the text.
#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "channel/outbox.h"
#include "log/log.h"
#include "protocol/commands.h"
#include "win/handles.h"

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
    static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wide, LPARAM other);
    // False: it is for whoever asked to open it.
    bool take(const COPYDATASTRUCT& data);
    bool isTooMany();

    Outbox& host_;
    Log& log_;
    UniqueWindow window_;
    bool wanted_ = false;
    std::deque<uint64_t> recent_;  // when the last ones came
};

// What `--open-url` does: the agent takes the link, or else it opens here. Returns the process's exit code.
unsigned handLinkOver(const std::string& asked);

}  // namespace xpane
