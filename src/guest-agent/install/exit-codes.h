// How the installer ends: by the stage that could not be done. Where it is not 0 or `restartNeeded`, the guest is as
// it was before, agent and all, unless `oldAgentGone` or `notAllApplied` says otherwise. 70 is a crash, as of the agent
// (process/exit-codes.h). The log says more.
#pragma once

namespace xpane::installCode {

constexpr unsigned done = 0;
constexpr unsigned anotherInstaller = 10;  // it does the work
constexpr unsigned badFolder = 20;         // what lies beside the installer is not whole, or not for this version
constexpr unsigned cannotCopy = 30;        // no right to, or no room
constexpr unsigned firewallShut = 40;
constexpr unsigned cannotStop = 50;        // the agent before
constexpr unsigned noAnswer = 60;          // the new agent does not serve
constexpr unsigned oldAgentGone = 61;      // nor could the one before be started again; it starts at the next log-on
constexpr unsigned cannotRegister = 65;    // it would not start at the next log-on
constexpr unsigned notAllApplied = 80;     // the agent serves; some answers (name, region, ...) could not be applied
constexpr unsigned restartNeeded = 3010;   // all done; a new computer name counts from the next start (Windows' own code)

}  // namespace xpane::installCode
