// Who opens links in this Windows: the registry's classes. While the host wants to be asked, the agent stands before the
// programs that did it until then.
#pragma once

#include <string>

#include "log/log.h"

namespace xpane {

struct GuestHandler {
    bool hidden = false;   // the agent stands before it
    std::wstring command;  // of the hidden one; empty: there was none
};

GuestHandler guestHandlerOf(const std::string& scheme);

// Puts the agent before the handlers, or takes it away again. What is so already stays as it is.
void takeLinks(bool wanted, Log& log);

}  // namespace xpane
