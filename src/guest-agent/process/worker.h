// The process that does the work: joins channel, desktop, launch, Start Menu and log on one main loop.
#pragma once

#include "log/agent-log.h"
#include "process/options.h"

namespace xpane {

// Returns the exit code (process/exit-codes.h).
unsigned work(const Options& options, AgentLog& log);

}  // namespace xpane
