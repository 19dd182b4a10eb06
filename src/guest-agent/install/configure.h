// Makes the guest what the answers say: its owner, name, time zone and region.
#pragma once

#include <string>

#include "install/answers.h"
#include "log/log.h"

namespace xpane {

// Once: what a user changes later stays, though the disk is put in again. `hash` tells these answers from others.
// Returns `done`, or `restartNeeded` if the computer has a new name. What cannot be applied is in the log, the rest is
// applied. Throws InstallError (notAllApplied) then.
unsigned configure(const Answers& answers, const std::string& hash, Log& log);

}  // namespace xpane
