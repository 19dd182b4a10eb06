// The agent's first process: it starts the worker, which does all the work, and starts it again after a crash.
#pragma once

#include "log/log.h"
#include "process/options.h"

namespace xpane {

// Returns the exit code once a worker ended by design, or could not work at all. The worker dies with this process;
// programs that the worker started do not.
unsigned supervise(const Options& options, Log& log);

}  // namespace xpane
