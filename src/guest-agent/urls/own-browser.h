// Opens links in the guest itself. Never by the agent's own handlers, which would ask the host again.
#pragma once

#include <cstdint>
#include <string>

namespace xpane {

struct Started {
    uint32_t processId = 0;    // 0 if Windows does not say
    uint32_t systemError = 0;  // Win32; 0: it was started
};

// `url` is safe (urls/safe-url.h). May take long.
Started openInGuest(const std::string& url);

}  // namespace xpane
