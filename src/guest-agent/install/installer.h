// One installation, from the set-up disk to an agent that serves.
#pragma once

#include <string>

#include "install/places.h"
#include "log/log.h"

namespace xpane {

// Installs what lies in `folder`, or updates what is there. A new agent is started beside the old one's files and has
// to serve before it counts; if it does not, the old one runs again. Ended at any point, the guest has the old
// agent or the new one, whole, and the next installation tidies up.
// Returns 0 or `restartNeeded`. Throws InstallError.
unsigned install(const std::wstring& folder, const Places& places, Log& log);

}  // namespace xpane
