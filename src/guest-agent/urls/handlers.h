// Who opens links in this Windows: the registry's classes. While the host wants to be asked, the agent stands before the
// programs that did it until then.
#pragma once

#include <string>

#include "log/log.h"

namespace xpane {

struct GuestHandler {
    bool byCommand = false;  // by the command below, as the shell's own way leads to the agent, or nowhere
    std::wstring command;    // empty: nothing opens it
};

GuestHandler guestHandlerOf(const std::string& scheme);

// Puts the agent before the handlers, or takes it away again. What is so already stays as it is.
void takeLinks(bool wanted, Log& log);

}  // namespace xpane
