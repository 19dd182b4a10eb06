// Agents that run.
#pragma once

#include <string>

#include "install/places.h"
#include "log/log.h"
#include "win/handles.h"

namespace xpane {

// Processes: an agent has two, its supervisor and its worker.
size_t agentsFrom(const std::wstring& folder);

// Ends every agent whose program lies in `folder` or below. Throws InstallError (cannotStop).
void stopAgentsOf(const std::wstring& folder, Log& log);

// `command`: as places.h makes it. In the version's own folder: the set-up disk must not be held by it. Empty if
// Windows cannot start it.
UniqueHandle startAgent(const std::wstring& command, const Version& version);

}  // namespace xpane
