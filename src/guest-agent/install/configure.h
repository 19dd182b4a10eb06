// Makes the guest what the answers say: its owner, name, time zone and region.
#pragma once

#include "install/answers.h"
#include "log/log.h"

namespace xpane {

// Returns `done`, or `restartNeeded` if the computer has a new name. What cannot be applied is in the log, the rest
// is applied. Throws InstallError (notAllApplied) then.
unsigned configure(const Answers& answers, Log& log);

}  // namespace xpane
